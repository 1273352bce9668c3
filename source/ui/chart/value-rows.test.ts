import { describe, expect, it } from 'vitest';
import { valueRows } from './value-rows.ts';

const lines = [
  { legend: 'buy', values: [1, 2, 5] },
  { legend: 'sell', values: [0, 4, 10] },
  { legend: 'gone', values: [3, Number.NaN, Number.NaN] },
];
const base = { width: 30, height: 3, from: 0, to: 120_000, ascii: true };

describe('valueRows', () => {
  it('draws a table, largest first, and marks missing values', () => {
    expect(valueRows(lines, 'table', base)).toEqual([
      'sell                        10',
      'buy                          5',
      'gone                3 (2m ago)',
    ]);
  });

  it('draws bars relative to the largest', () => {
    expect(valueRows(lines.slice(0, 2), 'bars', { ...base, width: 20, height: 2 })).toEqual([
      'sell ############ 10',
      'buy  ######        5',
    ]);
  });

  it('shows states over time, in the order of the query', () => {
    expect(valueRows(lines.slice(0, 2), 'states', { ...base, width: 14, height: 2 })).toEqual([
      'buy     .=#  5',
      'sell    _=# 10',
    ]);
  });

  it('says how many do not fit', () => {
    expect(valueRows(lines, 'table', { ...base, width: 12, height: 2 })).toEqual(['sell      10', 'and 2 more  ']);
    expect(valueRows(lines, 'bars', { ...base, width: 1, height: 0 })).toEqual([]);
    expect(valueRows([], 'table', base)).toHaveLength(3);
  });
});
