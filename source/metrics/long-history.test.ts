import { expect, it } from 'vitest';
import { LONG_STEP, LongHistory } from './long-history.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const key = (legend: string) => ['engine compose:x/db', 'CPU', legend] as const;
const values = (line: { values: ArrayLike<number> } | undefined) => Array.from(line?.values ?? []);

it('fills a chart from before its own first value, and keeps its own values', () => {
  const history = new LongHistory();
  for (let at = NOW - 2 * DAY; at <= NOW; at += LONG_STEP) history.record(at, [[key(''), 5]]);
  const own = { legend: '', values: [Number.NaN, Number.NaN, Number.NaN, 7] };
  const span = { from: NOW - 3 * DAY, to: NOW, columns: 4 };
  const [line] = history.extended(key('')[0], 'CPU', [own], span);
  expect(values(line)).toEqual([Number.NaN, Number.NaN, 5, 7]);
  expect(history.extended('another', 'CPU', [own], span)).toEqual([own]);
});

it('shows lines that no longer exist, and leaves gaps where nothing was recorded', () => {
  const history = new LongHistory();
  history.record(NOW - 2 * DAY - LONG_STEP, [[key('old'), 3]]);
  const span = { from: NOW - 2 * DAY, to: NOW, columns: 3 };
  expect(history.extended(key('')[0], 'CPU', [], span).map((line) => [line.legend, values(line)])).toEqual([
    ['old', [3, Number.NaN, Number.NaN]],
  ]);
});

it('gives back all it keeps for five weeks, and no more', () => {
  const history = new LongHistory();
  for (let at = NOW - 50 * DAY; at <= NOW; at += LONG_STEP) history.record(at, [[key(''), 1]]);
  const all = [...history.all(NOW)];
  expect(all[0]?.at).toBeGreaterThanOrEqual(NOW - 35 * DAY - LONG_STEP);
  expect(all.length).toBe((35 * DAY) / LONG_STEP + 1);
});
