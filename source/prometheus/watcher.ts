import type { Board } from './board.ts';
import { evaluate, evaluateRange } from './evaluate.ts';
import type { History } from './history.ts';
import type { EndpointStatus } from './scraper.ts';
import { type Crossing, type Severity, type Threshold, type Watch, watch } from './thresholds.ts';

/** An endpoint that has been up and does not answer for this long is told. */
const SCRAPE_DOWN_MS = 30_000;
/** A latency this many times its own median of the last hour is far above its baseline. */
const BASELINE = { factor: 5, spanMs: 3_600_000, points: 12, least: 6, forMs: 60_000 } as const;

const scrapeThreshold: Threshold = {
  id: 'scrape',
  title: 'metrics have not been read for',
  unit: 'seconds',
  bad: 'above',
  warn: SCRAPE_DOWN_MS / 1000,
  forMs: 0,
};

export type WatcherOptions = {
  intervalMs: number;
  format: (value: number, unit: string) => string;
  /** From the settings and by key; for endpoints that have their metric. */
  thresholds?: () => readonly Threshold[];
};

/** Keeps where every threshold of every endpoint stands, and tells what changes. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #watches = new Map<string, Map<string, Watch>>();

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Looks at an endpoint after a scrape, good or bad. Answers what has crossed a threshold. */
  check(status: EndpointStatus, board: Board, history: History, now: number): Crossing[] {
    const watches = this.#watches.get(status.endpoint.id) ?? new Map<string, Watch>();
    this.#watches.set(status.endpoint.id, watches);
    const crossings: Crossing[] = [];
    const look = (threshold: Threshold, value: number, at: number) => {
      const next = watch(threshold, watches.get(threshold.id), value, at, this.#options.format);
      watches.set(threshold.id, next.watch);
      if (next.crossing !== undefined) crossings.push(next.crossing);
    };
    if (status.lastScrape !== undefined) {
      const down = status.state === 'down' ? (now - (status.downSince ?? now)) / 1000 : 0;
      look({ ...scrapeThreshold, title: `${status.endpoint.name}: ${scrapeThreshold.title}` }, down, now);
    }
    // A failed scrape has no number: what was true before it is neither better nor worse.
    if (status.state !== 'up') return crossings;
    for (const threshold of this.#thresholds(board)) {
      const worst = this.#worst(threshold, history, now);
      if (worst !== undefined) look(threshold, worst, now);
    }
    for (const latency of board.latencies ?? []) this.#baseline(latency, history, now, look);
    return crossings;
  }

  /** Where an endpoint's thresholds stand, for showing. */
  level(endpoint: string, threshold: string): Severity {
    return this.#watches.get(endpoint)?.get(threshold)?.level ?? 'ok';
  }

  #thresholds(board: Board): readonly Threshold[] {
    return [...(board.thresholds ?? []), ...(this.#options.thresholds?.() ?? [])];
  }

  /** The worst of the expression's lines; undefined where the program does not have them. */
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
    look: (threshold: Threshold, value: number, at: number) => void,
  ): void {
    const expr = { kind: 'quantile' as const, metric, q: 0.99 };
    const step = BASELINE.spanMs / BASELINE.points;
    const range = { from: now - BASELINE.spanMs, to: now - step, step, peaks: false };
    const [line] = evaluateRange(expr, history, range, this.#options);
    const past = [...(line?.values ?? [])].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    const value = evaluate(expr, history, now, this.#options)[0]?.value ?? Number.NaN;
    const median = past[past.length >> 1];
    if (median === undefined || past.length < BASELINE.least || Number.isNaN(value)) return;
    const warn = median * BASELINE.factor;
    look({ id: `baseline ${metric}`, title, unit: 'ns', bad: 'above', warn, forMs: BASELINE.forMs }, value, now);
  }
}
