import type { Clock } from '../lib/clock.ts';
import type { ServiceId } from '../lib/ids.ts';
import { ScheduledWork } from '../lib/schedule.ts';
import { NOT_HTTP, type ProbeAnswer, probeUrl } from './probe.ts';
import type { ProbeTarget } from './probe-targets.ts';

/** A target and its owner. */
export type OwnedTarget = ProbeTarget & {
  /** The caller's id of the service. */
  owner: ServiceId;
  /** Changes when the container starts again; `startedAt` in ms. */
  startedAt?: number;
  /** Timeout (ms) of the container's own health check, so that both judge alike. */
  timeoutMs?: number;
};

export type ProbeReport = ProbeAnswer & Pick<ProbeTarget, 'guessed' | 'vouched'>;

export type ProberOptions = {
  clock: Clock;
  /** `turned`: it started to fail, or succeeds again. */
  emit: (owner: ServiceId, answer: ProbeReport, turned?: 'bad' | 'good') => void;
  /** Interval between probes of one address (ms); and for urgent or failing ones. */
  everyMs?: number;
  soonMs?: number;
  /** Concurrent probes. */
  parallel?: number;
  probe?: typeof probeUrl;
};

/** A failure is retried after this time (ms) and reported if it fails again, so that one lost packet raises no alarm. */
const CONFIRM_MS = 1000;
/** How long (ms) a container may refuse after its start. */
export const GRACE_MS = 30_000;
/**
 * A guess that never succeeds is tried less and less often, and after this many times not again before the container restarts: anything may
 * listen there, and requests are noise in its log.
 */
const MOST_TRIES = 5;
/** Nothing listening means something for a container that has been up for this long (ms). */
export const DEAF_MS = 60_000;
/** How many successful guesses are remembered across restarts. */
const REMEMBERED = 1000;

type Job = {
  target: OwnedTarget;
  /** Infinity: given up. */
  due: number;
  /** Until then it may still be starting. */
  graceUntil: number;
  /** Failures since the last success. */
  failures: number;
  /** State in this run of the container; failing stays failing until a success. */
  state: 'unknown' | 'good' | 'bad';
};

/**
 * Probes addresses in turn, never one twice at once and at most `parallel` in all. A guessed address counts only after it has succeeded
 * once: before that nothing is reported.
 */
export class Prober extends ScheduledWork<Job> {
  readonly #options: Required<Omit<ProberOptions, 'parallel'>>;
  /** Keys of guesses that have succeeded. */
  readonly #proven = new Set<string>();
  #hurried: ReadonlySet<string> = new Set();

  constructor(options: ProberOptions) {
    super({ clock: options.clock, parallel: options.parallel ?? 4 });
    this.#options = { everyMs: 15_000, soonMs: 5_000, probe: probeUrl, ...options };
  }

  /** Sets the addresses to probe. */
  set(targets: readonly OwnedTarget[]): void {
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const key of this.schedule.jobs.keys()) if (!wanted.has(key)) this.schedule.delete(key);
    for (const [key, target] of wanted) this.#take(key, target);
    this.schedule.turn();
  }

  /** Owners whose addresses are probed more often: on the screen, or with problems. */
  hurry(owners: Iterable<ServiceId>): void {
    const before = this.#hurried;
    this.#hurried = new Set(owners);
    const soon = this.#options.clock.now() + this.#options.soonMs;
    for (const job of this.schedule.jobs.values()) {
      const { owner } = job.target;
      // A guess without any answer so far is not probed more often.
      if (this.#hurried.has(owner) && !before.has(owner) && this.#counts(job)) job.due = Math.min(job.due, soon);
    }
    this.schedule.turn();
  }

  #take(key: string, target: OwnedTarget): void {
    const job = this.schedule.jobs.get(key);
    const now = this.#options.clock.now();
    // The engine's clock may be ahead of ours.
    const graceUntil = Math.min(target.startedAt ?? 0, now) + GRACE_MS;
    if (!job) this.schedule.set(key, { target, due: now, graceUntil, failures: 0, state: 'unknown' });
    else if (job.target.startedAt === target.startedAt) job.target = target;
    else {
      const state = job.state === 'bad' ? 'bad' : 'unknown';
      Object.assign(job, { target, due: Math.min(job.due, now + CONFIRM_MS), graceUntil, failures: 0, state });
    }
  }

  #counts({ target, state }: Job): boolean {
    return !target.guessed || target.vouched === true || state === 'bad' || this.#proven.has(keyOf(target));
  }

  /** A published port on which nothing listens, of a container that has been up for a while, needs no earlier answer. */
  #isDeaf({ target }: Job, { nothingListens }: ProbeAnswer): boolean {
    return nothingListens === true && this.#options.clock.now() >= (target.startedAt ?? 0) + DEAF_MS;
  }

  protected async run(job: Job, signal: AbortSignal): Promise<void> {
    const { clock, probe } = this.#options;
    const { target } = job;
    const answer = await probe(target.url, { clock, signal, timeoutMs: target.timeoutMs });
    if (signal.aborted) return;
    this.#judge(job, { ...answer, guessed: target.guessed, ...(target.vouched ? { vouched: true } : {}) });
    // A non-HTTP port will not become HTTP.
    if (answer.error === NOT_HTTP && !this.#counts(job)) job.failures = MOST_TRIES;
    job.due = clock.now() + this.#waitOf(job);
  }

  #judge(job: Job, answer: ProbeReport): void {
    const { emit, clock } = this.#options;
    const { owner } = job.target;
    const quality = qualityOf(answer);
    job.failures = quality === 'good' ? 0 : job.failures + 1;
    if (quality === 'good' && answer.guessed) this.#prove(keyOf(job.target));
    const isGuess = !this.#counts(job);
    if (isGuess && !this.#isDeaf(job, answer)) return;
    const starting = job.state === 'unknown' && clock.now() < job.graceUntil;
    if (quality === 'bad' && (job.failures < 2 || starting)) return;
    const before = job.state;
    // An answer that says nothing of a guess ends at least that nothing listens.
    if (quality !== 'neither') job.state = quality;
    else if (answer.guessed && !this.#proven.has(keyOf(job.target))) job.state = 'unknown';
    const turned = job.state === 'bad' ? 'bad' : 'good';
    emit(owner, answer, job.state !== before && [before, job.state].includes('bad') ? turned : undefined);
  }

  #prove(key: string): void {
    this.#proven.delete(key);
    this.#proven.add(key);
    const [oldest] = this.#proven;
    if (this.#proven.size > REMEMBERED && oldest !== undefined) this.#proven.delete(oldest);
  }

  #waitOf(job: Job): number {
    const { everyMs, soonMs } = this.#options;
    if (!this.#counts(job))
      return job.failures < MOST_TRIES ? everyMs * 2 ** (job.failures - 1) : Number.POSITIVE_INFINITY;
    if (job.failures === 1) return CONFIRM_MS;
    return job.failures > 1 || this.#hurried.has(job.target.owner) ? soonMs : everyMs;
  }
}

function keyOf({ owner, url }: OwnedTarget): string {
  return `${owner} ${url}`;
}

/** As the desk judges: a 4xx for a guessed path means nothing. */
export function qualityOf({
  status,
  error,
  guessed,
}: Pick<ProbeReport, 'status' | 'error' | 'guessed'>): 'good' | 'bad' | 'neither' {
  if (error !== undefined) return 'bad';
  if (status === undefined || status < 400) return 'good';
  return guessed && status < 500 ? 'neither' : 'bad';
}
