import { expect, it } from 'vitest';
import type { Usage } from '../../engine/facts.ts';
import { UsageHistory } from '../../metrics/usage-history.ts';
import { usageTrend } from './trends.ts';

const NOW = 3_000_000;
const totals = { received: 0, sent: 0, read: 0, written: 0 };

function history(...percents: readonly number[]): UsageHistory {
  const usage = new UsageHistory();
  percents.forEach((cpuPercent, index) => {
    const reading: Usage = { at: NOW - 30_000 * (percents.length - 1 - index), cpuPercent, totals };
    usage.record(new Map([['a', reading]]));
  });
  return usage;
}

it('shows how the CPU went, the newest at the right, and next to nothing as next to nothing', () => {
  const cell = { containers: ['a'], now: NOW, cells: 10 };
  const options = { ascii: false, atLeast: 10 };
  expect(usageTrend(history(0, 50, 100), 'cpu', cell, options)).toBe('       ▁▅█');
  expect(usageTrend(history(0.1, 0.3, 0.2), 'cpu', cell, options)).toBe('       ▁▁▁');
  expect(usageTrend(history(), 'cpu', cell, options)).toBe(' '.repeat(10));
  expect(usageTrend(history(0, 50, 100), 'cpu', cell, { ascii: true })).toBe('       _+#');
});
