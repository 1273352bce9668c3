import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { displayText } from '../lib/secrets.ts';
import type { MetricsEndpoint } from '../prometheus/endpoints.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { History } from '../prometheus/history.ts';
import { isTemplate, legendFrom } from '../prometheus/legend.ts';
import type { PrometheusServer, QuerySeries } from '../prometheus/server.ts';
import { toPromql } from '../prometheus/to-promql.ts';
import type { ChartSeries } from '../ui/chart/chart.ts';
import type { Span } from './span.ts';

type Answer = { values: QuerySeries; low?: QuerySeries; high?: QuerySeries };

type Entry = {
  server: PrometheusServer;
  span: Span;
  askedAt: number;
  answers: readonly Answer[];
  error?: string;
  asking: boolean;
};

/** Age at which a visible answer is refreshed; with longer columns, after each column. */
const STALE_MS = 10_000;
/** With columns this far apart a peak would be lost: the lowest and highest values are queried too. */
const PEAKS_MS = 60_000;
/** Most lines that are kept: a table or the buckets of a histogram may have more than a chart can show. */
const MAX_LINES = 60;
/** Bytes of an answer. */
const LARGEST = 8 * 1024 * 1024;
/** Expressions whose answers are kept. */
const MAX_ENTRIES = 50;

/** Scrape interval if no server says; Prometheus' default is a minute, most configurations have 15 s. */
const SCRAPE_MS = 15_000;

/** Labels that only say where a server scraped. */
const OF_THE_SCRAPE = new Set(['__name__', 'job', 'instance']);

/** Lines computed by a Prometheus server: requested when drawn, drawn when they arrive. */
export class ServerLines {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new AbortController();

  /** `changed` is called when an answer has arrived. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** The known lines: none at first, or an empty line with the error if the server refused. */
  lines(server: PrometheusServer | undefined, query: string, span: Span): ChartSeries[] {
    if (server === undefined) return [{ legend: 'needs a Prometheus server', values: [] }];
    const key = keyOf(server, query);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { server, span, askedAt: Number.NEGATIVE_INFINITY, answers: [], asking: false };
      this.#entries.delete([...this.#entries.keys()][MAX_ENTRIES - 1] ?? '');
      this.#entries.set(key, entry);
    }
    if (this.#isStale(entry, span) && !entry.asking) void this.#ask(entry, query, span);
    if (entry.error !== undefined) return [{ legend: entry.error, values: [] }];
    return entry.answers.map((answer) => lineOf(answer, span, entry.span));
  }

  /**
   * The same for an expression written by an operator or a dashboard: lines are named by its legend, or by the labels that differ.
   * `scrapeMs`: between two scrapes of its program.
   */
  asked(
    server: PrometheusServer | undefined,
    { query, legend }: Expr & { kind: 'promql' },
    span: Span,
    scrapeMs = SCRAPE_MS,
  ): ChartSeries[] {
    const filled = withInterval(query, span, scrapeMs);
    const lines = this.lines(server, filled, span);
    const entry = this.#entries.get(keyOf(server, filled));
    if (entry === undefined || entry.error !== undefined) return lines;
    if (lines.length === 0) return emptyLine(query, entry, scrapeMs);
    const names = legends(
      entry.answers.map(({ values }) => values.labels),
      legend,
    );
    return lines.map((line, index) => ({ ...line, legend: names[index] ?? line.legend }));
  }

  /** Own lines, extended by the server's data from before the first scrape. */
  withPast(
    server: PrometheusServer,
    expr: Exclude<Expr, { kind: 'promql' }>,
    { endpoint: { scrapedBy }, history }: { endpoint: MetricsEndpoint; history: History },
    lines: readonly ChartSeries[],
    span: Span,
  ): ChartSeries[] {
    const first = history.firstAt;
    if (first === undefined || first <= span.from) return [...lines];
    const metric = expr.kind === 'quantile' ? undefined : history.select(expr)[0]?.series.name;
    // If the server's target is unknown, lines of all targets are kept separate, and only those with a unique legend count.
    const query =
      scrapedBy === undefined
        ? toPromql(apart(expr), metric)
        : toPromql(expr, metric, { job: scrapedBy.job, instance: scrapedBy.instance });
    return joined(lines, this.lines(server, query, span));
  }

  #isStale({ askedAt, span: asked }: Entry, span: Span): boolean {
    const tolerance = Math.max(STALE_MS, stepOf(span));
    const isOther = asked.to - asked.from !== span.to - span.from || asked.columns !== span.columns;
    return isOther || this.#clock.now() - askedAt > tolerance || Math.abs(asked.from - span.from) > tolerance;
  }

  async #ask(entry: Entry, query: string, span: Span): Promise<void> {
    entry.asking = true;
    const step = stepOf(span);
    const ask = async (promql: string) => {
      const range = { from: span.from, to: span.to, step };
      return (await entry.server.queryRange(promql, range, { signal: this.#ending.signal, maxBytes: LARGEST })).series;
    };
    try {
      const values = (await ask(query)).slice(0, MAX_LINES);
      const over = (how: 'min' | 'max') => ask(`${how}_over_time((${query})[${Math.round(step / 1000)}s:])`);
      const [low = [], high = []] = step < PEAKS_MS ? [] : await Promise.all([over('min'), over('max')]);
      entry.answers = values.map((one) => ({ values: one, low: alike(low, one), high: alike(high, one) }));
      entry.error = undefined;
    } catch (error) {
      entry.error = displayText(errorMessage(error));
    }
    entry.span = span;
    entry.askedAt = this.#clock.now();
    entry.asking = false;
    if (!this.#ending.signal.aborted) this.#changed();
  }

  close(): void {
    this.#ending.abort();
  }
}

function keyOf(server: PrometheusServer | undefined, query: string): string {
  return `${server?.url} ${query}`;
}

/** Grafana's intervals for the requested step: four scrapes, or a step and a scrape, so that a rate has enough samples. */
function withInterval(query: string, span: Span, scrapeMs: number): string {
  const step = stepOf(span);
  const seconds = (ms: number) => `${Math.ceil(ms / 1000)}s`;
  const values: Readonly<Record<string, string>> = {
    rate_interval: seconds(Math.max(step + scrapeMs, 4 * scrapeMs)),
    interval: seconds(Math.max(step, scrapeMs)),
    interval_ms: String(Math.round(Math.max(step, scrapeMs))),
    range: seconds(span.to - span.from),
    range_s: String(Math.round((span.to - span.from) / 1000)),
    range_ms: String(Math.round(span.to - span.from)),
    from: String(Math.round(span.from)),
    to: String(Math.round(span.to)),
  };
  return query.replace(/\$__(\w+)/g, (whole, name: string) => values[name] ?? whole);
}

/** Why there is no line, if known: the window has fewer than two samples. */
function emptyLine(query: string, { askedAt }: Entry, scrapeMs: number): ChartSeries[] {
  if (askedAt === Number.NEGATIVE_INFINITY) return [];
  const short = [...query.matchAll(/\b(?:rate|increase|irate|delta|deriv)\s*\([^[]*\[(\d+)(s|m)\]/g)].find(
    ([, count, unit]) => Number(count) * (unit === 'm' ? 60_000 : 1000) < 2 * scrapeMs,
  );
  if (short === undefined) return [{ legend: 'the server has no such series', values: [] }];
  const scrape = `it is scraped every ${Math.round(scrapeMs / 1000)}s`;
  return [{ legend: `no two samples in ${short[1]}${short[2]}: ${scrape}`, values: [] }];
}

function legends(all: readonly QuerySeries['labels'][], legend: string | undefined): string[] {
  if (legend === undefined) return distinct(all);
  if (isTemplate(legend)) return all.map((labels) => legendFrom(legend, (name) => labels[name]));
  const apart = distinct(all);
  return apart.map((text) => `${legend} ${text}`.trim());
}

/** For each, the values of the labels in which they differ. */
function distinct(all: readonly QuerySeries['labels'][]): string[] {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))];
  const distinct = names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
  return all.map((labels) => distinct.map((name) => labels[name] ?? '-').join(' '));
}

/** Named like the console's own lines: by the program's labels alone. */
function legendOf({ labels }: QuerySeries): string {
  const own = Object.entries(labels).filter(([name]) => !OF_THE_SCRAPE.has(name));
  return own.map(([, value]) => value).join(' ');
}

function stepOf({ from, to, columns }: Span): number {
  return Math.max(1000, (to - from) / Math.max(1, columns - 1));
}

/** The series with the same labels, ignoring the name, which functions remove. */
function alike(all: readonly QuerySeries[], { labels }: QuerySeries): QuerySeries | undefined {
  const text = (of: QuerySeries['labels']) =>
    JSON.stringify(Object.entries(of).filter(([name]) => name !== '__name__'));
  return all.find((one) => text(one.labels) === text(labels));
}

function lineOf({ values, low, high }: Answer, span: Span, asked: Span): ChartSeries {
  const at = (one: QuerySeries) => resampled(one, span, asked);
  return { legend: legendOf(values), values: at(values), ...(low && high ? { low: at(low), high: at(high) } : {}) };
}

/**
 * The server's samples at the chart's columns: each holds until the next, but no longer than two steps. The newest one of a series that
 * was still there when the server was asked holds until it is asked again.
 */
function resampled({ times, values }: QuerySeries, span: Span, asked: Span): Float64Array {
  const step = stepOf(span);
  const last = times.at(-1) ?? Number.NEGATIVE_INFINITY;
  const wait = last > asked.to - 1.5 * stepOf(asked) ? STALE_MS + 5_000 : 0;
  const lines = new Float64Array(span.columns).fill(Number.NaN);
  let next = 0;
  for (let column = 0; column < span.columns; column += 1) {
    const at = span.from + column * step + 1;
    while (next < times.length && (times[next] ?? 0) <= at) next += 1;
    const hold = 2 * step + (next === times.length ? wait : 0);
    if (next > 0 && at - (times[next - 1] ?? 0) <= hold) lines[column] = values[next - 1] ?? Number.NaN;
  }
  return lines;
}

/** With the labels by which a server distinguishes its targets. */
function apart(expr: Exclude<Expr, { kind: 'promql' }>): Exclude<Expr, { kind: 'promql' }> {
  if (expr.kind === 'value' && expr.by === undefined && expr.reduce === undefined) return expr;
  return { ...expr, by: [...(expr.by ?? []), 'job', 'instance'] };
}

/** Own lines with the server's values where the console has none yet. */
function joined(own: readonly ChartSeries[], past: readonly ChartSeries[]): ChartSeries[] {
  if (own.length === 0) return [...past];
  return own.map((line) => {
    const alike = own.length === 1 && past.length === 1 ? past : past.filter(({ legend }) => legend === line.legend);
    const [earlier] = alike;
    if (earlier === undefined || alike.length > 1) return line;
    const first = Array.prototype.findIndex.call(line.values, (value: number) => !Number.isNaN(value));
    const count = first < 0 ? line.values.length : first;
    const before = (mine: ArrayLike<number>, theirs: ArrayLike<number>) =>
      Float64Array.from(mine, (value, index) => (index < count ? (theirs[index] ?? Number.NaN) : value));
    return {
      legend: line.legend,
      values: before(line.values, earlier.values),
      low: before(line.low ?? line.values, earlier.low ?? earlier.values),
      high: before(line.high ?? line.values, earlier.high ?? earlier.values),
    };
  });
}
