import { describe, expect, it } from 'vitest';
import { width as widthOf } from '../../lib/text.ts';
import { formatValue, type Unit } from '../../lib/value.ts';
import { chartRows } from './chart.ts';
import { roundStep, scaleOf } from './scale.ts';
import { sparkline } from './sparkline.ts';

const time = (ms: number) => new Date(ms).toISOString().slice(14, 19);
const base = { width: 40, height: 8, from: 0, to: 600_000, time };

describe('chartRows', () => {
  it('draws a line with round numbers at its left and times below', () => {
    const values = Array.from({ length: 20 }, (_, index) => index);
    const rows = chartRows([{ legend: 'orders', values }], { ...base, ascii: true });
    expect(rows[0]?.trimEnd()).toBe('* orders 19');
    expect(rows[1]).toMatch(/^20\+ .*\*$/);
    expect(rows[6]).toMatch(/^ 0\+\*+ +$/);
    expect(rows[7]).toBe('   00:00           05:00           10:00');
  });

  it('shows the age of the last value of an ended line', () => {
    const ended = Float64Array.from({ length: 21 }, (_, index) => (index > 10 ? Number.NaN : 44.9));
    const rows = chartRows(
      [
        { legend: 'gone', values: ended },
        { legend: 'here', values: ended.map(() => 7) },
        { legend: 'never', values: ended.map(() => Number.NaN) },
      ],
      { ...base, width: 60, ascii: true },
    );
    expect(rows[0]).toMatch(/^\* gone 44\.9 \(5m ago\) {2}\S here 7 {2}\S never -/);
  });

  it('fills exactly its width and height in every style and size', () => {
    const values = Float64Array.from({ length: 50 }, (_, index) => (index === 20 ? Number.NaN : Math.sin(index) * 60));
    for (const [width, height] of [
      [80, 12],
      [16, 4],
      [10, 2],
      [1, 1],
      [200, 50],
    ] as const) {
      for (const style of [{ ascii: true }, { style: 'blocks' as const }, {}]) {
        const rows = chartRows([{ legend: 'Lage µ', values }], {
          ...base,
          ...style,
          width,
          height,
          limits: [-50, 50],
          cursor: 0.3,
        });
        expect(rows).toHaveLength(height);
        expect(rows.map(widthOf)).toEqual(rows.map(() => width));
      }
    }
  });

  it('uses only ASCII on request', () => {
    const rows = chartRows([{ legend: 'a', values: [1e-7, 2e-6] }], {
      ...base,
      unit: 'seconds',
      ascii: true,
      cursor: 0.5,
      limits: [1e-6],
    });
    expect(rows.join('')).toMatch(/^[ -~]*$/);
  });

  it('leaves a gap where a value is missing and draws limits behind the line', () => {
    const rows = chartRows([{ legend: 'position', values: [10, 10, Number.NaN, Number.NaN, 10, 10] }], {
      ...base,
      width: 26,
      ascii: true,
      limits: [15],
    });
    const line = rows.find((row) => row.includes('**'));
    expect(line).toMatch(/\*+ {4,}\*+/);
    expect(rows.filter((row) => row.includes('-----'))).toHaveLength(1);
  });

  it('names limits that would flatten the values instead of drawing them', () => {
    const rows = chartRows([{ legend: 'position', values: [3, 4, 3] }], { ...base, width: 60, limits: [-50, 50] });
    expect(rows[0]).toMatch(/^━ position 3 +↓-50 ↑50$/);
    expect(rows.join('')).not.toContain('╌');
    expect(rows[1]).toContain('4┤');
  });

  it('distinguishes series by marks in the plot', () => {
    const series = [
      { legend: 'a', values: Array.from({ length: 60 }, () => 1) },
      { legend: 'b', values: Array.from({ length: 60 }, () => 5) },
    ];
    const plot = chartRows(series, { ...base, width: 60 })
      .slice(1)
      .join('');
    expect(plot).toContain('●');
    expect(plot).toContain('◆');
  });

  it('reads out all digits at the cursor', () => {
    const [row = ''] = chartRows([{ legend: 'orders', values: [1341795, 1341800] }], { ...base, width: 60, cursor: 0 });
    expect(row).toContain('orders 1,341,795');
  });

  it('reads out the values and the time at the cursor', () => {
    const series = [
      { legend: 'p50', values: [100, 200, 300] },
      { legend: 'p99', values: [400, 500, 600] },
    ];
    const at = (cursor?: number) =>
      chartRows(series, { ...base, unit: 'ns', ...(cursor === undefined ? {} : { cursor }) })[0];
    expect(at()?.trimEnd()).toBe('● p50 300ns  ◆ p99 600ns');
    expect(at(0)?.trimEnd()).toBe('00:00 ● p50 100ns  ◆ p99 400ns');
    expect(at(0.5)?.trimEnd()).toBe('05:00 ● p50 200ns  ◆ p99 500ns');
  });

  it('draws a peak between two values, and reads out how far it went', () => {
    const values = new Float64Array(38).fill(5);
    const high = values.map((value, index) => (index === 20 ? 40 : value));
    const line = { legend: 'depth', values, low: values, high };
    const rows = chartRows([line], { ...base, ascii: true });
    expect(rows[1]).toMatch(/^40\+ +\* +$/);
    const areas = chartRows([line], { ...base, style: 'blocks' });
    expect(areas[1]).toMatch(/^40┤ +█ +$/);
    const at = (cursor: number) => chartRows([line], { ...base, ascii: true, cursor })[0]?.trimEnd();
    expect(at(20 / 37)).toBe('05:24 * depth 5 (5..40)');
    expect(at(0.1)).toBe('01:00 * depth 5');
  });

  it('loses no value if there are more values than columns', () => {
    for (let peak = 0; peak < 500; peak += 7) {
      const values = Float64Array.from({ length: 500 }, (_, index) => (index === peak ? 90 : 10));
      for (const style of ['blocks', 'braille'] as const) {
        const rows = chartRows([{ legend: '', values }], { ...base, style });
        expect(rows[1]).not.toMatch(/^100┤ *$/);
      }
    }
  });

  it('colours series and axes through the callbacks only', () => {
    const rows = chartRows([{ legend: 'a', values: [1, 2] }], {
      ...base,
      paint: (series, text) => `<${series}>${text}</>`,
      dim: (text) => `<d>${text}</>`,
    });
    expect(rows[0]).toContain('<0>━ a 2');
    expect(rows[1]).toMatch(/^<d>/);
  });

  it('draws an empty chart without data', () => {
    const rows = chartRows([{ legend: 'a', values: [] }], { ...base, ascii: true });
    expect(rows[0]?.trimEnd()).toBe('* a -');
    expect(rows.join('').replace(/[^*]/g, '')).toBe('*');
  });
});

describe('sparkline', () => {
  it('draws from zero, the newest at the right', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 7], 4)).toBe('  ▁█');
    expect(sparkline([0, 3.5, 7], 3, { ascii: true })).toBe('_+#');
  });

  it('shows a gap, a flat line and nothing at all', () => {
    expect(sparkline([1, Number.NaN, 1], 3)).toBe('▅ ▅');
    expect(sparkline([0, 0], 2)).toBe('▁▁');
    expect(sparkline([], 3)).toBe('   ');
  });

  it('downsamples if there are more values than cells', () => {
    expect(
      sparkline(
        Array.from({ length: 1000 }, (_, index) => index),
        8,
      ),
    ).toBe('▁▂▃▄▅▆▇█');
  });
});

describe('scaleOf', () => {
  it('uses round numbers around the data, including zero if it is near', () => {
    expect(scaleOf([[2, 9]], 3)).toEqual({ min: 0, max: 10, ticks: [0, 5, 10] });
    expect(scaleOf([[990, 1000]], 3)).toEqual({ min: 990, max: 1000, ticks: [990, 995, 1000] });
    expect(scaleOf([[-3, 4]], 4, [-50, 50])).toEqual({ min: -50, max: 50, ticks: [-50, 0, 50] });
  });

  it('counts bytes in binary units', () => {
    const MiB = 1024 * 1024;
    expect(scaleOf([[0, 900 * MiB]], 3, [], true).ticks).toEqual([0, 500 * MiB, 1000 * MiB]);
    expect(scaleOf([[0, 4096 * MiB]], 5, [], true).ticks).toEqual([0, 1, 2, 3, 4].map((gib) => gib * 1024 * MiB));
  });

  it('has a scale for one value, no values and infinite ones', () => {
    expect(scaleOf([[0]], 2).max).toBe(1);
    expect(scaleOf([[]], 2)).toEqual({ min: 0, max: 1, ticks: [0, 1] });
    expect(scaleOf([[Number.POSITIVE_INFINITY, 1]], 2).max).toBe(1);
    expect(roundStep(0.3)).toBeCloseTo(0.5);
  });
});

describe('formatValue', () => {
  it.each([
    [580, 'ns', '580ns'],
    [1240, 'ns', '1.24µs'],
    [0.0042, 'seconds', '4.2ms'],
    [90, 'seconds', '90s'],
    [600, 'seconds', '10m'],
    [24_536_678, 'bytes', '23.4MiB'],
    [0.123, 'ratio', '12.3%'],
    [312.5, 'dollars', '$312.50'],
    [-1_250_000, 'dollars', '-$1.3M'],
    [1234, 'count', '1.2k'],
    [0.0004, 'count', '0.00040'],
    [-3, 'count', '-3'],
    [Number.NaN, 'ns', '-'],
    [Number.POSITIVE_INFINITY, 'ns', 'Inf'],
    [1_764_839_730, 'time', '2025-12-04 09:15'],
  ] satisfies [number, Unit, string][])('writes %s %s as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});
