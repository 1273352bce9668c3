import type { Clock } from '../../lib/clock.ts';
import type { ContainerId } from '../../lib/ids.ts';
import { forEachLimited } from '../../lib/limit.ts';
import { type Job, ScheduledWork } from '../../lib/schedule.ts';
import { type Engine, EngineError } from '../engine.ts';
import type { EngineMessage } from '../message.ts';
import { readingFrom, type UsageReading, usageFrom } from '../parse/usage.ts';
import { isUnreachable } from './connection.ts';

export type SamplerOptions = {
  engine: Engine;
  clock: Clock;
  emit: (message: Extract<EngineMessage, { type: 'usage' }>) => void;
  /** Interval between two readings of one container. */
  seconds?: number;
  /** Whether no one is watching: then it reads less often. */
  away?: () => boolean;
  /** By how much the interval is stretched, to cost less; default 1. */
  stretch?: () => number;
  /** Requests at once. */
  parallel?: number;
  timeoutMs?: number;
};

/** Delay of a container's second reading (ms), which gives the first CPU figure. */
const FIRST_PAIR_MS = 1000;
/** Interval while no one is watching. */
const AWAY_MS = 10_000;
/** Readings due within this time (ms) are taken in the same round. */
const ALONG_MS = 250;
/** How old (ms) a reading may be to serve as the first of a pair. */
const KEPT_MS = 10_000;
/** How many periods a container is skipped after its reading timed out (one may hang while others answer). */
const TIMED_OUT_PERIODS = 10;

/**
 * Engines before 25.0 delay a one-shot reading until the next tick of a shared collector, up to a second (moby/moby#46448). This much of a
 * request (ms) is waiting, not work.
 */
const BEAT_MS = 1000;
/** Key of the only job: the next round. */
const ROUND = 'round';
/** Enough for a screen of rows within two ticks. */
const PARALLEL = 16;

/**
 * Reads the resource usage of the visible containers only. One round at a time: if the engine is slow the next one starts later, and the
 * pauses are at least as long as the rounds.
 */
export class Sampler extends ScheduledWork<Job> {
  readonly #options: SamplerOptions;
  readonly #readings = new Map<ContainerId, UsageReading>();
  /** When each watched container is due next. */
  readonly #due = new Map<ContainerId, number>();
  /** Containers that the engine no longer knows. */
  readonly #vanished = new Set<ContainerId>();
  readonly #round: Job = { due: Number.POSITIVE_INFINITY };
  #notBefore = 0;

  constructor(options: SamplerOptions) {
    super({ clock: options.clock });
    this.#options = options;
    this.schedule.set(ROUND, this.#round);
  }

  /** Samples these containers from now on; replaces the previous set. New ones are read at once. */
  watch(ids: readonly ContainerId[]): void {
    const now = this.#options.clock.now();
    const watched = new Set(ids);
    for (const id of this.#due.keys()) if (!watched.has(id)) this.#due.delete(id);
    for (const id of this.#vanished) if (!watched.has(id)) this.#vanished.delete(id);
    for (const id of watched) if (!this.#due.has(id) && !this.#vanished.has(id)) this.#due.set(id, now);
    this.#turn();
  }

  /** Nothing is visible, or the connection is lost: aborts the current round. */
  override resume(): void {
    // A figure over the whole pause would not be current.
    this.#forget(this.#options.clock.now(), () => true);
    super.resume();
  }

  override stop(): void {
    super.stop();
    this.#due.clear();
    this.#readings.clear();
  }

  /** Reads everything that is watched now, whenever it was due. */
  hurry(): void {
    const now = this.#options.clock.now();
    for (const id of this.#due.keys()) this.#due.set(id, now);
    this.#turn();
  }

  get #periodMs(): number {
    const { seconds = 2, away, stretch } = this.#options;
    return (stretch?.() ?? 1) * Math.max(away?.() ? AWAY_MS : FIRST_PAIR_MS, seconds * 1000);
  }

  /** Sets when the next round is due. */
  #turn(): void {
    this.#round.due = Math.max(this.#notBefore, Math.min(Number.POSITIVE_INFINITY, ...this.#due.values()));
    this.schedule.turn();
  }

  protected async run(_job: Job, signal: AbortSignal): Promise<void> {
    const { clock, parallel = PARALLEL } = this.#options;
    const began = clock.now();
    this.#forget(began, (id) => !this.#due.has(id));
    const ids = [...this.#due].filter(([, due]) => due <= began + ALONG_MS).map(([id]) => id);
    await forEachLimited(ids, parallel, (id) => this.#read(id, signal));
    const work = clock.now() - began - BEAT_MS * Math.ceil(ids.length / parallel);
    const failed = signal.aborted && !this.schedule.paused;
    this.#notBefore = clock.now() + Math.max(failed ? this.#periodMs : ALONG_MS, work);
    this.#turn();
  }

  async #read(id: ContainerId, signal: AbortSignal): Promise<void> {
    const { engine, clock, emit, timeoutMs = 5000 } = this.#options;
    if (signal.aborted || !this.#due.has(id)) return;
    const began = clock.now();
    try {
      const reading = readingFrom(await engine.stats(id, { signal, timeoutMs }), clock.now());
      if (signal.aborted) return;
      const previous = this.#readings.get(id);
      this.#readings.set(id, reading);
      if (!this.#due.has(id)) return;
      this.#due.set(id, began + (previous ? this.#periodMs : FIRST_PAIR_MS));
      emit({ type: 'usage', id, usage: usageFrom(reading, previous) });
    } catch (error) {
      this.#failed(id, error, signal);
    }
  }

  #failed(id: ContainerId, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#readings.delete(id);
    const kind = error instanceof EngineError ? error.kind : 'engine-error';
    const rest = this.#periodMs * (kind === 'timeout' ? TIMED_OUT_PERIODS : 1);
    if (kind === 'not-found') {
      this.#vanished.add(id);
      this.#due.delete(id);
    } else if (this.#due.has(id)) {
      this.#due.set(id, this.#options.clock.now() + rest);
    }
    // The engine does not answer: pointless to ask for the others.
    if (kind !== 'timeout' && isUnreachable(error)) this.schedule.abort(ROUND);
  }

  #forget(now: number, which: (id: ContainerId) => boolean): void {
    for (const [id, { at }] of this.#readings) {
      if (now - at > KEPT_MS && which(id)) this.#readings.delete(id);
    }
  }
}
