import { expect, it } from 'vitest';
import { metricNames } from './promql-names.ts';

it.each([
  ['nanoarb_pnl', ['nanoarb_pnl']],
  ['rate(a_total{job="b", c=~"d.*"}[5m]) / on (x, y) group_left(z) rate(b_total[1h])', ['a_total', 'b_total']],
  ['histogram_quantile(0.99, sum by (le, path) (rate(lat_bucket[1m])))', ['lat_bucket']],
  ['sum without (instance) (up) > bool 0 and absent(own:rule offset 5m)', ['up', 'own:rule']],
  ['topk(3, label_replace(m, "a", "b c", "d", "e(.*)")) * 1e3', ['m']],
  ['vector(1) or time() - 1.5e-9', []],
  ['{__name__="x"}', []],
])('%s', (query, names) => {
  expect(metricNames(query)).toEqual(names);
});
