import type { LineBatch } from '../engine/logs/batch.ts';
import { FLAGS } from '../engine/logs/flags.ts';
import type { LogEngine } from '../engine/logs/follower.ts';
import { type LogRange, movedRange } from '../engine/logs/range.ts';
import {
  type LogEngines,
  type LogSession,
  type LogSource,
  openLogs,
  type SourceStatus,
} from '../engine/logs/session.ts';
import { type Clock, shiftedClock } from '../lib/clock.ts';
import { guarded, TooSlow } from '../lib/guarded.ts';
import { isBadLine } from '../lib/log-line/recognise.ts';
import { MATCH_TIMEOUT_MS } from '../lib/pattern.ts';
import { LogBuffer } from './buffer.ts';
import { type LogFilter, parseLogFilter } from './filter.ts';
import type { Hits } from './hits.ts';
import { LineTexts } from './line-texts.ts';
import { Rates, WINDOW } from './rates.ts';
import { RowCache } from './row-cache.ts';
import { LogSearch } from './search.ts';
import { plainText } from './spans.ts';

export type LogStoreOptions = {
  range: LogRange;
  /** Keeps only these lines, so that logs of any length can be searched with memory for the hits alone. */
  only?: LogFilter;
  /** Bytes kept over all sources. */
  limitBytes: number;
  /** Shortest time between two notifications about new lines, in ms. */
  everyMs: number;
};

/** Lines tested at a time. */
const TESTED = 1000;

export { follows } from '../engine/logs/range.ts';

/** One open log: its streams, buffer and search. Calls its listeners at most every `everyMs`. */
export class LogStore {
  readonly buffer: LogBuffer;
  readonly texts: LineTexts;
  readonly search: LogSearch;
  readonly rates = new Rates();
  /** Formatted rows of the lines drawn last. */
  readonly rows = new RowCache();
  /** By the engine's clock, like the times of lines. */
  readonly #clock: Clock;
  readonly #ahead: () => number;
  readonly #every: number;
  readonly #only?: LogFilter;
  #read = 0;
  #finished = false;
  /** Why the search was abandoned; empty otherwise. */
  #trouble = '';
  readonly #session: LogSession;
  #errors?: LogSearch;
  readonly #listeners = new Set<() => void>();
  #revision = 0;
  #timer?: () => void;

  constructor(engine: LogEngine | LogEngines, clock: Clock, { range, only, limitBytes, everyMs }: LogStoreOptions) {
    this.#only = only;
    this.#ahead = () => ('of' in engine ? 0 : (engine.clockOffset?.() ?? 0));
    this.#clock = shiftedClock(clock, this.#ahead);
    this.#every = everyMs;
    this.buffer = new LogBuffer(limitBytes);
    this.texts = new LineTexts(this.buffer);
    this.search = this.#newSearch();
    this.#session = openLogs(engine, this.#clock, movedRange(range, this.#ahead()), {
      lines: (source, batch, from, to) => this.#take(source, batch, from, to),
      changed: () => this.#changed(),
    });
  }

  setSources(sources: readonly LogSource[]): void {
    this.#session.setSources(sources);
    if (!this.#only || sources.length === 0) return;
    void this.#session.ended().then(() => {
      this.#finished = true;
      this.#changed();
    });
  }

  setFilter(filter: LogFilter | { error: string } | undefined): void {
    this.search.setFilter(filter);
  }

  /** The lines that are errors; the search for them starts with the first call. */
  errors(): Hits | undefined {
    if (!this.#errors) {
      this.#errors = this.#newSearch();
      this.#errors.setFilter(parseLogFilter('level>=error'));
    }
    return this.#errors.hits;
  }

  #newSearch(): LogSearch {
    return new LogSearch(
      this.texts,
      () => this.#changed(),
      () => this.statuses().map(({ name }) => name),
    );
  }

  /** All current and former sources, by number. */
  statuses(): SourceStatus[] {
    return this.#session.statuses();
  }

  /** How many lines were read, whether that was all, and why not; undefined if all lines are kept. */
  searched(): { lines: number; finished: boolean; trouble: string } | undefined {
    return this.#only && { lines: this.#read, finished: this.#finished, trouble: this.#trouble };
  }

  /** Names of the sources that are not followed because there are too many. */
  leftOut(): readonly string[] {
    return this.#session.leftOut();
  }

  wake(): void {
    this.#session.wake();
  }

  /** Calls `run` once when the existing lines have been read; the returned function cancels that. */
  onceRead(run: () => void): () => void {
    const off = this.subscribe(() => {
      const statuses = this.statuses();
      if (statuses.length === 0 || statuses.some(({ state }) => state === 'reading')) return;
      off();
      run();
    });
    return off;
  }

  /** A time of the console converted to the engine's clock, which the lines use. */
  onEngine(at: number): number {
    return at + this.#ahead();
  }

  /** The first line at or after a time (ms, by the console's clock), or the last one if all are earlier. */
  lineAt(at: number): number | undefined {
    const moment = this.onEngine(at);
    let low = this.buffer.first;
    let high = this.buffer.end;
    if (low === high) return undefined;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.buffer.time(middle) < moment) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, this.buffer.end - 1);
  }

  /** The first line at or after a moment, if the buffer reaches back to it and there is one. */
  heldAt(at: number): number | undefined {
    const line = this.lineAt(at);
    if (line === undefined) return undefined;
    const moment = this.onEngine(at);
    return this.buffer.time(this.buffer.first) <= moment && this.buffer.time(line) >= moment ? line : undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes whenever there is something new to draw. */
  readonly revision = (): number => this.#revision;

  close(): void {
    this.#timer?.();
    this.#listeners.clear();
    this.#session.close();
    this.search.close();
    this.#errors?.close();
    this.buffer.clear();
  }

  #take(source: number, batch: LineBatch, from: number, to: number): void {
    if (this.#only) this.#keep(this.#only, source, batch, from, to);
    else this.buffer.append(source, batch, from, to);
    this.#count(source, batch, from, to);
    this.search.kick();
    this.#errors?.kick();
    this.#changed();
  }

  /** Keeps the lines that match, in runs. An expression that takes too long ends the search. */
  #keep(only: LogFilter, source: number, batch: LineBatch, from: number, to: number): void {
    this.#read += to - from;
    if (this.#trouble !== '') return;
    const name = this.statuses()[source]?.name;
    const passes = (at: number) =>
      only.test(plainText(batch.bytes.toString('utf8', batch.starts[at], batch.ends[at])), name);
    for (let start = from; start < to; start += TESTED) {
      const end = Math.min(to, start + TESTED);
      try {
        const kept = guarded(MATCH_TIMEOUT_MS, () => Array.from({ length: end - start }, (_, i) => passes(start + i)));
        for (const [i, keep] of kept.entries()) if (keep) this.buffer.append(source, batch, start + i, start + i + 1);
      } catch (error) {
        if (!(error instanceof TooSlow)) throw error;
        this.#trouble = 'this expression takes too long';
        return;
      }
    }
  }

  #count(source: number, batch: LineBatch, from: number, to: number): void {
    const now = this.#clock.now();
    this.rates.from(source, Math.min(now, timeOf(batch, from)));
    if (batch.history) this.#countHistory(source, batch, from, to, now);
    else this.#see(source, now, batch, from, to);
    this.rates.stamp(source, timeOf(batch, to - 1));
  }

  /** Existing lines count in the second in which they were written, so that the rate is correct from the start. */
  #countHistory(source: number, batch: LineBatch, from: number, to: number, now: number): void {
    let first = to;
    while (first > from && now - timeOf(batch, first - 1) < WINDOW * 1000) first -= 1;
    this.rates.see(source, now, { lines: 0, sampled: 0, errors: 0 });
    for (let start = first; start < to; ) {
      const second = batch.seconds[start];
      let end = start + 1;
      while (end < to && batch.seconds[end] === second) end += 1;
      this.#see(source, Math.min(now, timeOf(batch, start)), batch, start, end);
      start = end;
    }
  }

  #see(source: number, at: number, batch: LineBatch, from: number, to: number): void {
    const sampled = Math.min(to - from, this.rates.allowance(source, at));
    const step = sampled > 0 ? (to - from) / sampled : 0;
    let errors = 0;
    for (let i = 0; i < sampled; i += 1) if (isError(batch, from + Math.floor(i * step))) errors += 1;
    this.rates.see(source, at, { lines: to - from, sampled, errors });
  }

  #changed(): void {
    this.#timer ??= this.#clock.after(this.#every, () => {
      this.#timer = undefined;
      this.#revision += 1;
      for (const listener of this.#listeners) listener();
    });
  }
}

/** When a line was written, ms since the epoch. */
function timeOf(batch: LineBatch, index: number): number {
  return (batch.seconds[index] ?? 0) * 1000 + (batch.nanos[index] ?? 0) / 1e6;
}

/** Checks only the beginning of a line: levels are there, and many lines are checked. */
function isError(batch: LineBatch, index: number): boolean {
  if ((batch.flags[index] ?? 0) & FLAGS.note) return false;
  const start = batch.starts[index] ?? 0;
  const text = batch.bytes.toString('utf8', start, Math.min(batch.ends[index] ?? start, start + 1024));
  return isBadLine(plainText(text));
}
