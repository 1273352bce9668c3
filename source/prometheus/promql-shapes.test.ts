import { describe, expect, it } from 'vitest';
import type { Expr } from './expr.ts';
import { readShape } from './promql-shapes.ts';
import { toPromql } from './to-promql.ts';

describe('readShape', () => {
  it.each<[string, Expr | undefined]>([
    ['nanoarb_pnl', { kind: 'value', metric: 'nanoarb_pnl' }],
    ['a{b="c",d=~"e|f"}', { kind: 'value', metric: 'a', where: { b: 'c', d: '/e|f/' } }],
    ['a{b!="c", d!~"e|f",}', { kind: 'value', metric: 'a', not: { b: 'c', d: '/e|f/' } }],
    ['a{path="/api/"}', { kind: 'value', metric: 'a', where: { path: '/\\/api\\//' } }],
    ['a{b="} , c"}', { kind: 'value', metric: 'a', where: { b: '} , c' } }],
    ['avg by (y) (a)', { kind: 'value', metric: 'a', by: ['y'], reduce: 'avg' }],
    ['rate(a_total{x="1"}[1m])', { kind: 'rate', metric: 'a_total', where: { x: '1' }, window: 60_000, each: true }],
    ['increase(a_total[1h])', { kind: 'rate', metric: 'a_total', window: 3_600_000, scale: 3600, each: true }],
    [
      'histogram_quantile(0.9, rate(x_bucket[5m])) * 1000',
      { kind: 'quantile', q: 0.9, metric: 'x', window: 300_000, each: true, scale: 1000 },
    ],
    ['(a / 1000)', { kind: 'value', metric: 'a', scale: 0.001 }],
    ['60 * rate(a_total[5m])', { kind: 'rate', metric: 'a_total', window: 300_000, scale: 60, each: true }],
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
    // The labels of a scrape are the server's: which program this is, no page says.
    ['a{job="x"}', undefined],
    ['rate(a_total{instance=~"x.*"}[1m])', undefined],
    ['sum by (instance) (a)', undefined],
    ['a{b=~"(?i)x"}', undefined],
    ['a{b=~"x",b=~"y"}', undefined],
    ['avg(rate(a_total[1m]))', undefined],
    ['histogram_quantile(0.95, sum(rate(x_bucket[1m])))', undefined],
    ['histogram_quantile(0.95, rate(x_seconds[1m]))', undefined],
    ['a + b', undefined],
    ['sum(a) / sum(b)', undefined],
    ['sum(rate(a[1m])) + sum(rate(b[1m]))', undefined],
    ['rate(a[1m:10s])', undefined],
    ['a offset 5m', undefined],
    ['', undefined],
  ])('%s', (query, expr) => {
    expect(readShape(query)).toEqual(expr);
  });

  it.each([
    ['a{b="c"} * 2', 'a{b="c"} * 2'],
    ['rate(a_total[1m])', 'rate(a_total[60s])'],
    ['sum(rate(a_total[1m]))', 'sum by () (rate(a_total[60s]))'],
    ['a{b!="c",d!~"e|f",p="/api/"}', 'a{p=~"\\\\/api\\\\/",b!="c",d!~"e|f"}'],
    ['histogram_quantile(0.5, rate(a_bucket[5m]))', 'histogram_quantile(0.5, rate(a_bucket[300s]))'],
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
