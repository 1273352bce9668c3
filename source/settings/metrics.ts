import * as v from 'valibot';
import { UNITS } from '../lib/value.ts';

/** The `metrics` section of the settings. */

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const bounded = (least: number, most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.minValue(least), v.maxValue(most)), otherwise);
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const httpUrl = v.pipe(v.string(), v.url(), v.regex(/^https?:/, 'must begin with http:// or https://'));

/** What is read; exactly one of `value`, `rate`, `quantile` (with `of`) and `promql`. */
const reading = {
  /** Metrics whose values are shown. */
  value: v.optional(v.union([text, v.array(text)])),
  /** Counters whose rates are shown. */
  rate: v.optional(v.union([text, v.array(text)])),
  /** Of a rate. */
  per: v.optional(v.picklist(['second', 'minute', 'hour'])),
  /** Quantiles, from 0 to 1, of the histogram `of`. */
  quantile: v.optional(
    v.union([
      v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    ]),
  ),
  /** Histogram, without `_bucket`. */
  of: v.optional(text),
  /** Only a Prometheus server answers this. */
  promql: v.optional(text),
  /** Labels that must match; between slashes a regular expression. */
  where: v.optional(v.record(v.string(), v.string())),
  /** One line for each set of these labels. */
  by: v.optional(v.array(text)),
  /** Seconds a rate or quantile looks back on. */
  window: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))),
} as const;

const ONE_READING = 'needs exactly one of value, rate, promql, or quantile with of';

function isOneReading(one: {
  value?: unknown;
  rate?: unknown;
  of?: string;
  promql?: string;
  quantile?: unknown;
}): boolean {
  const named = [one.value, one.rate, one.of, one.promql].filter((part) => part !== undefined);
  return named.length === 1 && (one.of === undefined) === (one.quantile === undefined);
}

const Panel = v.pipe(
  v.strictObject({
    title: text,
    unit: v.optional(v.picklist(UNITS)),
    help: v.optional(v.string()),
    /** Values at which a line is drawn across the chart. */
    limits: v.optional(v.array(v.number())),
    ...reading,
  }),
  v.check((one) => isOneReading(one), ONE_READING),
);

const Board = v.strictObject({
  title: text,
  /** Services or containers, or a metric that the program must have. */
  for: v.union([text, v.array(text)]),
  panels: v.pipe(v.array(Panel), v.minLength(1)),
});

const Threshold = v.pipe(
  v.strictObject({
    title: text,
    unit: v.optional(v.picklist(UNITS)),
    /** Which values are bad: above, below, or beyond ± the numbers. */
    bad: v.optional(v.picklist(['above', 'below', 'beyond']), 'above'),
    warn: v.optional(v.number()),
    critical: v.optional(v.number()),
    /** Seconds it must last. */
    for: bounded(0, 86_400, 0),
    ...reading,
  }),
  v.check((one) => isOneReading(one), ONE_READING),
  v.check((one) => one.warn !== undefined || one.critical !== undefined, 'needs warn or critical'),
  v.check((one) => one.promql === undefined, 'cannot be PromQL: thresholds are watched without a server, too'),
);

const isPattern = (pattern: string) => {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
};

/** What is known of a program: where its metrics are, what is drawn of it, and what is watched. */
export const Profile = v.strictObject({
  name: text,
  endpoint: v.optional(
    v.strictObject({
      /** A regular expression that the image's, service's or container's name must match. */
      matches: v.pipe(text, v.check(isPattern, 'must be a regular expression')),
      port,
      path: v.optional(text, '/metrics'),
      /** It is a Prometheus server, which can be asked. */
      server: v.optional(v.boolean(), false),
    }),
  ),
  /** Metrics any of which shows that it is this program. */
  has: v.optional(v.array(text), []),
  /** It is what programs run on: its panels are added to the board of a program that is not known itself. */
  runtime: v.optional(v.boolean(), false),
  panels: v.optional(v.array(Panel), []),
  /** The counter that shows the program at work: its rate is 0 when it has stalled. */
  activity: v.optional(
    v.pipe(
      v.strictObject({ title: text, ...reading }),
      v.check((one) => isOneReading(one), ONE_READING),
    ),
  ),
  thresholds: v.optional(v.array(Threshold), []),
  /** Histograms whose p99 is watched against its own past. */
  latencies: v.optional(v.array(v.strictObject({ title: text, of: text })), []),
});

const Endpoint = v.pipe(
  v.strictObject({
    name: v.optional(text),
    url: v.optional(httpUrl),
    /** Container or compose service. */
    container: v.optional(text),
    port: v.optional(port),
    path: v.optional(text),
    /** `false`: this container's endpoint is left alone. */
    scrape: v.optional(v.boolean()),
  }),
  v.check((one) => (one.url === undefined) !== (one.container === undefined), 'needs either url or container'),
);

export const MetricsSettings = v.strictObject({
  /** Seconds between two scrapes of what is looked at. */
  every: bounded(1, 600, 5),
  /** Seconds between two scrapes of the rest; 0: they are not scraped. */
  background: bounded(0, 3600, 15),
  /** Seconds a scrape may take. */
  timeout: bounded(0.1, 60, 4),
  /** Mebibytes an answer may have. */
  largest: bounded(1, 1024, 64),
  /** Scraped beside what is found by labels and well-known ports. */
  endpoints: v.optional(v.array(Endpoint), []),
  /** Runs curl, wget or busybox in a container whose port cannot be reached otherwise. */
  exec: v.optional(v.boolean(), false),
  /** A Prometheus server for history, PromQL and alerts; default: one that is found in a stack. */
  prometheus: v.optional(httpUrl),
  boards: v.optional(v.array(Board), []),
  /** Programs that deskhand does not know by itself. */
  profiles: v.optional(v.array(Profile), []),
  /** Grafana dashboards: JSON files, or directories of them. */
  dashboards: v.optional(v.array(text), []),
  thresholds: v.optional(v.array(Threshold), []),
  /**
   * What alerts of the stacks' own Prometheus do, by their label `severity`: degrade as critical, as a warning, or nothing. By default
   * critical and page are critical, info and none are ignored, all others warn; `default` stands for all others.
   */
  alerts: v.optional(v.record(v.string(), v.picklist(['critical', 'warn', 'ignore'])), {}),
  /** What a crossed threshold does at the terminal: `bell`, or a notification (OSC 9). */
  notify: v.optional(v.picklist(['off', 'bell', 'notification']), 'off'),
});

export type MetricsSettings = v.InferOutput<typeof MetricsSettings>;
export type Profile = v.InferOutput<typeof Profile>;
export type PanelSettings = MetricsSettings['boards'][number]['panels'][number];
export type ThresholdSettings = MetricsSettings['thresholds'][number];
/** What a panel, a threshold or an activity reads. */
export type ReadingSettings = Omit<PanelSettings, 'title' | 'unit' | 'help' | 'limits'>;
