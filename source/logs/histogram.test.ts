import { expect, it } from 'vitest';
import { columnOf, histogram } from './histogram.ts';
import { Hits } from './hits.ts';

const buffer = (times: readonly number[], first = 0) => ({
  first,
  end: times.length,
  time: (line: number) => times[line] ?? 0,
});

it('counts lines and errors in columns of equal length', () => {
  const errors = new Hits(10);
  errors.record({ from: 0, to: 10 }, [8, 9]);
  const found = histogram(buffer([0, 1, 2, 3, 4, 50, 60, 98, 99, 100]), 4, { errors, cleared: 0 });
  expect(found).toEqual({ from: 0, to: 100, step: 25, lines: [5, 0, 2, 3], errors: [0, 0, 0, 2] });
  expect(found && columnOf(found, 60)).toBe(2);
  expect(found && columnOf(found, -1)).toBeUndefined();
});

it('counts only filtered lines, and none before the view was cleared', () => {
  const shown = new Hits(4);
  shown.record({ from: 0, to: 4 }, [1, 3]);
  expect(histogram(buffer([0, 10, 20, 30]), 2, { shown, cleared: 0 })?.lines).toEqual([1, 1]);
  expect(histogram(buffer([0, 10, 20, 30]), 2, { cleared: 2 })?.lines).toEqual([1, 1]);
});

it('shows a single time in one column, and nothing without lines', () => {
  expect(histogram(buffer([5, 5, 5]), 3, { cleared: 0 })?.lines).toEqual([3, 0, 0]);
  expect(histogram(buffer([]), 3, { cleared: 0 })).toBeUndefined();
});
