import { expect, it } from 'vitest';
import { spanOf } from './board-rows.ts';
import { initialMetrics, lengthOf, type MetricsAction, metricsReducer } from './metrics-state.ts';

const NOW = 1_000_000_000;
const after = (...actions: MetricsAction[]) => actions.reduce(metricsReducer, initialMetrics);

it('pans by half of the time shown, and continues with the newest values at the end', () => {
  const earlier = after({ type: 'pan', by: -1, now: NOW }, { type: 'pan', by: -1, now: NOW });
  expect(earlier.end).toBe(NOW - 300_000);
  const span = spanOf(earlier, NOW, 100);
  expect(span.to).toBeLessThan(NOW - 300_000 + span.step + 1);
  expect(
    metricsReducer(metricsReducer(earlier, { type: 'pan', by: 1, now: NOW }), { type: 'pan', by: 1, now: NOW }).end,
  ).toBeUndefined();
});

it('shows a span of any length, until a range is chosen', () => {
  const week = after({ type: 'span', length: 7 * 86_400_000, end: NOW - 5000 });
  expect(lengthOf(week)).toBe(7 * 86_400_000);
  expect(spanOf(week, NOW, 100).columns).toBeLessThanOrEqual(101);
  expect(lengthOf(metricsReducer(week, { type: 'range', key: '6' }))).toBe(3_600_000);
  expect(metricsReducer(week, { type: 'live' })).toEqual(initialMetrics);
});
