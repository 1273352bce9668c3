import type { Board } from './board.ts';
import { evaluate, evaluateRange } from './evaluate.ts';
import type { History } from './history.ts';
import type { EndpointStatus } from './scraper.ts';
import { type Slo, sloReadings } from './slo.ts';
import { type Crossing, type Format, type Threshold, unwatched, type Watch, watch } from './thresholds.ts';
import { unitOf } from './units.ts';

/** An endpoint that was up and does not answer for this long is reported. */
const SCRAPE_DOWN_MS = 30_000;
/** A latency this many times its own median of the last hour is far above its baseline. */
const BASELINE = { factor: 5, spanMs: 3_600_000, points: 12, least: 6, forMs: 60_000 } as const;

export type WatcherOptions = {
  intervalMs: number;
  format: Format;
  /** Thresholds of an endpoint from the settings and the operator; those whose metric it lacks are ignored. */
  thresholds?: (endpoint: string) => readonly Threshold[];
  slos?: readonly Slo[];
};

/** The state of a threshold. */
export type ThresholdStatus = {
  threshold: Threshold;
  /** The last value checked; NaN if there was none. */
  value: number;
  watch: Watch;
};

/** Keeps the state of every threshold of every endpoint, and reports changes. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #endpoints = new Map<string, ReadonlyMap<string, ThresholdStatus>>();

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Checks an endpoint after a scrape, successful or not, or after its thresholds changed. Returns the changes. */
  check(status: EndpointStatus, board: Board, history: History, now: number): Crossing[] {
    const { id } = status.endpoint;
    const before = this.#endpoints.get(id) ?? new Map<string, ThresholdStatus>();
    const after = new Map<string, ThresholdStatus>();
    const breaches: Crossing[] = [];
    for (const [threshold, value] of this.#read(status, board, history, now)) {
      const found = before.get(threshold.id);
      const known = found !== undefined && isSame(found.threshold, threshold) ? found : undefined;
      // Without a value, as after a failed scrape, the state does not change.
      if (value === undefined) {
        after.set(threshold.id, known ?? { threshold, value: Number.NaN, watch: unwatched(now) });
        continue;
      }
      const next = watch(threshold, known?.watch, value, now, this.#options.format);
      after.set(threshold.id, { threshold, value, watch: next.watch });
      if (next.crossing !== undefined) breaches.push(next.crossing);
    }
    this.#endpoints.set(id, after);
    return breaches;
  }

  /** The states of an endpoint's thresholds. */
  thresholdStatuses(endpoint: string): readonly ThresholdStatus[] {
    return [...(this.#endpoints.get(endpoint)?.values() ?? [])];
  }

  /** Forgets all endpoints but these. */
  keep(endpoints: ReadonlySet<string>): void {
    for (const id of this.#endpoints.keys()) if (!endpoints.has(id)) this.#endpoints.delete(id);
  }

  /** All thresholds of an endpoint, each with its current value, if any. */
  *#read(
    status: EndpointStatus,
    board: Board,
    history: History,
    now: number,
  ): Generator<readonly [Threshold, number | undefined]> {
    const { endpoint, state, lastScrape, downSince = now } = status;
    if (lastScrape !== undefined) yield [failing(endpoint.name), state === 'down' ? (now - downSince) / 1000 : 0];
    const isUp = state === 'up';
    for (const threshold of [...(board.thresholds ?? []), ...(this.#options.thresholds?.(endpoint.id) ?? [])]) {
      const value = this.#worst(threshold, history, now);
      if (value !== undefined) yield [threshold, isUp ? value : undefined];
    }
    for (const [threshold, value] of (this.#options.slos ?? []).flatMap((slo) => sloReadings(slo, history, now)))
      yield [threshold, isUp ? value : undefined];
    for (const latency of board.latencies ?? []) yield this.#baseline(latency, history, now, isUp);
  }

  /** The worst of the expression's lines; undefined if the program does not have the metric. */
  #worst({ expr, bad }: Threshold, history: History, now: number): number | undefined {
    if (expr === undefined) return undefined;
    const values = evaluate(expr, history, now, this.#options)
      .map(({ value }) => value)
      .filter((value) => !Number.isNaN(value));
    if (values.length === 0) return undefined;
    if (bad === 'below') return Math.min(...values);
    return values.reduce((a, b) => (bad === 'beyond' ? (Math.abs(b) > Math.abs(a) ? b : a) : Math.max(a, b)));
  }

  /** A latency against the median of its own last hour. */
  #baseline(
    { title, metric }: { title: string; metric: string },
    history: History,
    now: number,
    isUp: boolean,
  ): readonly [Threshold, number | undefined] {
    const expr = { kind: 'quantile' as const, metric, q: 0.99 };
    const step = BASELINE.spanMs / BASELINE.points;
    const range = { from: now - BASELINE.spanMs, to: now - step, step, peaks: false };
    const [line] = evaluateRange(expr, history, range, this.#options);
    const past = [...(line?.values ?? [])].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    const median = past.length < BASELINE.least ? undefined : past[past.length >> 1];
    const threshold = baseline(title, metric, median);
    const value = evaluate(expr, history, now, this.#options)[0]?.value ?? Number.NaN;
    return [threshold, !isUp || median === undefined || Number.isNaN(value) ? undefined : value];
  }
}

function failing(name: string): Threshold {
  return {
    id: 'scrape',
    from: 'built-in',
    title: `scrapes of ${name} have failed for`,
    well: `scrapes of ${name} work again`,
    unit: 'seconds',
    bad: 'above',
    warn: SCRAPE_DOWN_MS / 1000,
    forMs: 0,
  };
}

/** `median` undefined: the history is still too short. */
function baseline(title: string, metric: string, median: number | undefined): Threshold {
  const { factor, forMs, least, spanMs, points } = BASELINE;
  const minutes = (least * spanMs) / points / 60_000;
  return {
    id: `baseline ${metric}`,
    from: 'built-in',
    title,
    unit: unitOf({ name: metric, unit: '' }),
    bad: 'above',
    ...(median === undefined ? {} : { warn: median * factor }),
    forMs,
    expr: { kind: 'quantile', metric, q: 0.99 },
    note: `${factor} times its own median of the last hour${median === undefined ? `, once ${minutes} minutes are known` : ''}`,
  };
}

/** A threshold that was changed starts over, unless it learns its limits. */
function isSame(a: Threshold, b: Threshold): boolean {
  return (
    a.note !== undefined || (a.bad === b.bad && a.warn === b.warn && a.critical === b.critical && a.forMs === b.forMs)
  );
}
