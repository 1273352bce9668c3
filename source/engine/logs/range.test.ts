import { expect, it } from 'vitest';
import { historyQuery } from './range.ts';

const untilOf = (run: { startedAt?: number; finishedAt?: number }) =>
  historyQuery({ kind: 'previous', lines: 10 }, 9000, run).until;

it('splits the previous run off between its end and the next start', () => {
  expect(untilOf({ startedAt: 5000, finishedAt: 4000 })).toBe(4500);
  expect(untilOf({ startedAt: 5000, finishedAt: 6000 })).toBe(4999);
});

it('does not mistake the first lines of the first run for an earlier run', () => {
  expect(untilOf({ startedAt: 5000 })).toBe(1);
});
