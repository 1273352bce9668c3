import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { only } from '../../test/builders/only.ts';
import { engineId } from '../lib/ids.ts';
import type { Alert, PrometheusServer, QuerySeries, ServerTarget } from '../prometheus/server.ts';
import { HostMetrics } from '../settings/host-metrics.ts';
import { alertsTable, hostMetricsTable, hostOfLabels, targetsTable } from './host-metrics.ts';
import type { Resource, TableSources } from './resource.ts';

const HOSTS = [
  { name: engineId('lon-1'), where: 'ssh://ops@10.0.0.7:2222/run/docker.sock' },
  { name: engineId('lon-2'), where: 'tcp://[fd00::2]:2375' },
];

describe('the host of a series', () => {
  it.each([
    [{ host: 'lon-1' }, 'lon-1'],
    [{ instance: 'lon-1:9100' }, 'lon-1'],
    [{ instance: '10.0.0.7:9100' }, 'lon-1'],
    [{ instance: '[fd00::2]:9100' }, 'lon-2'],
    [{ host: 'elsewhere' }, 'elsewhere'],
  ])('is found by its label or address: %o', (labels, host) => {
    const found = hostOfLabels(labels, 'host', HOSTS);
    expect(found.host).toBe(host);
    expect(found.known).toBe(host === 'elsewhere' ? undefined : host);
  });
});

const shown = async <Row>(table: Resource<Row>, server: Partial<PrometheusServer> | undefined) => {
  const settings = parse(HostMetrics, {
    label: 'host',
    panels: [{ title: 'CPU', unit: 'percent', promql: 'avg by ($host) (cpu)' }],
  });
  const sources = only<TableSources>({
    ...(server ? { server: only<PrometheusServer>(server) } : { server: undefined }),
    hostMetrics: settings,
    hosts: () => HOSTS,
    now: () => 3_600_000,
  });
  const rows = (await table.fetch?.(sources, new AbortController().signal, {})) ?? [];
  const world = worldOf([]);
  const cells = rows.map((row) => table.columns.map((column) => column.value(row, world)).join('|'));
  return { rows, cells };
};

it('shows the panels by host, the highest first, and leads to the host', async () => {
  const asked: unknown[] = [];
  const series = (host: string, ...values: number[]): QuerySeries => ({ labels: { host }, times: [], values });
  const { rows, cells } = await shown(hostMetricsTable, {
    queryRange: async (promql, range) => {
      asked.push(promql, range);
      return { type: 'matrix', warnings: [], series: [series('lon-2', 3, 10), series('lon-1', 90, 40)] };
    },
  });
  expect(asked).toEqual(['avg by (host) (cpu)', { from: 0, to: 3_600_000, step: 60_000 }]);
  expect(cells.map((text) => text.split('|').filter((_, at) => at !== 3))).toEqual([
    ['CPU', 'lon-1', '40%', '90%'],
    ['CPU', 'lon-2', '10%', '10%'],
  ]);
  expect(rows.map((row) => hostMetricsTable.enter?.(row))).toEqual([
    { open: 'context', name: 'lon-1' },
    { open: 'context', name: 'lon-2' },
  ]);
  await expect(shown(hostMetricsTable, { queryRange: () => Promise.reject(new Error('bad query')) })).rejects.toThrow(
    'bad query',
  );
  expect((await shown(hostMetricsTable, undefined)).rows).toEqual([]);
});

it('lists alerts and targets with their hosts', async () => {
  const alert = { name: 'DiskFull', state: 'firing', labels: { host: 'lon-1', severity: 'page' }, value: 1 } as const;
  const { cells } = await shown(alertsTable, {
    alerts: async (): Promise<Alert[]> => [{ ...alert, annotations: { summary: 'it \u001b[5mis full' } }],
  });
  expect(cells).toEqual(['DiskFull|firing|lon-1||page|it is full']);
  const target = { job: 'node', instance: '10.0.0.7:9100', url: 'http://x', health: 'down', duration: 1 } as const;
  const targets = await shown(targetsTable, {
    targets: async (): Promise<ServerTarget[]> => [{ ...target, error: 'refused' }],
  });
  expect(targets.cells).toEqual(['node|10.0.0.7:9100|lon-1|down||refused']);
});
