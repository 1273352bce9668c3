import { expect, it } from 'vitest';
import { historyQuery } from './range.ts';

const untilOf = (run: { startedAt?: number; finishedAt?: number }) =>
  historyQuery({ kind: 'previous', lines: 10 }, 9000, run).until;

it('cuts the previous run between its end and the next start', () => {
  expect(untilOf({ startedAt: 5000, finishedAt: 4000 })).toBe(4500);
  expect(untilOf({ startedAt: 5000, finishedAt: 6000 })).toBe(4999);
});

it('takes no first lines of a first run for those of a run before', () => {
  expect(untilOf({ startedAt: 5000 })).toBe(1);
});
