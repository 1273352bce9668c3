import type { Clock } from '../../clock.ts';
import type { PrometheusServer, QuerySeries } from '../../prometheus/server.ts';
import type { ChartSeries } from '../../ui/chart/chart.ts';
import type { Span } from './cells.ts';

type Entry = {
  server: PrometheusServer;
  span: Span;
  askedAt: number;
  series: readonly QuerySeries[];
  error?: string;
  asking: boolean;
};

/** An answer this old is asked for anew while its chart is looked at. */
const STALE_MS = 10_000;
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
    let entry = this.#entries.get(query);
    if (entry === undefined || entry.server !== server) {
      entry = { server, span, askedAt: Number.NEGATIVE_INFINITY, series: [], asking: false };
      this.#entries.delete([...this.#entries.keys()][MAX_ENTRIES - 1] ?? '');
      this.#entries.set(query, entry);
    }
    const isStale = this.#clock.now() - entry.askedAt > STALE_MS || Math.abs(entry.span.from - span.from) > STALE_MS;
    if (isStale && !entry.asking) void this.#ask(entry, query, span);
    if (entry.error !== undefined) return [{ legend: entry.error, values: [] }];
    return entry.series.map((series) => ({ legend: legendOf(series), values: resampled(series, span) }));
  }

  async #ask(entry: Entry, query: string, span: Span): Promise<void> {
    entry.asking = true;
    const step = Math.max(1000, (span.to - span.from) / Math.max(1, span.columns - 1));
    try {
      const { series } = await entry.server.queryRange(
        query,
        { from: span.from, to: span.to, step },
        { signal: this.#ending.signal },
      );
      entry.series = series.slice(0, 20);
      entry.error = undefined;
    } catch (error) {
      entry.error = error instanceof Error ? error.message : String(error);
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

function legendOf({ labels }: QuerySeries): string {
  const own = Object.entries(labels).filter(([name]) => !OF_THE_SCRAPE.has(name));
  return own.map(([, value]) => value).join(' ');
}

/** The server's samples at the chart's columns: each holds until the next, but no longer than two steps. */
function resampled({ times, values }: QuerySeries, { from, to, columns }: Span): Float64Array {
  const step = (to - from) / Math.max(1, columns - 1);
  const lines = new Float64Array(columns).fill(Number.NaN);
  let next = 0;
  for (let column = 0; column < columns; column += 1) {
    const at = from + column * step + 1;
    while (next < times.length && (times[next] ?? 0) <= at) next += 1;
    if (next > 0 && at - (times[next - 1] ?? 0) <= 2 * Math.max(step, 1000))
      lines[column] = values[next - 1] ?? Number.NaN;
  }
  return lines;
}

/** Own lines with the server's before them: where the console has no number yet, the server's stands. */
export function joined(own: readonly ChartSeries[], past: readonly ChartSeries[]): ChartSeries[] {
  return own.map((line) => {
    const earlier = own.length === 1 && past.length === 1 ? past[0] : past.find(({ legend }) => legend === line.legend);
    if (earlier === undefined) return line;
    const values = Float64Array.from(line.values);
    for (let index = 0; index < values.length && Number.isNaN(values[index] ?? 0); index += 1) {
      values[index] = earlier.values[index] ?? Number.NaN;
    }
    return { legend: line.legend, values };
  });
}
