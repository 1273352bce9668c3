import type { HostSpec } from '../fleet/model.ts';
import { age } from '../lib/format.ts';
import type { EngineId } from '../lib/ids.ts';
import { displayText } from '../lib/secrets.ts';
import { safe } from '../lib/text.ts';
import { formatValue } from '../lib/value.ts';
import type { Alert, Labels, PrometheusServer, QuerySeries, ServerTarget } from '../prometheus/server.ts';
import type { HostMetricsSettings } from '../settings/host-metrics.ts';
import { ageCell } from './cells.ts';
import type { Opening, Resource, TableSources } from './resource.ts';

/** What a Prometheus-compatible server says of the hosts of a fleet: boards, alerts, targets. */

const NO_SERVER = 'Name a Prometheus-compatible server under metrics.prometheus in the settings.';
const EVERY_MS = 15_000;
/** The span of the trend, and between two of its values (ms). */
const SPAN_MS = 3_600_000;
const STEP_MS = 60_000;
const TREND = 20;

type Panel = HostMetricsSettings['panels'][number];

/** The host that a series is about: that of its label, or the one of the settings with that name or address. */
export function hostOfLabels(
  labels: Labels,
  label: string,
  hosts: readonly Pick<HostSpec, 'name' | 'where'>[],
): { host: string; known?: EngineId } {
  const value = labels[label] ?? labels.instance ?? '';
  const bare = value.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const known = hosts.find(({ name, where }) => name === value || name === bare || addressOf(where) === bare);
  return known ? { host: known.name, known: known.name } : { host: bare || value || '-' };
}

/** The name or address in `ssh://ops@10.0.0.7:22/path`. */
function addressOf(where: string): string | undefined {
  return /^\w+:\/\/(?:[^@/]*@)?\[?([^/\]]+?)\]?(?::\d+)?(?:\/|$)/.exec(where)?.[1];
}

const open = (known: EngineId | undefined): Opening | undefined =>
  known === undefined ? undefined : { open: 'context', name: known };

type Row = { panel: Panel; host: string; known?: EngineId; series: QuerySeries };

async function readPanel(
  panel: Panel,
  server: PrometheusServer,
  { hosts, hostMetrics, now }: Pick<TableSources, 'hosts'> & { hostMetrics: HostMetricsSettings; now: number },
  signal: AbortSignal,
): Promise<Row[]> {
  const promql = panel.promql.replaceAll('$host', hostMetrics.label);
  const { series } = await server.queryRange(promql, { from: now - SPAN_MS, to: now, step: STEP_MS }, { signal });
  return series.map((one) => ({ panel, series: one, ...hostOfLabels(one.labels, hostMetrics.label, hosts?.() ?? []) }));
}

const last = ({ series }: Row) => series.values.at(-1) ?? Number.NaN;

export const hostMetricsTable: Resource<Row> = {
  name: 'host-metrics',
  title: 'Metrics of hosts',
  aliases: ['host-metrics', 'hm'],
  insteadOf: ['metrics'],
  own: true,
  hosts: 'fleet',
  everyMs: EVERY_MS,
  sort: { column: 'panel', descending: false },
  empty: NO_SERVER,
  id: ({ panel, host, series }) => `${panel.title} ${host} ${JSON.stringify(series.labels)}`,
  nameOf: ({ host }) => safe(host),
  labels: ({ host, series }) => ({ ...series.labels, host }),
  terms: ({ host }) => [safe(`host=${host}`)],
  async fetch({ server, hostMetrics, hosts, now }, signal) {
    if (!server || !hostMetrics) return [];
    const at = now?.() ?? 0;
    const read = hostMetrics.panels.map((panel) => readPanel(panel, server, { hosts, hostMetrics, now: at }, signal));
    const answers = await Promise.allSettled(read);
    const failed = answers.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    const rows = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    // The highest of each panel first, as the panels keep this order.
    return rows.sort((a, b) => last(b) - last(a));
  },
  enter: ({ known }) => open(known),
  columns: [
    {
      id: 'panel',
      title: 'PANEL',
      width: 14,
      fits: { max: 28 },
      rank: 0,
      searched: true,
      value: ({ panel }) => safe(panel.title),
    },
    {
      id: 'name',
      title: 'HOST',
      width: 10,
      fits: { max: 30 },
      cut: 'middle',
      rank: 0,
      value: ({ host }) => safe(host),
    },
    {
      id: 'now',
      title: 'NOW',
      width: 8,
      align: 'right',
      rank: 0,
      live: true,
      descending: true,
      value: (row) => formatValue(last(row), row.panel.unit),
      sort: (row) => last(row),
    },
    {
      id: 'trend',
      title: 'LAST HOUR',
      width: TREND,
      rank: 1,
      live: true,
      value: ({ series }, world) => world.trend?.(series.values, TREND) ?? '',
    },
    {
      id: 'most',
      title: 'MOST',
      width: 8,
      align: 'right',
      rank: 2,
      value: ({ panel, series }) => formatValue(Math.max(...series.values), panel.unit),
      sort: ({ series }) => Math.max(...series.values),
    },
  ],
};

type Alerting = Alert & { host: string; known?: EngineId };

export const alertsTable: Resource<Alerting> = {
  name: 'alerts',
  title: 'Alerts',
  aliases: ['alerts', 'alert'],
  own: true,
  everyMs: EVERY_MS,
  sort: { column: 'state', descending: false },
  empty: `No alerts. ${NO_SERVER}`,
  id: ({ name, labels }) => `${name} ${JSON.stringify(labels)}`,
  nameOf: ({ name }) => safe(name),
  labels: ({ labels, host }) => ({ ...labels, host }),
  terms: ({ host }) => [safe(`host=${host}`)],
  faulty: ({ state }) => state === 'firing',
  async fetch({ server, hostMetrics, hosts }, signal) {
    if (!server || !hostMetrics) return [];
    const alerts = await server.alerts({ signal });
    return alerts.map((alert) => ({ ...alert, ...hostOfLabels(alert.labels, hostMetrics.label, hosts?.() ?? []) }));
  },
  details: ({ name, state, labels, annotations, value }) =>
    [
      `${name}: ${state}, value ${formatValue(value)}`,
      '',
      ...Object.entries(annotations).map(([key, text]) => `${key}: ${text}`),
      '',
      ...Object.entries(labels).map(([key, text]) => `${key}=${text}`),
    ].map(displayText),
  enter: ({ known }) => open(known),
  columns: [
    { id: 'name', title: 'ALERT', width: 14, fits: { max: 36 }, rank: 0, value: ({ name }) => safe(name) },
    {
      id: 'state',
      title: 'STATE',
      width: 8,
      rank: 0,
      searched: true,
      value: ({ state }) => state,
      tone: ({ state }) => (state === 'firing' ? 'bad' : state === 'pending' ? 'warn' : 'dim'),
      sort: ({ state }) => ['firing', 'pending', 'inactive'].indexOf(state),
    },
    {
      id: 'host',
      title: 'HOST',
      width: 10,
      fits: { max: 24 },
      rank: 0,
      searched: true,
      value: ({ host }) => safe(host),
    },
    {
      id: 'age',
      title: 'SINCE',
      width: 6,
      align: 'right',
      rank: 1,
      live: true,
      value: ({ activeAt }, world) => ageCell(activeAt, world),
      sort: ({ activeAt = 0 }, world) => world.state.now - activeAt,
    },
    {
      id: 'severity',
      title: 'SEVERITY',
      width: 8,
      rank: 2,
      searched: true,
      value: ({ labels }) => safe(labels.severity ?? ''),
    },
    {
      id: 'text',
      title: 'WHAT',
      width: 20,
      grow: { max: 100 },
      rank: 1,
      searched: true,
      value: ({ annotations }) =>
        displayText(annotations.summary ?? annotations.description ?? annotations.message ?? ''),
    },
  ],
};

type Target = ServerTarget & { host: string; known?: EngineId };

export const targetsTable: Resource<Target> = {
  name: 'targets',
  title: 'Targets of the metrics server',
  aliases: ['targets', 'target'],
  own: true,
  everyMs: EVERY_MS,
  sort: { column: 'health', descending: false },
  empty: NO_SERVER,
  id: ({ job, url }) => `${job} ${url}`,
  nameOf: ({ instance }) => safe(instance),
  labels: ({ job, instance, host }) => ({ job, instance, host }),
  terms: ({ host }) => [safe(`host=${host}`)],
  faulty: ({ health }) => health === 'down',
  async fetch({ server, hosts }, signal) {
    const targets = (await server?.targets({ signal })) ?? [];
    // The server does not say the other labels of a target here.
    return targets.map((one) => ({ ...one, ...hostOfLabels({ instance: one.instance }, 'instance', hosts?.() ?? []) }));
  },
  enter: ({ known }) => open(known),
  columns: [
    { id: 'job', title: 'JOB', width: 10, fits: { max: 24 }, rank: 0, searched: true, value: ({ job }) => safe(job) },
    { id: 'name', title: 'INSTANCE', width: 16, fits: { max: 40 }, rank: 0, value: ({ instance }) => safe(instance) },
    {
      id: 'host',
      title: 'HOST',
      width: 10,
      fits: { max: 24 },
      rank: 1,
      searched: true,
      value: ({ host }) => safe(host),
    },
    {
      id: 'health',
      title: 'HEALTH',
      width: 7,
      rank: 0,
      searched: true,
      value: ({ health }) => health,
      tone: ({ health }) => (health === 'up' ? 'good' : health === 'down' ? 'bad' : 'warn'),
      sort: ({ health }) => ['down', 'unknown', 'up'].indexOf(health),
    },
    {
      id: 'age',
      title: 'LAST',
      width: 6,
      align: 'right',
      rank: 1,
      live: true,
      value: ({ lastScrape }, world) => (lastScrape === undefined ? '' : age(world.state.now - lastScrape)),
      sort: ({ lastScrape = 0 }, world) => world.state.now - lastScrape,
    },
    {
      id: 'error',
      title: 'ERROR',
      width: 20,
      grow: { max: 100 },
      rank: 0,
      searched: true,
      value: ({ error }) => displayText(error),
      tone: () => 'bad',
    },
  ],
};
