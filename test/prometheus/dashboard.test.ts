import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../source/lib/clock.ts';
import { ServerLines } from '../../source/metrics/server-lines.ts';
import { boardOf } from '../../source/prometheus/grafana/board.ts';
import { readDashboard } from '../../source/prometheus/grafana/dashboard.ts';
import { prometheusServer } from '../../source/prometheus/server.ts';
import { until } from '../harness/until.ts';
import { describeWithPrometheus, type PrometheusProcess, startPrometheus } from './prometheus-process.ts';

/** Two bots of one kind behind a real Prometheus server: a panel about one never shows the other's numbers. */

const DASHBOARD = {
  title: 'Bots',
  templating: {
    list: [
      { name: 'job', type: 'query', query: 'label_values(profit, job)', current: { value: 'author' } },
      { name: 'instance', type: 'query', query: 'label_values(profit{job="$job"}, instance)' },
      { name: 'pair', type: 'query', query: 'label_values(profit, pair)', current: { value: 'OLD/OLD' } },
    ],
  },
  panels: [
    {
      type: 'stat',
      title: 'own',
      targets: [{ expr: 'profit{job="$job",instance=~"$instance",pair="$pair"}', legendFormat: '{{pair}}' }],
    },
    { type: 'stat', title: 'other', targets: [{ expr: 'profit{job="b"}', legendFormat: '{{job}} {{pair}}' }] },
    { type: 'stat', title: 'sum', targets: [{ expr: 'sum(profit)' }] },
    { type: 'stat', title: 'not BTC', targets: [{ expr: 'profit{pair!~"BTC.*"} * 2', legendFormat: '{{job}}' }] },
    { type: 'timeseries', title: 'rate', targets: [{ expr: 'sum(rate(trades_total[$__rate_interval]))' }] },
  ],
};

describeWithPrometheus('a dashboard beside a Prometheus server', () => {
  const pages = {
    a: 'profit{pair="BTC"} 1\nprofit{pair="ETH"} 2\n# TYPE trades_total counter\ntrades_total 5\n',
    b: 'profit{pair="BTC"} -7\nprofit{pair="ETH"} -9\n# TYPE trades_total counter\ntrades_total 5\n',
  };
  let web: Server | undefined;
  let server: PrometheusProcess | undefined;
  let target = '';

  beforeAll(async () => {
    const made = createServer((request, response) => response.end(request.url === '/a' ? pages.a : pages.b));
    web = made;
    await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
    target = `127.0.0.1:${(made.address() as AddressInfo).port}`;
    server = await startPrometheus({
      scrape: [
        { job: 'a', target, path: '/a' },
        { job: 'b', target, path: '/b' },
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    web?.close();
  });

  it('answers each query for whom it asks', async () => {
    const asked = prometheusServer(server?.url ?? '');
    await until(async () => (await asked.query('rate(trades_total[4s])')).series.length === 2);
    const program = { server: true, target: { job: 'a', instance: target } };
    const { panels, notDrawn } = boardOf(readDashboard(JSON.stringify(DASHBOARD), 'bots'), program);
    expect(notDrawn).toEqual([]);
    const lines = new ServerLines(systemClock, () => undefined);
    const newest = async (title: string) => {
      const [expr] = panels.find((panel) => panel.title === title)?.exprs ?? [];
      if (expr?.kind !== 'promql') throw new Error(`${title} is not put to the server`);
      const to = systemClock.now();
      const read = () => lines.asked(asked, expr, { from: to - 30_000, to, columns: 31 }, 1000);
      await until(async () => read().some(({ values }) => values.length > 0));
      return read().map(({ legend, values }) => `${legend} ${values[values.length - 1]}`.trim());
    };
    expect(await newest('own')).toEqual(['BTC 1', 'ETH 2']);
    expect(await newest('other')).toEqual(['b BTC -7', 'b ETH -9']);
    expect(await newest('sum')).toEqual(['-13']);
    expect(await newest('not BTC')).toEqual(['a 4', 'b -18']);
    expect(await newest('rate')).toEqual(['0']);
    lines.close();
  }, 60_000);
});
