import { describe, expect, it } from 'vitest';
import type { Expr } from './expr.ts';
import { readDashboard } from './grafana.ts';
import { readShape } from './promql-shapes.ts';
import { toPromql } from './to-promql.ts';

/** As the engine's own dashboard has its panels. */
const nanoarb = {
  title: 'NanoARB',
  panels: [
    {
      type: 'stat',
      title: 'P&L',
      fieldConfig: { defaults: { unit: 'currencyUSD' } },
      targets: [{ expr: 'nanoarb_pnl' }],
    },
    {
      type: 'timeseries',
      title: 'Orders / min',
      targets: [
        { expr: 'rate(nanoarb_orders_total_total[1m])*60', legendFormat: 'orders' },
        { expr: 'rate(nanoarb_fills_total_total[1m]) * 60', legendFormat: 'fills' },
        { expr: 'hidden', hide: true },
      ],
    },
    {
      type: 'row',
      title: 'Latency',
      collapsed: true,
      panels: [
        {
          type: 'timeseries',
          title: 'Inference',
          description: 'How long the model takes',
          fieldConfig: {
            defaults: {
              unit: 'ns',
              custom: { thresholdsStyle: { mode: 'line' } },
              thresholds: {
                steps: [
                  { value: null, color: 'green' },
                  { value: 1000, color: 'red' },
                ],
              },
            },
          },
          targets: [
            { expr: 'histogram_quantile(0.99, rate(nanoarb_inference_latency_ns_bucket[1m]))', legendFormat: 'p99' },
          ],
        },
      ],
    },
    { type: 'heatmap', title: 'Latency heatmap', targets: [{ expr: 'x' }] },
    { type: 'text', title: 'Notes' },
    { type: 'canvas', title: 'Plant' },
    { type: 'timeseries', title: 'By host', targets: [{ expr: 'up{host="$host"}' }] },
    { type: 'timeseries', title: 'Other source', targets: [{ query: 'select 1' }] },
    { type: 'graph', title: 'P&L', yaxes: [{ format: 'bytes' }], targets: [{ expr: 'max_over_time(a[$win])' }] },
  ],
  templating: {
    list: [
      { name: 'win', type: 'interval', current: { value: '5m' } },
      { name: 'host', type: 'query' },
    ],
  },
};

describe('readDashboard', () => {
  it('makes panels of what can be drawn, and says why of what cannot', () => {
    const { board, notDrawn } = readDashboard(JSON.stringify(nanoarb), 'file');
    expect(board.title).toBe('NanoARB');
    expect(board.panels).toEqual([
      { title: 'P&L', unit: 'dollars', exprs: [{ kind: 'value', metric: 'nanoarb_pnl' }] },
      {
        title: 'Orders / min',
        unit: 'count',
        exprs: [
          { kind: 'rate', metric: 'nanoarb_orders_total_total', window: 60_000, scale: 60, legend: 'orders' },
          { kind: 'rate', metric: 'nanoarb_fills_total_total', window: 60_000, scale: 60, legend: 'fills' },
        ],
      },
      {
        title: 'Inference',
        unit: 'ns',
        help: 'How long the model takes',
        limits: [1000],
        exprs: [{ kind: 'quantile', metric: 'nanoarb_inference_latency_ns', q: 0.99, window: 60_000, legend: 'p99' }],
      },
      { title: 'P&L (2)', unit: 'bytes', exprs: [{ kind: 'promql', query: 'max_over_time(a[5m])' }] },
    ]);
    expect(notDrawn).toEqual([
      { title: 'Latency heatmap', reason: 'a heatmap has no lines' },
      { title: 'Notes', reason: 'only text' },
      { title: 'Plant', reason: 'panels of type canvas are not drawn' },
      { title: 'By host', reason: 'it needs a variable: host' },
      { title: 'Other source', reason: 'it asks no Prometheus' },
    ]);
  });

  it('reads what the API answers and old dashboards with rows', () => {
    expect(readDashboard(JSON.stringify({ dashboard: nanoarb, meta: {} }), 'f').board.panels).toHaveLength(4);
    const old = { title: 'old', rows: [{ panels: [{ type: 'graph', title: 'a', targets: [{ expr: 'a' }] }] }] };
    expect(readDashboard(JSON.stringify(old), 'f').board.panels).toHaveLength(1);
  });

  it('says why a file is no dashboard', () => {
    expect(() => readDashboard('{', 'x.json')).toThrow(/it is not JSON/);
    for (const text of ['{}', '[]', 'null', '"a"', '{"panels":5}']) {
      expect(() => readDashboard(text, 'x.json')).toThrow(/it is not a Grafana dashboard/);
    }
    expect(readDashboard('{"panels":[null,5,{"panels":[[]]},{"targets":"x"}]}', 'x').board.panels).toEqual([]);
  });
});

describe('readShape', () => {
  it.each<[string, Expr | undefined]>([
    ['nanoarb_pnl', { kind: 'value', metric: 'nanoarb_pnl' }],
    ['a{b="c",d=~"e|f",job="x"}', { kind: 'value', metric: 'a', where: { b: 'c', d: '/e|f/' } }],
    ['(a / 1000)', { kind: 'value', metric: 'a', scale: 0.001 }],
    ['60 * rate(a_total[5m])', { kind: 'rate', metric: 'a_total', window: 300_000, scale: 60 }],
    [
      'sum(rate(a_total{x="1"}[30s])) by (y, z)',
      { kind: 'rate', metric: 'a_total', where: { x: '1' }, window: 30_000, by: ['y', 'z'] },
    ],
    ['sum by (y) (a)', { kind: 'value', metric: 'a', by: ['y'], reduce: 'sum' }],
    [
      'histogram_quantile(0.95, sum by (le, path) (rate(http_seconds_bucket[1m])))',
      { kind: 'quantile', q: 0.95, metric: 'http_seconds', window: 60_000, by: ['path'] },
    ],
    // Each of these means something else than what ours could say.
    ['rate(a_total{x="1"}[1m])', undefined],
    ['histogram_quantile(0.95, sum(rate(x_bucket[1m])))', undefined],
    ['histogram_quantile(0.95, rate(x_seconds[1m]))', undefined],
    ['a{b!="c"}', undefined],
    ['a + b', undefined],
    ['sum(a) / sum(b)', undefined],
    ['sum(rate(a[1m])) + sum(rate(b[1m]))', undefined],
    ['avg(a)', undefined],
    ['rate(a[1m:10s])', undefined],
    ['a offset 5m', undefined],
    ['', undefined],
  ])('%s', (query, expr) => {
    expect(readShape(query)).toEqual(expr);
  });

  it.each([
    ['a{b="c"} * 2', 'a{b="c"} * 2'],
    ['rate(a_total[1m])', 'sum by () (rate(a_total[60s]))'],
    ['sum(rate(a_total{d=~"e"}[1m])) by (y) * 60', 'sum by (y) (rate(a_total{d=~"e"}[60s])) * 60'],
    ['sum by (y) (a)', 'sum by (y) (a)'],
    [
      'histogram_quantile(0.5, sum(rate(a_bucket[5m])) by (le))',
      'histogram_quantile(0.5, sum by (le) (rate(a_bucket[300s])))',
    ],
  ])('%s is asked of a server as %s', (query, promql) => {
    const expr = readShape(query);
    expect(expr && toPromql(expr)).toBe(promql);
  });
});
