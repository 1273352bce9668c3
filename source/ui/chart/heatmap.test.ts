import { describe, expect, it } from 'vitest';
import { heatmapRows } from './heatmap.ts';
import { valueRows } from './value-rows.ts';

const time = (ms: number) => String(ms);
const base = { width: 20, height: 6, from: 0, to: 120, ascii: true, time };
/** Counts below each bound, as Prometheus has them. */
const cumulative = [
  { legend: '+Inf', values: [8, 8, 10, 16] },
  { legend: '0.1', values: [8, 4, 2, 0] },
  { legend: '1', values: [8, 8, 10, 8] },
];

describe('heatmapRows', () => {
  it('draws the count of each bucket, with the largest values at the top and higher counts darker', () => {
    expect(heatmapRows(cumulative, base)).toEqual([
      'most <= 1: 8, darke~',
      '  more|          ###',
      '  <= 1|  ::::#######',
      '<= 0.1|##::::....   ',
      '       0   60    120',
      ' '.repeat(20),
    ]);
  });

  it('names the fullest bucket at the cursor', () => {
    expect(heatmapRows(cumulative, { ...base, width: 40, cursor: 0 })[0]?.trim()).toBe('0 most <= 0.1: 8, darkest 8');
  });

  it('counts raw values in equal ranges', () => {
    const rows = heatmapRows(
      [
        { legend: 'a', values: [1, 1, 9] },
        { legend: 'b', values: [1, 5, 9] },
      ],
      { ...base, width: 30, height: 14 },
    );
    expect(rows[1]).toContain('#');
    expect(rows.filter((row) => /[#*:.]/.test(row.split('|')[1] ?? ''))).toHaveLength(3);
  });

  it('lets buckets share rows, and draws nothing without values', () => {
    const many = Array.from({ length: 20 }, (_, bound) => ({ legend: String(bound), values: [bound + 1] }));
    expect(heatmapRows(many, { ...base, height: 7 }).filter((row) => row.includes('|'))).toHaveLength(5);
    expect(heatmapRows([], base)).toHaveLength(6);
  });
});

it('shows a histogram in the order of its buckets, each with its own count', () => {
  expect(valueRows(cumulative, 'histogram', { ...base, width: 24, height: 3 })).toEqual([
    '<= 0.1                 0',
    '<= 1   ############### 8',
    'more   ############### 8',
  ]);
});
