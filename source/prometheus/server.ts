import * as v from 'valibot';
import { parseJson } from '../lib/json.ts';
import { type FetchOptions, fetchUrl } from './fetch.ts';

/** Queries a Prometheus server over its HTTP API (v1). Times are milliseconds since the epoch. */

export type Labels = Readonly<Record<string, string>>;
/** One series of an answer: times and values run parallel. */
export type QuerySeries = { labels: Labels; times: number[]; values: number[] };
export type QueryResult = {
  type: 'vector' | 'matrix' | 'scalar' | 'string';
  series: QuerySeries[];
  text?: string;
  warnings: readonly string[];
};
export type Alert = {
  name: string;
  state: 'firing' | 'pending' | 'inactive';
  labels: Labels;
  annotations: Labels;
  /** Since when. */
  activeAt?: number;
  value: number;
};
export type ServerTarget = {
  job: string;
  instance: string;
  url: string;
  health: 'up' | 'down' | 'unknown';
  lastScrape?: number;
  /** Duration of its last scrape, in ms. */
  duration: number;
  /** Interval between scrapes, in ms; servers before 2.30 do not report it. */
  interval?: number;
  error: string;
};

/** An error from the server: `kind` is its error type (bad_data, execution, timeout …) or `answer` for an invalid answer. */
class PrometheusError extends Error {
  override readonly name = 'PrometheusError';
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

export type PrometheusServer = {
  /** Its address, without a slash at the end. */
  url: string;
  /** The value of a PromQL expression at one time, by default now. Fails with the server's message for an invalid expression. */
  query(promql: string, at?: number, options?: FetchOptions): Promise<QueryResult>;
  queryRange(
    promql: string,
    range: { from: number; to: number; step: number },
    options?: FetchOptions,
  ): Promise<QueryResult>;
  /** The values of a label in the series that match a selector. */
  labelValues(label: string, selector?: string, options?: FetchOptions): Promise<readonly string[]>;
  labelNames(options?: FetchOptions): Promise<readonly string[]>;
  alerts(options?: FetchOptions): Promise<Alert[]>;
  targets(options?: FetchOptions): Promise<ServerTarget[]>;
};

const Strings = v.record(v.string(), v.string());
const Sample = v.tuple([v.number(), v.string()]);
const Answer = v.object({
  status: v.picklist(['success', 'error']),
  data: v.optional(v.unknown()),
  errorType: v.optional(v.string(), 'error'),
  error: v.optional(v.string(), 'no reason given'),
  warnings: v.optional(v.array(v.string()), []),
});
const QueryData = v.variant('resultType', [
  v.object({
    resultType: v.literal('vector'),
    result: v.array(v.object({ metric: Strings, value: v.optional(Sample) })),
  }),
  v.object({
    resultType: v.literal('matrix'),
    result: v.array(v.object({ metric: Strings, values: v.optional(v.array(Sample), []) })),
  }),
  v.object({ resultType: v.literal('scalar'), result: Sample }),
  v.object({ resultType: v.literal('string'), result: Sample }),
]);
const Names = v.array(v.string());
const AlertsData = v.object({
  alerts: v.array(
    v.object({
      labels: Strings,
      annotations: v.optional(Strings, {}),
      state: v.picklist(['firing', 'pending', 'inactive']),
      activeAt: v.optional(v.string()),
      value: v.optional(v.string(), 'NaN'),
    }),
  ),
});
const TargetsData = v.object({
  activeTargets: v.array(
    v.object({
      labels: Strings,
      scrapeUrl: v.string(),
      health: v.picklist(['up', 'down', 'unknown']),
      lastError: v.optional(v.string(), ''),
      lastScrape: v.optional(v.string()),
      lastScrapeDuration: v.optional(v.number(), 0),
      scrapeInterval: v.optional(v.string(), ''),
    }),
  ),
});

/** `url` is the server's address, such as http://127.0.0.1:9091, with its path prefix if it has one. */
export function prometheusServer(url: string): PrometheusServer {
  const base = url.replace(/\/+$/, '');
  const get = async (path: string, parameters: Readonly<Record<string, string>>, options: FetchOptions = {}) => {
    const asked = `${base}/api/v1/${path}?${new URLSearchParams(parameters)}`;
    const headers = { accept: 'application/json' };
    const { body, status } = await fetchUrl(asked, { maxBytes: 32 * 1024 * 1024, ...options, headers, okOnly: false });
    const answer = v.safeParse(Answer, json(body));
    if (!answer.success) throw new PrometheusError('answer', `${base} answered ${status}, but not as Prometheus does`);
    if (answer.output.status === 'error') throw new PrometheusError(answer.output.errorType, answer.output.error);
    return answer.output;
  };
  return {
    url: base,
    async query(promql, at, options) {
      const time: Record<string, string> = at === undefined ? {} : { time: String(at / 1000) };
      return queryResult(await get('query', { query: promql, ...time }, options));
    },
    async queryRange(promql, { from, to, step }, options) {
      const range = { start: String(from / 1000), end: String(to / 1000), step: String(step / 1000) };
      return queryResult(await get('query_range', { query: promql, ...range }, options));
    },
    async labelValues(label, selector, options) {
      const match: Record<string, string> = selector === undefined ? {} : { 'match[]': selector };
      return checked(Names, (await get(`label/${encodeURIComponent(label)}/values`, match, options)).data);
    },
    async labelNames(options) {
      return checked(Names, (await get('labels', {}, options)).data);
    },
    async alerts(options) {
      const { alerts } = checked(AlertsData, (await get('alerts', {}, options)).data);
      return alerts.map(({ labels, annotations, state, activeAt, value }) => ({
        name: labels.alertname ?? '',
        state,
        labels,
        annotations,
        ...time('activeAt', activeAt),
        value: number(value),
      }));
    },
    async targets(options) {
      const { activeTargets } = checked(TargetsData, (await get('targets', { state: 'active' }, options)).data);
      return activeTargets.map((target) => ({
        job: target.labels.job ?? '',
        instance: target.labels.instance ?? '',
        url: target.scrapeUrl,
        health: target.health,
        ...time('lastScrape', target.lastScrape),
        duration: target.lastScrapeDuration * 1000,
        ...intervalOf(target.scrapeInterval),
        error: target.lastError,
      }));
    },
  };
}

function queryResult({ data, warnings }: v.InferOutput<typeof Answer>): QueryResult {
  const found = checked(QueryData, data);
  switch (found.resultType) {
    case 'vector':
      return {
        type: 'vector',
        warnings,
        series: found.result.map(({ metric, value }) => series(metric, value ? [value] : [])),
      };
    case 'matrix':
      return { type: 'matrix', warnings, series: found.result.map(({ metric, values }) => series(metric, values)) };
    case 'scalar':
      return { type: 'scalar', warnings, series: [series({}, [found.result])] };
    case 'string':
      return { type: 'string', warnings, series: [], text: found.result[1] };
  }
}

function series(labels: Labels, samples: readonly [number, string][]): QuerySeries {
  return {
    labels,
    times: samples.map(([at]) => Math.round(at * 1000)),
    values: samples.map(([, value]) => number(value)),
  };
}

/** Prometheus writes numbers as strings, with +Inf, -Inf and NaN. */
function number(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function time<Name extends string>(name: Name, text: string | undefined): { [key in Name]?: number } {
  const at = Date.parse(text ?? '');
  // Go's zero time means never.
  return (Number.isNaN(at) || at <= 0 ? {} : { [name]: at }) as { [key in Name]?: number };
}

/** Parses a duration as Prometheus writes it: 1m30s, 15s, 500ms. */
function intervalOf(text: string): { interval?: number } {
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)];
  const sizes: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const interval = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (sizes[unit] ?? 0), 0);
  return interval > 0 ? { interval } : {};
}

function json(body: Buffer): unknown {
  try {
    return parseJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function checked<Schema extends v.GenericSchema>(schema: Schema, data: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  throw new PrometheusError('answer', `an answer could not be parsed: ${result.issues[0].message}`);
}
