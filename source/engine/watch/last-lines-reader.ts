import type { Clock } from '../../lib/clock.ts';
import { startDeadline } from '../../lib/deadline.ts';
import { Schedule } from '../../lib/schedule.ts';
import { type LastLinesRead, readLastLines } from '../api/last-lines.ts';
import type { Engine } from '../engine.ts';
import type { EngineMessage } from '../message.ts';
import { isUnreachable } from './connection.ts';

/** A container whose last lines are wanted. */
export type LinesRequest = {
  id: string;
  tty: boolean;
  /** Lines are read once for each value of this: it changes with the container's run and its end. */
  run: string;
  /** Lines before this time (ms) are left out. */
  since?: number;
  /** It goes on writing: read again after so long (ms). */
  again?: number;
  /** Before it is read for the first time (ms): so that many that are new are not read all at once. */
  delay?: number;
};

export type LastLinesReaderOptions = {
  engine: Pick<Engine, 'logs'>;
  clock: Clock;
  emit: (message: Extract<EngineMessage, { type: 'lines' }>) => void;
  parallel?: number;
  timeoutMs?: number;
};

type Job = {
  wanted: LinesRequest;
  /** Infinity: read, and nothing more to come. */
  due: number;
  readAt: number;
  /** The run that was told last, and its lines. */
  told?: string;
  /** The run whose log the engine does not give out. */
  unreadable?: string;
};

/** After a failure it is tried again, after so long (ms), so often. */
const RETRY_MS = 5_000;
/** The log driver may still be writing what the container said as it died (ms). */
const SETTLE_MS = 250;
/** One that dies again and again is not read more often than this (ms). */
const REST_MS = 5_000;
/** Containers that are remembered though nobody wants their lines. */
const REMEMBERED = 500;

/** Reads the last log lines of containers in trouble: once for each run that ended, now and then for one that goes on. */
export class LastLinesReader {
  readonly #options: Required<LastLinesReaderOptions>;
  readonly #schedule: Schedule<Job>;

  constructor(options: LastLinesReaderOptions) {
    this.#options = { parallel: 2, timeoutMs: 5_000, ...options };
    const { clock, parallel } = this.#options;
    this.#schedule = new Schedule({ clock, parallel, run: (job, signal) => this.#read(job, signal) });
  }

  /** Whose lines are wanted from now on. One that comes back in the same run is not read again at once. */
  want(all: readonly LinesRequest[]): void {
    const now = this.#options.clock.now();
    const ids = new Set(all.map(({ id }) => id));
    for (const [id, job] of this.#schedule.jobs) if (!ids.has(id)) this.#leave(id, job);
    for (const wanted of all) this.#take(wanted, now);
    this.#schedule.turn();
  }

  #take(wanted: LinesRequest, now: number): void {
    const job = this.#schedule.jobs.get(wanted.id);
    if (!job) {
      this.#schedule.set(wanted.id, { wanted, due: now + (wanted.delay ?? SETTLE_MS), readAt: 0 });
      return;
    }
    const first =
      job.readAt === 0 ? now + (wanted.delay ?? SETTLE_MS) : Math.max(now + SETTLE_MS, job.readAt + REST_MS);
    if (job.readAt === 0 || job.wanted.run !== wanted.run) job.due = Math.min(job.due, first);
    else if (wanted.again !== undefined && job.unreadable !== wanted.run)
      job.due = Math.min(job.due, Math.max(first, job.readAt + wanted.again));
    job.wanted = wanted;
  }

  pause(): void {
    this.#schedule.pause();
  }

  resume(): void {
    this.#schedule.resume();
  }

  stop(): void {
    this.#schedule.stop();
  }

  /** What was told is remembered, so that one that comes and goes is not read each time; nothing is read any more. */
  #leave(id: string, job: Job): void {
    this.#schedule.abort(id);
    job.wanted = { ...job.wanted, again: undefined };
    job.due = Number.POSITIVE_INFINITY;
    if (job.told === undefined || this.#schedule.jobs.size > REMEMBERED) this.#schedule.delete(id);
  }

  async #read(job: Job, ended: AbortSignal): Promise<void> {
    const { engine, clock, timeoutMs } = this.#options;
    const deadline = startDeadline({ signal: ended, timeoutMs }, clock);
    const { signal } = deadline;
    job.readAt = clock.now();
    const { wanted } = job;
    try {
      const read = await readLastLines(engine, { ...wanted, signal });
      if (!signal.aborted) this.#tell(job, wanted, read);
      job.due = clock.now() + (job.wanted.again ?? Number.POSITIVE_INFINITY);
      if (job.wanted.run !== wanted.run) job.due = job.readAt + REST_MS;
    } catch (error) {
      // A log driver that keeps nothing, a container that is gone: asking again is of no use before the next run.
      const passing = signal.aborted || isUnreachable(error);
      const left = !this.#schedule.jobs.has(wanted.id) || !Number.isFinite(job.due);
      if (!passing) job.unreadable = wanted.run;
      job.due = passing && !left ? clock.now() + RETRY_MS : Number.POSITIVE_INFINITY;
    }
    deadline.end();
  }

  /** The same lines of the same run again are no news. */
  #tell(job: Job, { id, run }: LinesRequest, { lines, times }: LastLinesRead): void {
    const told = `${run}\n${lines.join('\n')}`;
    if (job.told === told) return;
    job.told = told;
    this.#options.emit({ type: 'lines', id, at: this.#options.clock.now(), lines, times });
  }
}
