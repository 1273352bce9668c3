import { guarded, TooSlow } from '../lib/guarded.ts';
import { isBadLine } from '../lib/log-line/recognise.ts';
import { MATCH_TIMEOUT_MS } from '../lib/pattern.ts';
import type { Hit, LogFilter } from './filter.ts';
import { Hits, type Slice } from './hits.ts';
import type { LineTexts } from './line-texts.ts';

import { plainText } from './spans.ts';

/** Lines tested in one turn of the event loop: about 2 ms. */
const SLICE = 1000;
/** Characters tested in one turn: long lines are searched completely. */
const SLICE_CHARACTERS = 128 * 1024;

export type SearchQuery = 'match' | 'error';

type Found = (line: number | undefined) => void;
type Accept = (line: number) => number | undefined;
type Jump = { at: number; by: 1 | -1; wanted: SearchQuery; found: Found; accept: Accept };

/**
 * Searches a buffer in slices, between which keys are handled: the lines that match a filter, and the next match or error. `changed` is
 * called after each slice with results, and at the end.
 */
export class LogSearch {
  /** The matching lines so far; undefined without a search. */
  hits?: Hits;
  /** Why the last typed expression is invalid. */
  error = '';
  readonly #texts: LineTexts;
  readonly #changed: () => void;
  readonly #names: () => readonly string[];
  #filter?: LogFilter;
  #jump?: Jump;
  #scheduled = false;
  #closed = false;

  /** `names`: the containers by the number of their source. */
  constructor(texts: LineTexts, changed: () => void, names: () => readonly string[] = () => []) {
    this.#texts = texts;
    this.#changed = changed;
    this.#names = names;
  }

  get filter(): LogFilter | undefined {
    return this.#filter;
  }

  /** The lines that match the filter; undefined if none is hidden. */
  get left(): Hits | undefined {
    return this.#filter?.hide ? this.hits : undefined;
  }

  /** Lines not yet tested by the filter. */
  get busy(): boolean {
    return this.#jump !== undefined || this.hits?.next(this.#texts.first, this.#texts.end, 1) !== undefined;
  }

  /** An invalid expression only sets the error, as expressions are often invalid until completely typed. */
  setFilter(filter: LogFilter | { error: string } | undefined): void {
    if (filter && 'error' in filter) {
      this.error = filter.error;
      this.#changed();
    } else this.#use(filter);
  }

  #use(filter: LogFilter | undefined, error = ''): void {
    this.#jump = undefined;
    this.#filter = filter && { ...filter, hits: this.#guardedHits(filter) };
    this.error = error;
    this.hits = filter && new Hits(this.#texts.end);
    // The first slices immediately, so that the screen does not flash empty.
    this.#slice();
  }

  /** Hits are also requested while drawing, where an expression must not take forever. */
  #guardedHits({ hits }: LogFilter): LogFilter['hits'] {
    if (!hits) return undefined;
    let tooSlow = false;
    return (text) => {
      if (tooSlow) return [];
      try {
        return guarded(MATCH_TIMEOUT_MS, (): Hit[] => [...hits(text)]);
      } catch (error) {
        if (!(error instanceof TooSlow)) throw error;
        tooSlow = true;
        setImmediate(() => this.#giveUp());
        return [];
      }
    };
  }

  #giveUp(): void {
    if (!this.#closed) this.#use(undefined, 'this expression takes too long');
  }

  /** New lines have arrived. */
  kick(): void {
    if (!this.hits || this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#slice();
    });
  }

  /**
   * Searches for the nearest match of the filter, or error, beyond a line; resolves with undefined if there is none. `accept` may return
   * another line instead of a found one, or undefined to continue.
   */
  find(from: number, by: 1 | -1, wanted: SearchQuery, found: Found, accept: Accept = (line) => line): void {
    this.#jump = { at: from + by, by, wanted, found, accept };
    this.#slice();
  }

  close(): void {
    this.#closed = true;
    this.#jump = undefined;
    this.hits = undefined;
  }

  #slice(): void {
    if (this.#closed) return;
    try {
      this.#advanceHits();
      this.#advanceJump();
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      this.#giveUp();
    }
    this.#changed();
    if (this.#jump || this.hits?.next(this.#texts.first, this.#texts.end, 1)) this.#again();
  }

  #again(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#slice();
    });
  }

  #advanceHits(): void {
    const { hits } = this;
    const filter = this.#filter;
    if (!hits || !filter) return;
    const { first, end } = this.#texts;
    hits.trim(first);
    const next = hits.next(first, end, SLICE);
    if (!next) return;
    const slice = this.#cut(next);
    hits.record(
      slice,
      this.#passing(slice.from, slice.to, (text, source) => filter.test(text, source)),
    );
  }

  /** As many lines of a slice as can be tested in one turn, at least one, as lengths vary greatly. */
  #cut({ from, to, by }: Slice): Omit<Slice, 'by'> {
    let lines = 0;
    for (let length = 0; lines < to - from && length < SLICE_CHARACTERS; lines += 1)
      length += this.#texts.buffer.text(by > 0 ? from + lines : to - 1 - lines).length;
    return by > 0 ? { from, to: from + lines } : { from: to - lines, to };
  }

  #advanceJump(): void {
    const hunt = this.#jump;
    if (!hunt) return;
    const { first, end } = this.#texts;
    const { from, to } = this.#cut({
      from: hunt.by > 0 ? Math.max(first, hunt.at) : Math.max(first, hunt.at - SLICE + 1),
      to: hunt.by > 0 ? Math.min(end, hunt.at + SLICE) : Math.min(end, hunt.at + 1),
      by: hunt.by,
    });
    const passing = from < to ? this.#passing(from, to, this.#test(hunt.wanted)) : [];
    const line = firstOf(hunt.by > 0 ? passing : passing.reverse(), hunt.accept);
    hunt.at = hunt.by > 0 ? to : from - 1;
    if (line === undefined && from < to) return;
    this.#jump = undefined;
    hunt.found(line);
  }

  #test(wanted: SearchQuery): (text: string, source?: string) => boolean {
    const filter = this.#filter;
    if (wanted === 'error') return isBadLine;
    return filter ? (text, source) => filter.test(text, source) : () => false;
  }

  #passing(from: number, to: number, test: (text: string, source?: string) => boolean): number[] {
    const { buffer } = this.#texts;
    const names = this.#names();
    const texts: string[] = [];
    for (let line = from; line < to; line += 1) texts.push(plainText(buffer.text(line)));
    const passes = (text: string, i: number) => test(text, names[buffer.source(from + i)]);
    return guarded(MATCH_TIMEOUT_MS, () => texts.flatMap((text, i) => (passes(text, i) ? [from + i] : [])));
  }
}

function firstOf(lines: readonly number[], accept: Accept): number | undefined {
  for (const line of lines) {
    const accepted = accept(line);
    if (accepted !== undefined) return accepted;
  }
  return undefined;
}
