import type { UsageFigure, UsageHistory } from '../../metrics/usage-history.ts';
import type { RangeSeries } from '../../prometheus/evaluate.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';

/** What sparklines look back on. */
const SPARK_MS = 300_000;
/** Containers are read seldom where nobody looks: a reading stands for so long. */
const LOOKBACK_MS = 30_000;
/**
 * How a figure of containers together went in the last five minutes. The highest mark stands for the highest value, or for `atLeast`
 * where that is more; `max` is its value where that is known, such as a limit.
 */
export function usageTrend(
  usage: UsageHistory,
  figure: UsageFigure,
  { containers, now, cells }: { containers: readonly string[]; now: number; cells: number },
  { ascii, max, atLeast = 0 }: { ascii: boolean; max?: number; atLeast?: number },
): string {
  const range = { ...onGrid(now, cells, 1000), steps: cells, lookback: LOOKBACK_MS };
  const values = peaks(usage.series(containers, figure, range));
  const highest = Math.max(atLeast, ...values.filter((value) => !Number.isNaN(value)));
  return sparkline(values, cells, { ascii, min: 0, max: max ?? highest });
}

/** What a sparkline looks back on, on a grid of whole steps: marks do not change their heights while they move on. */
export function onGrid(now: number, cells: number, least: number): { from: number; to: number; step: number } {
  const step = Math.max(least, Math.ceil(SPARK_MS / cells));
  const to = Math.floor(now / step) * step;
  return { from: to - step * (cells - 1), to, step };
}

/** Of each step what was farthest from zero: a mark has one height, and shall not hide a peak. */
export function peaks({ low, high }: Omit<RangeSeries, 'legend'>): Float64Array {
  return high.map((top, index) => (Math.abs(low[index] ?? 0) > Math.abs(top) ? (low[index] ?? top) : top));
}
