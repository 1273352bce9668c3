/**
 * A scraped page as plain data. The terms are Prometheus' own: a *family* is a metric with its TYPE and HELP, a
 * *series* is one name with one set of labels, a *sample* is a value of a series.
 */

export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** The metadata of one metric. Kept from scrape to scrape, so that a series can point at it; `type` may still be corrected. */
export type Family = { readonly name: string; type: MetricType; help: string; unit: string };

/** The role of a series in its family, by its suffix or label; `created` is OpenMetrics' start time, not a measurement. */
export type Part = 'value' | 'total' | 'bucket' | 'sum' | 'count' | 'quantile' | 'created';

/** One name with one set of labels. The object is the same in every scrape of one endpoint. */
export type Series = {
  readonly name: string;
  /** Flat pairs, sorted by name: [name, value, name, value …]. Empty values are left out, as Prometheus does. */
  readonly labels: readonly string[];
  readonly family: Family;
  readonly part: Part;
  /** Only increases, except when its program restarts: rates are computed from it. */
  readonly cumulative: boolean;
  /** Upper bound (`le`) of a bucket or the `quantile` of a summary; NaN for all others. */
  readonly bound: number;
};

/** A broken line: its number (from 1) and the error. The other lines are not affected. */
export type LineError = { line: number; message: string };

/** One scrape. `series`, `values` and `timestamps` run parallel: columns cost a fraction of objects. */
export type Exposition = {
  openMetrics: boolean;
  families: ReadonlyMap<string, Family>;
  series: readonly Series[];
  values: Float64Array;
  /** Milliseconds since the epoch, NaN if the line has none; undefined if no line has one. */
  timestamps?: Float64Array;
  /** The first errors; `errorCount` counts all. */
  errors: readonly LineError[];
  errorCount: number;
  /** What was left out, in words: native histograms, lines beyond a limit. */
  notes: readonly string[];
};

export type ExpositionLimits = {
  /** Longer bodies are cut here, at the end of a line. */
  bytes: number;
  series: number;
  /** Bytes of one line. */
  line: number;
  /** Errors that are kept with their message. */
  errors: number;
  /** Time limit of the parsing in ms; needs `now`. */
  ms: number;
};

export const DEFAULT_LIMITS: ExpositionLimits = {
  bytes: 64 * 1024 * 1024,
  series: 200_000,
  line: 64 * 1024,
  errors: 20,
  ms: 2_000,
};

/** The value of a label; undefined if the series does not have it. */
export function labelOf(series: Series, name: string): string | undefined {
  const { labels } = series;
  for (let at = 0; at < labels.length; at += 2) if (labels[at] === name) return labels[at + 1];
  return undefined;
}

/** As written: `name{a="b"}`. For display and for identifying series; not yet safe for the terminal. */
export function seriesText(series: Pick<Series, 'name' | 'labels'>, without: readonly string[] = []): string {
  const pairs: string[] = [];
  for (let at = 0; at < series.labels.length; at += 2) {
    const name = series.labels[at] ?? '';
    if (!without.includes(name)) pairs.push(`${name}=${JSON.stringify(series.labels[at + 1] ?? '')}`);
  }
  return pairs.length === 0 ? series.name : `${series.name}{${pairs.join(',')}}`;
}
