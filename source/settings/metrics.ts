import * as v from 'valibot';
import { UNITS } from '../lib/value.ts';
import { HostMetrics } from './host-metrics.ts';
import { bounded, described, text } from './kinds.ts';

/** The `metrics` section of the settings. */

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const httpUrl = v.pipe(v.string(), v.url(), v.regex(/^https?:/, 'must begin with http:// or https://'));

/** What is read; exactly one of `value`, `rate`, `quantile` (with `of`) and `promql`. */
const reading = {
  value: v.optional(described('Metrics whose values are shown.', v.union([text, v.array(text)]))),
  rate: v.optional(described('Counters whose rates are shown.', v.union([text, v.array(text)]))),
  per: v.optional(described('Unit of time of a rate; default: second.', v.picklist(['second', 'minute', 'hour']))),
  quantile: v.optional(
    described(
      'Quantiles, from 0 to 1, of the histogram `of`.',
      v.union([
        v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
        v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      ]),
    ),
  ),
  of: v.optional(described('Histogram, without `_bucket`.', text)),
  promql: v.optional(described('PromQL, which only a Prometheus server answers.', text)),
  where: v.optional(
    described('Labels that must match; a regular expression stands between slashes.', v.record(v.string(), v.string())),
  ),
  by: v.optional(described('One line for each set of these labels.', v.array(text))),
  window: v.optional(
    described('Seconds a rate or quantile looks back on.', v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))),
  ),
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
    title: described('Title on the screen.', text),
    unit: v.optional(described('Unit of the values.', v.picklist(UNITS))),
    help: v.optional(described('Shown under the chart.', v.string())),
    limits: v.optional(described('Values at which a line is drawn across the chart.', v.array(v.number()))),
    ...reading,
  }),
  v.check((one) => isOneReading(one), ONE_READING),
);

const Board = v.strictObject({
  title: described('Title on the screen.', text),
  for: described(
    'Services or containers it is for, or a metric that the program must have.',
    v.union([text, v.array(text)]),
  ),
  panels: described('Its charts.', v.pipe(v.array(Panel), v.minLength(1))),
});

const Threshold = v.pipe(
  v.strictObject({
    title: described('Title on the screen.', text),
    unit: v.optional(described('Unit of the values.', v.picklist(UNITS))),
    bad: v.optional(
      described(
        'Which values are bad: above, below, or beyond ± the numbers.',
        v.picklist(['above', 'below', 'beyond']),
      ),
      'above',
    ),
    warn: v.optional(described('Value from which it warns.', v.number())),
    critical: v.optional(described('Value from which it is critical.', v.number())),
    for: bounded(0, 86_400, 0, 'Seconds it must last.'),
    ...reading,
  }),
  v.check((one) => isOneReading(one), ONE_READING),
  v.check((one) => one.warn !== undefined || one.critical !== undefined, 'needs warn or critical'),
  v.check((one) => one.promql === undefined, 'cannot be PromQL: thresholds must work without a server'),
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
  name: described('Name of the program.', text),
  endpoint: v.optional(
    described(
      'Where its metrics are.',
      v.strictObject({
        matches: described(
          `A regular expression that the image's, service's or container's name must match.`,
          v.pipe(text, v.check(isPattern, 'must be a regular expression')),
        ),
        port: described('Port inside the container.', port),
        path: v.optional(described('Path of the metrics.', text), '/metrics'),
        server: v.optional(described('It is a Prometheus server, which can be queried.', v.boolean()), false),
      }),
    ),
  ),
  has: v.optional(described('Metrics of which any one identifies the program.', v.array(text)), []),
  runtime: v.optional(
    described('It is a language runtime: its panels are added to the board of an unknown program.', v.boolean()),
    false,
  ),
  panels: v.optional(described('Charts of its board.', v.array(Panel)), []),
  activity: v.optional(
    described(
      'The counter that shows the program working: a rate of 0 means that it has stalled.',
      v.pipe(
        v.strictObject({ title: described('Title on the screen.', text), ...reading }),
        v.check((one) => isOneReading(one), ONE_READING),
      ),
    ),
  ),
  thresholds: v.optional(described('What is watched.', v.array(Threshold)), []),
  latencies: v.optional(
    described(
      'Histograms whose p99 is watched against its own past.',
      v.array(
        v.strictObject({
          title: described('Title on the screen.', text),
          of: described('Histogram, without `_bucket`.', text),
        }),
      ),
    ),
    [],
  ),
});

const Endpoint = v.pipe(
  v.strictObject({
    name: v.optional(described('Shown as the name of the endpoint.', text)),
    url: v.optional(described('URL of the metrics; or name a container instead.', httpUrl)),
    container: v.optional(described('Container or compose service.', text)),
    port: v.optional(described('Port inside the container.', port)),
    path: v.optional(described('Path of the metrics; default: /metrics.', text)),
    scrape: v.optional(described("`false`: this container's endpoint is left alone.", v.boolean())),
  }),
  v.check((one) => (one.url === undefined) !== (one.container === undefined), 'needs either url or container'),
);

const Labels = v.record(v.string(), v.string());

/** A service level objective. */
export const SloSettings = v.pipe(
  v.strictObject({
    title: described('Name on the screen.', text),
    bad: described('Counter of the events that failed.', text),
    total: described('Counter of all events.', text),
    where: v.optional(
      described('Labels of both counters; a value between slashes is a regular expression.', Labels),
      {},
    ),
    badWhere: v.optional(
      described('Further labels of the failed ones, such as `{status: /5../}` where both are one counter.', Labels),
      {},
    ),
    objective: described(
      'Percent of the events that must be good, such as 99.5.',
      v.pipe(v.number(), v.minValue(1), v.maxValue(99.9999)),
    ),
    market: v.optional(
      described('The market of `market:` whose session the budget belongs to; default: the day in UTC.', text),
    ),
    warn: bounded(1, 1000, 2, 'Burn rate from which it warns: 1 uses the budget up exactly.'),
    critical: bounded(1, 1000, 6, 'Burn rate from which it is critical.'),
  }),
  v.check((one) => one.critical > one.warn, 'needs a critical burn rate above the one from which it warns'),
);

export const MetricsSettings = v.strictObject({
  every: bounded(1, 600, 5, 'Seconds between two scrapes of what is on the screen.'),
  background: bounded(0, 3600, 15, 'Seconds between two scrapes of the rest; 0 turns them off.'),
  timeout: bounded(0.1, 60, 4, 'Seconds a scrape may take.'),
  largest: bounded(1, 1024, 64, 'Largest answer to read, in MiB.'),
  endpoints: v.optional(
    described('Scraped in addition to what is found by labels and well-known ports.', v.array(Endpoint)),
    [],
  ),
  exec: v.optional(
    described('Runs curl, wget or busybox in a container whose port cannot be reached otherwise.', v.boolean()),
    false,
  ),
  prometheus: v.optional(
    described('A Prometheus server for history, PromQL and alerts; default: one that is found in a stack.', httpUrl),
  ),
  hosts: v.optional(
    described('What the server says of the hosts of the fleet, for `:metrics` over all hosts.', HostMetrics),
    {},
  ),
  boards: v.optional(described('Boards of charts.', v.array(Board)), []),
  profiles: v.optional(described('Programs that deskhand does not know by itself.', v.array(Profile)), []),
  dashboards: v.optional(described('Grafana dashboards: JSON files, or directories of them.', v.array(text)), []),
  thresholds: v.optional(described('Values to watch.', v.array(Threshold)), []),
  alerts: v.optional(
    described(
      "What alerts of the stacks' own Prometheus do, by the value of their label `severity`. By default `critical` and `page` are critical, `info` and `none` are ignored, all others warn; `default` stands for all others.",
      v.record(v.string(), v.picklist(['critical', 'warn', 'ignore'])),
    ),
    {},
  ),
  notify: v.optional(
    described(
      'What a crossed threshold does at the terminal: `bell`, or a notification (OSC 9).',
      v.picklist(['off', 'bell', 'notification']),
    ),
    'off',
  ),
});

export type MetricsSettings = v.InferOutput<typeof MetricsSettings>;
export type Profile = v.InferOutput<typeof Profile>;
export type PanelSettings = MetricsSettings['boards'][number]['panels'][number];
export type ThresholdSettings = MetricsSettings['thresholds'][number];
/** What a panel, a threshold or an activity reads. */
export type ReadingSettings = Omit<PanelSettings, 'title' | 'unit' | 'help' | 'limits'>;
