import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { displayText } from '../lib/secrets.ts';
import type { Endpoint } from '../prometheus/endpoints.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { History } from '../prometheus/history.ts';
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

/** An answer this old is asked for anew while its chart is looked at, and one whose columns are longer when a column has passed. */
const STALE_MS = 10_000;
/** Between columns as far apart as this a peak would be lost: the server is asked for the lowest and highest, too. */
const PEAKS_MS = 60_000;
/** Lines of a chart; of more nobody can tell one from the other. */
const MAX_LINES = 20;
/** Expressions whose answers are kept. */
const MAX_ENTRIES = 50;

/** Labels that only say where a server scraped. */
const OF_THE_SCRAPE = new Set(['__name__', 'job', 'instance']);

/** Lines that a Prometheus server computes: asked for when they are drawn, drawn when they have come. */
export class ServerLines {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new AbortController();

  /** `changed` is called when an answer has come. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** What is known so far: nothing at first, and a line without values that says the error where the server refused. */
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
    return entry.answers.map((answer) => lineOf(answer, span));
  }

  /** The same of an expression that an operator wrote: lines are called by the labels that tell them apart. */
  asked(server: PrometheusServer | undefined, query: string, span: Span): ChartSeries[] {
    const lines = this.lines(server, query, span);
    const answers = this.#entries.get(keyOf(server, query))?.answers ?? [];
    const names = distinct(answers.map(({ values }) => values.labels));
    return lines.map((line, index) => ({ ...line, legend: names[index] ?? line.legend }));
  }

  /** Own lines with what the server knows of the time before the endpoint was first scraped. */
  withPast(
    server: PrometheusServer,
    expr: Exclude<Expr, { kind: 'promql' }>,
    { endpoint: { scrapedBy }, history }: { endpoint: Endpoint; history: History },
    lines: readonly ChartSeries[],
    span: Span,
  ): ChartSeries[] {
    const first = history.firstAt;
    if (first === undefined || first <= span.from) return [...lines];
    const metric = expr.kind === 'quantile' ? undefined : history.select(expr)[0]?.series.name;
    // Of a server that does not say which of its targets this is, each target's lines are told apart, and only those count that are
    // alone with their legend.
    const query =
      scrapedBy === undefined
        ? toPromql(apart(expr), metric)
        : toPromql(expr, metric, { job: scrapedBy.job, instance: scrapedBy.instance });
    return joined(lines, this.lines(server, query, span));
  }

  #isStale({ askedAt, span: asked }: Entry, span: Span): boolean {
    const patience = Math.max(STALE_MS, stepOf(span));
    const isOther = asked.to - asked.from !== span.to - span.from || asked.columns !== span.columns;
    return isOther || this.#clock.now() - askedAt > patience || Math.abs(asked.from - span.from) > patience;
  }

  async #ask(entry: Entry, query: string, span: Span): Promise<void> {
    entry.asking = true;
    const step = stepOf(span);
    const ask = async (promql: string) => {
      const range = { from: span.from, to: span.to, step };
      return (await entry.server.queryRange(promql, range, { signal: this.#ending.signal })).series;
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

/** Values of the labels in which they differ, of each. */
function distinct(all: readonly QuerySeries['labels'][]): string[] {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))];
  const telling = names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
  return all.map((labels) => telling.map((name) => labels[name] ?? '-').join(' '));
}

/** As the console's own lines are called: by the program's labels alone. */
function legendOf({ labels }: QuerySeries): string {
  const own = Object.entries(labels).filter(([name]) => !OF_THE_SCRAPE.has(name));
  return own.map(([, value]) => value).join(' ');
}

function stepOf({ from, to, columns }: Span): number {
  return Math.max(1000, (to - from) / Math.max(1, columns - 1));
}

/** The series with the same labels, but for the name, which a function takes away. */
function alike(all: readonly QuerySeries[], { labels }: QuerySeries): QuerySeries | undefined {
  const text = (of: QuerySeries['labels']) =>
    JSON.stringify(Object.entries(of).filter(([name]) => name !== '__name__'));
  return all.find((one) => text(one.labels) === text(labels));
}

function lineOf({ values, low, high }: Answer, span: Span): ChartSeries {
  return {
    legend: legendOf(values),
    values: resampled(values, span),
    ...(low && high ? { low: resampled(low, span), high: resampled(high, span) } : {}),
  };
}

/** The server's samples at the chart's columns: each holds until the next, but no longer than two steps. */
function resampled({ times, values }: QuerySeries, span: Span): Float64Array {
  const step = stepOf(span);
  const lines = new Float64Array(span.columns).fill(Number.NaN);
  let next = 0;
  for (let column = 0; column < span.columns; column += 1) {
    const at = span.from + column * step + 1;
    while (next < times.length && (times[next] ?? 0) <= at) next += 1;
    if (next > 0 && at - (times[next - 1] ?? 0) <= 2 * step) lines[column] = values[next - 1] ?? Number.NaN;
  }
  return lines;
}

/** With the labels by which a server tells its targets apart. */
function apart(expr: Exclude<Expr, { kind: 'promql' }>): Exclude<Expr, { kind: 'promql' }> {
  if (expr.kind === 'value' && expr.by === undefined && expr.reduce === undefined) return expr;
  return { ...expr, by: [...(expr.by ?? []), 'job', 'instance'] };
}

/** Own lines with the server's before them: where the console has no number yet, the server's stands. */
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
