import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { Schedule } from '../lib/schedule.ts';
import type { MetricsEndpoint } from './endpoints.ts';
import type { Exposition, LineError } from './exposition/exposition.ts';
import { ExpositionParser } from './exposition/parser.ts';
import { History } from './history.ts';
import { type Transport, transportOf } from './transport.ts';

/** The status of an endpoint. `waiting`: not scraped yet; `down` keeps the last, ageing result. */
export type EndpointStatus = {
  endpoint: MetricsEndpoint;
  state: 'waiting' | 'up' | 'down';
  /** When the last good scrape was made, ms since the epoch. */
  lastScrape?: number;
  /** Duration of the last attempt, in ms. */
  duration?: number;
  samples: number;
  openMetrics: boolean;
  /** Why the last attempt failed, in words. */
  error?: string;
  /** Since when it has failed. */
  downSince?: number;
  /** Broken lines in the last good scrape. */
  lineErrors: readonly LineError[];
  lineErrorCount: number;
  notes: readonly string[];
};

export type ScraperOptions = {
  clock: Clock;
  transport?: Transport;
  /** Interval of watched endpoints, in ms. */
  intervalMs?: number;
  /** Interval of the others; 0: only watched ones are scraped. */
  backgroundMs?: number;
  timeoutMs?: number;
  maxBytes?: number;
  /** Concurrent scrapes. */
  parallel?: number;
};

type Job = {
  status: EndpointStatus;
  parser: ExpositionParser;
  history: History;
  /** When the next scrape is due. */
  due: number;
  failures: number;
};

/** An endpoint that keeps failing is scraped less often, up to this many times the interval. */
const MAX_BACKOFF = 6;

/**
 * Scrapes endpoints in turn: watched ones at `intervalMs`, the others at the slow background rate, no endpoint twice at
 * once and no more than `parallel` in all. Holds their histories. Listeners are called after every scrape.
 */
export class Scraper {
  readonly #options: Required<ScraperOptions>;
  readonly #schedule: Schedule<Job>;
  readonly #listeners = new Set<(id: string) => void>();
  #watched: ReadonlySet<string> = new Set();
  #wanted: ReadonlySet<string> = new Set();

  constructor(options: ScraperOptions) {
    this.#options = {
      transport: transportOf(),
      intervalMs: 5_000,
      backgroundMs: 15_000,
      timeoutMs: 4_000,
      maxBytes: 64 * 1024 * 1024,
      parallel: 4,
      ...options,
    };
    const { clock, parallel } = this.#options;
    this.#schedule = new Schedule({
      clock,
      parallel,
      run: (job, signal) => this.#scrape(job, signal),
      wanted: ({ status }) => this.isScraped(status.endpoint.id),
    });
  }

  /** Sets the endpoints. Known ones keep their history, even if their address has changed. */
  setEndpoints(endpoints: readonly MetricsEndpoint[]): void {
    const now = this.#options.clock.now();
    const ids = new Set(endpoints.map(({ id }) => id));
    for (const id of this.#schedule.jobs.keys()) if (!ids.has(id)) this.#schedule.delete(id);
    for (const endpoint of endpoints) {
      const job = this.#schedule.jobs.get(endpoint.id);
      if (job === undefined) this.#schedule.set(endpoint.id, newJob(endpoint, now));
      else {
        if (!isSameAddress(job.status.endpoint, endpoint)) job.due = now;
        job.status = { ...job.status, endpoint };
      }
    }
    this.#schedule.turn();
  }

  /** Ids of the endpoints on the screen. They are due at once if their last scrape is older than the interval. */
  watch(ids: Iterable<string>): void {
    const next = new Set(ids);
    for (const id of next) {
      const job = this.#schedule.jobs.get(id);
      if (job !== undefined && !this.#watched.has(id) && job.failures === 0) {
        job.due = Math.min(job.due, (job.status.lastScrape ?? 0) + this.#options.intervalMs);
      }
    }
    this.#watched = next;
    this.#schedule.turn();
  }

  /** Names of metrics or families whose history matters most: those on boards and pins. */
  want(names: ReadonlySet<string>): void {
    // The same set object while its content is the same, as a new set makes histories choose again.
    if (names.size !== this.#wanted.size || ![...names].every((name) => this.#wanted.has(name))) this.#wanted = names;
  }

  /** Scrapes this endpoint now, unless it is being scraped. */
  refresh(id: string): void {
    const job = this.#schedule.jobs.get(id);
    if (job !== undefined) job.due = this.#options.clock.now();
    this.#schedule.turn();
  }

  status(id: string): EndpointStatus | undefined {
    return this.#schedule.jobs.get(id)?.status;
  }

  statuses(): readonly EndpointStatus[] {
    return [...this.#schedule.jobs.values()].map(({ status }) => status);
  }

  history(id: string): History | undefined {
    return this.#schedule.jobs.get(id)?.history;
  }

  get intervalMs(): number {
    return this.#options.intervalMs;
  }

  /** Whether its values are kept fresh: it is on the screen, or all are scraped in the background. */
  isScraped(id: string): boolean {
    return this.#watched.has(id) || this.#options.backgroundMs > 0;
  }

  /** `listener` gets the id of every endpoint whose status or history changed; returns the unsubscribe function. */
  subscribe(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#schedule.pause();
  }

  async #scrape(job: Job, signal: AbortSignal): Promise<void> {
    const { clock, transport, timeoutMs, maxBytes } = this.#options;
    const started = clock.now();
    try {
      const { body, contentType } = await transport(job.status.endpoint, { signal, timeoutMs, maxBytes });
      const exposition = job.parser.parse(body, { contentType, now: () => clock.now() });
      if (!signal.aborted) this.#good(job, exposition, started);
    } catch (error) {
      if (!signal.aborted) this.#bad(job, errorMessage(error), started);
    }
    const watched = this.#watched.has(job.status.endpoint.id);
    const pace = this.#paceOf(job);
    job.due = Math.max(
      clock.now(),
      started + pace * Math.min(2 ** Math.max(0, job.failures - 1), watched ? MAX_BACKOFF : 1),
    );
  }

  /** The time between two scrapes of an endpoint that answers. */
  #paceOf({ status: { endpoint } }: Job): number {
    const { intervalMs, backgroundMs } = this.#options;
    return this.#watched.has(endpoint.id) ? intervalMs : backgroundMs || intervalMs;
  }

  #good(job: Job, exposition: Exposition, started: number): void {
    const { endpoint } = job.status;
    const broken = exposition.errors[0];
    if (exposition.series.length === 0 && broken !== undefined) {
      this.#bad(job, `${endpoint.url} answered, but not with metrics: line ${broken.line}: ${broken.message}`, started);
      return;
    }
    // The time at which the request was sent: a slow answer must not make its values look newer.
    job.history.record(exposition, started, this.#wanted, this.#paceOf(job));
    job.failures = 0;
    job.status = {
      endpoint,
      state: 'up',
      lastScrape: started,
      duration: this.#options.clock.now() - started,
      samples: exposition.series.length,
      openMetrics: exposition.openMetrics,
      lineErrors: exposition.errors,
      lineErrorCount: exposition.errorCount,
      notes: exposition.notes,
    };
    this.#emit(endpoint.id);
  }

  #bad(job: Job, error: string, started: number): void {
    job.failures += 1;
    job.status = {
      ...job.status,
      state: 'down',
      error,
      duration: this.#options.clock.now() - started,
      downSince: job.status.downSince ?? started,
    };
    this.#emit(job.status.endpoint.id);
  }

  #emit(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }
}

function newJob(endpoint: MetricsEndpoint, now: number): Job {
  const status: EndpointStatus = {
    endpoint,
    state: 'waiting',
    samples: 0,
    openMetrics: false,
    lineErrors: [],
    lineErrorCount: 0,
    notes: [],
  };
  return { status, parser: new ExpositionParser(), history: new History(), due: now, failures: 0 };
}

function isSameAddress(a: MetricsEndpoint, b: MetricsEndpoint): boolean {
  return a.url === b.url && a.containerId === b.containerId;
}
