import { expect, it } from 'vitest';
import type { Result } from './measures.ts';
import { isNoisy } from './noise.ts';
import { table } from './report.ts';

const flat = (value: number) => ({ median: value, least: value, most: value, n: 3 });
const result = (start: number): Result => ({
  setup: 'simulated engine, 50 containers',
  firstFrameMs: { median: start, least: start - 10, most: start + 10, n: 9 },
  idleCpuPercent: flat(1),
  residentMiB: flat(100),
  bytesPerSecond: flat(0),
  keyMs: { p50: 3, p95: 9, p99: 12, n: 100 },
});

it('sets each figure next to its ratio to the last run, and leaves out what was not measured', () => {
  const lines = table([result(150)], [result(300)]);
  expect(lines).toContain(
    '| simulated engine, 50 containers | exec to first frame with names, ms | 150 (140–160) | 0.50 |',
  );
  expect(lines).toContain('| simulated engine, 50 containers | key to frame p99, ms | 12.0 | 1.00 |');
  expect(lines.join('\n')).not.toContain('load caused in the engine');
});

it('compares with nothing when the last run had no such setup', () => {
  expect(table([result(150)])[2]).toMatch(/\| - \|$/);
});

it('concludes nothing on a machine when the same work takes half as long again', () => {
  expect([1.1, 1.6, Number.NaN].map(isNoisy)).toEqual([false, true, true]);
});
