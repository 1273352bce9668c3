import { describe, expect, it } from 'vitest';
import { boardOf, type ProgramScope } from './board.ts';
import { readDashboard } from './dashboard.ts';

/** As a trading engine's own dashboard has its panels. */
const trading = {
  title: 'Trading',
  panels: [
    {
      type: 'stat',
      title: 'P&L',
      fieldConfig: { defaults: { unit: 'currencyUSD' } },
      targets: [{ expr: 'trading_pnl' }],
    },
    {
      type: 'timeseries',
      title: 'Orders / min',
      targets: [
        { expr: 'rate(orders_total[1m])*60', legendFormat: 'orders' },
        { expr: 'rate(fills_total[1m]) * 60', legendFormat: 'fills' },
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
          targets: [{ expr: 'histogram_quantile(0.99, sum by (le) (rate(latency_bucket[1m])))', legendFormat: 'p99' }],
        },
      ],
    },
    { type: 'heatmap', title: 'Latency heatmap', yAxis: { format: 's' }, targets: [{ expr: 'x' }] },
    {
      type: 'bargauge',
      title: 'Latency now',
      targets: [{ expr: 'sum by (le) (rate(x_bucket[1m]))', format: 'heatmap', legendFormat: '{{le}}' }],
    },
    { type: 'text', title: 'Notes' },
    { type: 'canvas', title: 'Plant' },
    { type: 'table', title: 'Positions', targets: [{ expr: 'position' }] },
    { type: 'piechart', title: 'Shares', targets: [{ expr: 'sum by (side) (orders)' }] },
    { type: 'state-timeline', title: 'States', targets: [{ expr: 'session_state' }] },
    { type: 'timeseries', title: 'Log lines', datasource: { type: 'loki' }, targets: [{ expr: '{app="x"}' }] },
    { type: 'timeseries', title: 'Other source', targets: [{ query: 'select 1' }] },
    { type: 'graph', title: 'P&L', yaxes: [{ format: 'bytes' }], targets: [{ expr: 'max_over_time(a[$win])' }] },
  ],
  templating: { list: [{ name: 'win', type: 'interval', query: '5m,1h', current: { value: '5m' } }] },
};

/** The board of a dashboard; without more the program is beside no server. */
function board(dashboard: object, program: ProgramScope = { server: false }) {
  return boardOf(readDashboard(JSON.stringify(dashboard), 'file'), program);
}

const beside: ProgramScope = { server: true, target: { job: 'bot-a', instance: 'bot-a:9090' } };

describe('readDashboard', () => {
  it('converts the panels that can be drawn, and says why others cannot', () => {
    const { title, panels, notDrawn } = board(trading, { server: true });
    expect(title).toBe('Trading');
    const each = { window: 60_000, scale: 60, each: true };
    expect(panels).toEqual([
      { title: 'P&L', unit: 'dollars', exprs: [{ kind: 'value', metric: 'trading_pnl' }] },
      {
        title: 'Orders / min',
        unit: 'count',
        exprs: [
          { kind: 'rate', metric: 'orders_total', ...each, legend: 'orders' },
          { kind: 'rate', metric: 'fills_total', ...each, legend: 'fills' },
        ],
      },
      {
        title: 'Inference',
        unit: 'ns',
        help: 'How long the model takes',
        limits: [1000],
        exprs: [{ kind: 'quantile', metric: 'latency', q: 0.99, window: 60_000, legend: 'p99' }],
      },
      { title: 'Latency heatmap', unit: 'seconds', view: 'heatmap', exprs: [{ kind: 'value', metric: 'x' }] },
      {
        title: 'Latency now',
        unit: 'count',
        view: 'histogram',
        exprs: [{ kind: 'rate', metric: 'x_bucket', by: ['le'], window: 60_000, legend: '{{le}}' }],
      },
      { title: 'Positions', unit: 'count', view: 'table', exprs: [{ kind: 'value', metric: 'position' }] },
      {
        title: 'Shares',
        unit: 'count',
        view: 'bars',
        exprs: [{ kind: 'value', metric: 'orders', by: ['side'], reduce: 'sum' }],
      },
      { title: 'States', unit: 'count', view: 'states', exprs: [{ kind: 'value', metric: 'session_state' }] },
      { title: 'P&L (2)', unit: 'bytes', exprs: [{ kind: 'promql', query: 'max_over_time(a[5m])' }] },
    ]);
    expect(notDrawn).toEqual([
      { title: 'Notes', reason: 'only text' },
      { title: 'Plant', reason: 'panels of type canvas are not drawn' },
      { title: 'Log lines', reason: 'it asks loki, not Prometheus' },
      { title: 'Other source', reason: 'it asks no Prometheus' },
    ]);
  });

  it('reads API answers and old dashboards with rows', () => {
    expect(board({ dashboard: trading, meta: {} }, beside).panels).toHaveLength(9);
    const old = { title: 'old', rows: [{ panels: [{ type: 'graph', title: 'a', targets: [{ expr: 'a' }] }] }] };
    expect(board(old).panels).toHaveLength(1);
  });

  it('reads the resources of Grafana 12 and 13', () => {
    const expr = 'sum(rate(orders_total[1m]))';
    const panel = { id: 1, type: 'timeseries', title: 'Orders', targets: [{ expr }] };
    const exprs = [{ kind: 'rate', metric: 'orders_total', window: 60_000 }];
    const v1 = {
      apiVersion: 'dashboard.grafana.app/v1beta1',
      kind: 'Dashboard',
      spec: { title: 'V1', panels: [panel] },
    };
    expect(board(v1)).toMatchObject({ title: 'V1', panels: [{ title: 'Orders', exprs }] });
    const query = { kind: 'DataQuery', group: 'prometheus', spec: { expr: 'rate(orders_total{side="$side"}[1m])' } };
    const element = (title: string) => ({
      kind: 'Panel',
      spec: {
        title,
        data: { kind: 'QueryGroup', spec: { queries: [{ kind: 'PanelQuery', spec: { hidden: false, query } }] } },
        vizConfig: { kind: 'VizConfig', group: 'timeseries', spec: { fieldConfig: { defaults: { unit: 'ops' } } } },
      },
    });
    const item = (name: string) => ({ kind: 'GridLayoutItem', spec: { element: { kind: 'ElementReference', name } } });
    const v2 = {
      apiVersion: 'dashboard.grafana.app/v2beta1',
      kind: 'Dashboard',
      spec: {
        title: 'V2',
        elements: { 'panel-1': element('First'), 'panel-2': element('Second') },
        layout: { kind: 'GridLayout', spec: { items: [item('panel-2'), item('panel-1')] } },
        variables: [{ kind: 'CustomVariable', spec: { name: 'side', query: 'buy,sell', current: { value: 'sell' } } }],
      },
    };
    const made = board(v2);
    expect(made.panels.map(({ title }) => title)).toEqual(['Second', 'First']);
    expect(made.panels[0]).toMatchObject({ unit: 'per second', exprs: [{ where: { side: 'sell' } }] });
  });

  it('takes library panels from the file, and names the missing ones', () => {
    const model = { type: 'timeseries', title: 'Orders', targets: [{ expr: 'orders' }] };
    const made = board({
      title: 'Lib',
      __elements: { u1: { kind: 1, uid: 'u1', name: 'Orders', model } },
      panels: [
        { id: 3, libraryPanel: { uid: 'u1', name: 'Orders' } },
        { id: 4, libraryPanel: { uid: 'u2', name: 'Elsewhere' } },
      ],
    });
    expect(made.panels.map(({ title }) => title)).toEqual(['Orders']);
    expect(made.notDrawn).toEqual([{ title: 'Elsewhere', reason: 'library panel Elsewhere: it is not in this file' }]);
  });

  it('says why a file is not a dashboard', () => {
    expect(() => readDashboard('{', 'x.json')).toThrow(/it is not JSON/);
    for (const text of ['{}', '[]', 'null', '"a"', '{"panels":5}']) {
      expect(() => readDashboard(text, 'x.json')).toThrow(/it is not a Grafana dashboard/);
    }
    expect(board({ panels: [null, 5, { panels: [[]] }, { targets: 'x' }] }).panels).toEqual([]);
  });
});

describe('the variables of a dashboard', () => {
  const variables = [
    { name: 'pod', type: 'query', query: 'label_values(up, pod)', current: { value: 'author-pod-0' } },
    { name: 'job', type: 'query', query: 'label_values(up, job)', current: { value: 'author' } },
    { name: 'node', type: 'query', query: { query: 'label_values(orders{job="$job"}, instance)' }, current: {} },
    { name: 'side', type: 'custom', multi: true, query: 'buy,sell,hold', current: { value: ['buy', 'sell'] } },
    { name: 'all', type: 'custom', includeAll: true, allValue: '.*', query: 'buy,sell', current: { value: '$__all' } },
    { name: 'each', type: 'custom', includeAll: true, query: 'Buy : buy,Sell : sell', current: { value: ['$__all'] } },
    { name: 'one', type: 'custom', query: 'a.b,c', current: { value: 'a.b' } },
    { name: 'win', type: 'interval', auto: true, query: '1m,5m', current: { value: '$__auto_interval_win' } },
    { name: 'fixed', type: 'constant', query: 'eth0' },
    { name: 'nested', type: 'custom', query: '$pod-[0-9]+', current: { value: '$pod-[0-9]+' } },
    { name: 'pods', type: 'query', query: 'x', includeAll: true, allValue: '$pod-(a|b)', current: { value: '$__all' } },
    { name: 'ds', type: 'datasource', query: 'prometheus' },
  ];
  const asked = (expr: string, program?: ProgramScope) => {
    const made = board(
      { templating: { list: variables }, panels: [{ type: 'stat', title: 'x', targets: [{ expr }] }] },
      program,
    );
    return made.panels[0]?.exprs[0] ?? made.notDrawn[0]?.reason;
  };

  it.each([
    // A saved value of a query is one of its author's machines.
    ['max_over_time(a{pod="$pod",x="y"}[5m])', 'max_over_time(a{x="y"}[5m])'],
    ['max_over_time(a{x="y", pod=~"$pod"}[5m])', 'max_over_time(a{x="y"}[5m])'],
    ['delta(a{pod=~"$pod"}[5m])', 'delta(a{}[5m])'],
    ['delta(a{pod=~"$pod.*"}[5m])', 'delta(a{pod=~".*.*"}[5m])'],
    ['delta(a{pod="x.$pod"}[5m])', String.raw`delta(a{pod=~"x\\..*"}[5m])`],
    // The program that is looked at.
    ['a{instance=~"$node",job="$job"} / b', 'a{instance="bot-a:9090",job="bot-a"} / b'],
    ['a{job="author"}', 'a{job="author"}'],
    ['delta(a{side=~"$side"}[5m])', 'delta(a{side=~"buy|sell"}[5m])'],
    ['delta(a{side="$side"}[5m])', 'delta(a{side=~"buy|sell"}[5m])'],
    ['delta(a{side!="$side"}[5m])', 'delta(a{side!~"buy|sell"}[5m])'],
    ['delta(a{side=~"[[side]]"}[5m])', 'delta(a{side=~"buy|sell"}[5m])'],
    [`delta(a{side=~"$${'{'}side:pipe}"}[5m])`, 'delta(a{side=~"buy|sell"}[5m])'],
    [`delta(a{side=~"$${'{'}side:regex}x"}[5m])`, 'delta(a{side=~"(buy|sell)x"}[5m])'],
    ['delta(a{side=~"$all"}[5m])', 'delta(a{side=~".*"}[5m])'],
    ['delta(a{side=~"$each"}[5m])', 'delta(a{side=~"buy|sell"}[5m])'],
    ['delta(a{x="$one"}[5m])', 'delta(a{x="a.b"}[5m])'],
    ['delta(a{device="$fixed"}[$win])', 'delta(a{device="eth0"}[$__rate_interval])'],
    ['irate(a[$__rate_interval]) * $__range_s', 'irate(a[$__rate_interval]) * $__range_s'],
    ['delta(a{pod=~"$nested"}[5m])', 'delta(a{pod=~".*-[0-9]+"}[5m])'],
    ['delta(a{pod=~"$pods"}[5m])', 'delta(a{pod=~".*-(a|b)"}[5m])'],
    ['label_replace(a, "x", "$1", "y", "(.*)")', 'label_replace(a, "x", "$1", "y", "(.*)")'],
  ])('%s is asked as %s', (expr, query) => {
    expect(asked(expr, beside)).toEqual({ kind: 'promql', query });
  });

  it.each([
    ['a{pod!~"$pod"}', 'it needs a variable: pod'],
    ['topk($pod, a)', 'it needs a variable: pod'],
    ['a{x="$unknown"}', 'it needs a variable: unknown'],
    ['a{x="$ds"}', 'it needs a variable: ds'],
  ])('%s is not drawn: %s', (expr, reason) => {
    expect(asked(expr, beside)).toBe(reason);
  });

  it('computes what is possible without a server, and names the rest', () => {
    expect(asked('sum(a{pod="$pod",instance="$node"})')).toEqual({ kind: 'value', metric: 'a', reduce: 'sum' });
    expect(asked('sum(rate(a[$__rate_interval]))')).toEqual({ kind: 'rate', metric: 'a', window: 60_000 });
    expect(asked('a{job="bot-b"}')).toBe('it needs a Prometheus server: it is about job bot-b');
    expect(asked('irate(a[5m])')).toBe('it needs a Prometheus server');
    // On no page of a program.
    expect(asked('sum(ALERTS)')).toBe('it needs a Prometheus server');
    expect(asked('up', { server: true })).toEqual({ kind: 'promql', query: 'up' });
  });

  it("repeats a panel for each value from the file or the program's page", () => {
    const panel = (title: string, repeat: string) => ({
      type: 'timeseries',
      title,
      repeat,
      targets: [{ expr: `orders{side="$${repeat}"}`, legendFormat: `$${repeat} {{kind}}` }],
    });
    const queried = { name: 'venue', type: 'query', query: 'label_values(orders, venue)' };
    const dashboard = {
      templating: { list: [...variables, queried] },
      panels: [panel('G $side', 'side'), { type: 'row', repeat: 'venue', panels: [panel('H', '')] }],
    };
    const labelValues = (label: string, metric?: string) =>
      label === 'venue' && metric === 'orders' ? ['X', 'Y'] : [];
    const made = board(dashboard, { server: false, labelValues });
    expect(made.panels.map(({ title }) => title)).toEqual(['G buy', 'G sell', 'H X', 'H Y']);
    expect(made.panels[1]?.exprs).toEqual([
      { kind: 'value', metric: 'orders', where: { side: 'sell' }, legend: 'sell {{kind}}' },
    ]);
  });

  it('names the placeholder for all values', () => {
    const made = board({
      templating: { list: variables },
      panels: [{ type: 'stat', title: '$pod load', targets: [{ expr: 'a{pod="$pod"}' }] }],
    });
    expect(made.panels[0]).toMatchObject({ title: 'load', help: 'pod: all' });
  });
});
