import { describe, expect, it } from 'vitest';
import { readDashboard } from './grafana.ts';

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
          {
            kind: 'rate',
            metric: 'nanoarb_orders_total_total',
            window: 60_000,
            scale: 60,
            each: true,
            legend: 'orders',
          },
          { kind: 'rate', metric: 'nanoarb_fills_total_total', window: 60_000, scale: 60, each: true, legend: 'fills' },
        ],
      },
      {
        title: 'Inference',
        unit: 'ns',
        help: 'How long the model takes',
        limits: [1000],
        exprs: [
          {
            kind: 'quantile',
            metric: 'nanoarb_inference_latency_ns',
            q: 0.99,
            window: 60_000,
            each: true,
            legend: 'p99',
          },
        ],
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
