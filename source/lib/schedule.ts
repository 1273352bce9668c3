import type { Clock } from './clock.ts';

/** Recurring work. `due` is a time of the clock in ms; Infinity: not until it is set to another time. */
export type Job = { due: number };

export type ScheduleOptions<J extends Job> = {
  clock: Clock;
  /** Jobs that run at once; default 1. */
  parallel?: number;
  /** Does the work and sets when the job is due again. Handles its own failures; aborts when the job was removed. */
  run: (job: J, signal: AbortSignal) => Promise<void>;
  /** Jobs for which it returns false wait, however long they have been due. */
  wanted?: (job: J) => boolean;
};

/**
 * Runs jobs when they are due, the longest waiting first: no job twice at the same time, at most `parallel` in all.
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

  /** Removes a job and aborts its current run. */
  delete(key: string): void {
    this.abort(key);
    this.#jobs.delete(key);
  }

  /** Aborts the current run of a job; the job stays. */
  abort(key: string): void {
    const job = this.#jobs.get(key);
    if (job) this.#running.get(job)?.abort();
  }

  /** Aborts what is running and starts nothing until resumed. */
  pause(): void {
    this.#paused = true;
    for (const running of this.#running.values()) running.abort();
    this.turn();
  }

  resume(): void {
    this.#paused = false;
    this.turn();
  }

  /** Aborts what is running and removes all jobs. */
  stop(): void {
    this.pause();
    this.#jobs.clear();
  }

  /** Starts what is due and sleeps until the next job is due. */
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

/** Work that is a schedule: paused while what it reads cannot be reached. */
export abstract class ScheduledWork<J extends Job> {
  protected readonly schedule: Schedule<J>;

  constructor(options: Omit<ScheduleOptions<J>, 'run'>) {
    this.schedule = new Schedule({ ...options, run: (job, signal) => this.run(job, signal) });
  }

  /** As `run` of a schedule. */
  protected abstract run(job: J, signal: AbortSignal): Promise<void>;

  pause(): void {
    this.schedule.pause();
  }

  resume(): void {
    this.schedule.resume();
  }

  stop(): void {
    this.schedule.stop();
  }
}
