import { TwoGenerationCache } from '../../lib/cache.ts';
import type { Clock } from '../../lib/clock.ts';
import { startDeadline } from '../../lib/deadline.ts';
import type { ContainerId } from '../../lib/ids.ts';
import { ScheduledWork } from '../../lib/schedule.ts';
import { maskText } from '../../lib/secrets.ts';
import { type LastLinesRead, readLastLines } from '../api/last-lines.ts';
import type { Engine } from '../engine.ts';
import type { EngineMessage } from '../message.ts';
import { isUnreachable } from './connection.ts';

/** A container whose last lines are needed. */
export type LinesRequest = {
  id: ContainerId;
  tty: boolean;
  /** Lines are read once per value; it changes with the container's run and its end. */
  run: string;
  /** Lines before this time (ms) are left out. */
  since?: number;
  /** It is still running: read again after so long (ms). */
  again?: number;
  /** Delay before the first reading (ms), so that many new ones are not read all at once. */
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
  /** Infinity: read, and nothing more will come. */
  due: number;
  readAt: number;
  /** The last emitted run and its lines. */
  emitted?: string;
  /** The run whose log the engine refuses to send. */
  unreadable?: string;
};

/** Delay (ms) and number of retries after a failure. */
const RETRY_MS = 5_000;
/** How long the log driver may still be writing a dead container's last lines (ms). */
const SETTLE_MS = 250;
/** Shortest interval for a container that dies repeatedly (ms). */
const REST_MS = 5_000;
/** How many containers are remembered after their lines are no longer needed. */
const REMEMBERED = 500;

/** How many lines are remembered masked, and how long they may be. */
const LINES_KEPT = 2000;
const LONG = 1000;

/** Reads the last log lines of containers with problems: once per ended run, repeatedly while one runs. */
export class LastLinesReader extends ScheduledWork<Job> {
  readonly #options: Required<Omit<LastLinesReaderOptions, 'parallel'>>;
  /** Most lines of a log were there at the reading before. */
  readonly #masked = new TwoGenerationCache<string, string>(LINES_KEPT);
  readonly #mask = (line: string) =>
    line.length > LONG ? maskText(line) : this.#masked.get(line, () => maskText(line));

  constructor(options: LastLinesReaderOptions) {
    super({ clock: options.clock, parallel: options.parallel ?? 2 });
    this.#options = { timeoutMs: 5_000, ...options };
  }

  /** Sets whose lines are needed. A container that returns in the same run is not read again at once. */
  want(all: readonly LinesRequest[]): void {
    const now = this.#options.clock.now();
    const ids = new Set(all.map(({ id }) => id));
    for (const [, job] of this.schedule.jobs) if (!ids.has(job.wanted.id)) this.#leave(job.wanted.id, job);
    for (const wanted of all) this.#take(wanted, now);
    this.schedule.turn();
  }

  #take(wanted: LinesRequest, now: number): void {
    const job = this.schedule.jobs.get(wanted.id);
    if (!job) {
      this.schedule.set(wanted.id, { wanted, due: now + (wanted.delay ?? SETTLE_MS), readAt: 0 });
      return;
    }
    const first =
      job.readAt === 0 ? now + (wanted.delay ?? SETTLE_MS) : Math.max(now + SETTLE_MS, job.readAt + REST_MS);
    if (job.readAt === 0 || job.wanted.run !== wanted.run) job.due = Math.min(job.due, first);
    else if (wanted.again !== undefined && job.unreadable !== wanted.run)
      job.due = Math.min(job.due, Math.max(first, job.readAt + wanted.again));
    job.wanted = wanted;
  }

  /** Stops reading it. Its result is remembered, so that a container that comes and goes is not read each time. */
  #leave(id: ContainerId, job: Job): void {
    this.schedule.abort(id);
    job.wanted = { ...job.wanted, again: undefined };
    job.due = Number.POSITIVE_INFINITY;
    if (job.emitted === undefined || this.schedule.jobs.size > REMEMBERED) this.schedule.delete(id);
  }

  protected async run(job: Job, ended: AbortSignal): Promise<void> {
    const { engine, clock, timeoutMs } = this.#options;
    const deadline = startDeadline({ signal: ended, timeoutMs }, clock);
    const { signal } = deadline;
    job.readAt = clock.now();
    const { wanted } = job;
    try {
      const read = await readLastLines(engine, { ...wanted, signal }, this.#mask);
      if (!signal.aborted) this.#emit(job, wanted, read);
      job.due = clock.now() + (job.wanted.again ?? Number.POSITIVE_INFINITY);
      if (job.wanted.run !== wanted.run) job.due = job.readAt + REST_MS;
    } catch (error) {
      // The log driver keeps nothing or the container is gone: retrying is pointless before the next run.
      const passing = signal.aborted || isUnreachable(error);
      const left = !this.schedule.jobs.has(wanted.id) || !Number.isFinite(job.due);
      if (!passing) job.unreadable = wanted.run;
      job.due = passing && !left ? clock.now() + RETRY_MS : Number.POSITIVE_INFINITY;
    }
    deadline.end();
  }

  /** The same lines of the same run are not emitted again. */
  #emit(job: Job, { id, run }: LinesRequest, { lines, times }: LastLinesRead): void {
    const emitted = `${run}\n${lines.join('\n')}`;
    if (job.emitted === emitted) return;
    job.emitted = emitted;
    this.#options.emit({ type: 'lines', id, at: this.#options.clock.now(), lines, times });
  }
}
