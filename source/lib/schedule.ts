import type { Clock } from './clock.ts';

/** Work that comes round again. `due` is a time of the clock in ms; Infinity: not before it is set to another time. */
export type Job = { due: number };

export type ScheduleOptions<J extends Job> = {
  clock: Clock;
  /** Jobs at work at once; default 1. */
  parallel?: number;
  /** Does the work and sets when the job is due again. Settles its own failures; aborts when the job is no longer wanted. */
  run: (job: J, signal: AbortSignal) => Promise<void>;
  /** Jobs that it says no to wait, however long they have been due. */
  wanted?: (job: J) => boolean;
};

/**
 * Runs jobs when they are due, those that have waited longest first: no job twice at once, and no more than `parallel` in all.
 * After a job was added or its `due` was changed, `turn` must be called.
 */
export class Schedule<J extends Job> {
  readonly #options: Required<ScheduleOptions<J>>;
  readonly #jobs = new Map<string, J>();
  readonly #running = new Map<J, AbortController>();
  #paused = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: ScheduleOptions<J>) {
    this.#options = { parallel: 1, wanted: () => true, ...options };
  }

  get jobs(): ReadonlyMap<string, J> {
    return this.#jobs;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set(key: string, job: J): void {
    this.#jobs.set(key, job);
  }

  /** Takes a job out and ends what it is doing. */
  delete(key: string): void {
    this.abort(key);
    this.#jobs.delete(key);
  }

  /** Ends what a job is doing; it stays. */
  abort(key: string): void {
    const job = this.#jobs.get(key);
    if (job) this.#running.get(job)?.abort();
  }

  /** Ends what is under way and starts nothing. */
  pause(): void {
    this.#paused = true;
    for (const running of this.#running.values()) running.abort();
    this.turn();
  }

  resume(): void {
    this.#paused = false;
    this.turn();
  }

  /** As pause, for good: the jobs are gone. */
  stop(): void {
    this.pause();
    this.#jobs.clear();
  }

  /** Starts what is due and sleeps until something else is. */
  turn(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#paused) return;
    const { clock, parallel, wanted } = this.#options;
    const now = clock.now();
    const waiting = [...this.#jobs.values()]
      .filter((job) => !this.#running.has(job) && Number.isFinite(job.due) && wanted(job))
      .sort((a, b) => a.due - b.due);
    for (const job of waiting) {
      if (job.due > now || this.#running.size >= parallel) break;
      void this.#start(job);
    }
    const next = waiting.find((job) => !this.#running.has(job));
    if (next && this.#running.size < parallel)
      this.#cancelTimer = clock.after(Math.max(0, next.due - now), () => this.turn());
  }

  async #start(job: J): Promise<void> {
    const running = new AbortController();
    this.#running.set(job, running);
    await this.#options.run(job, running.signal);
    this.#running.delete(job);
    this.turn();
  }
}
