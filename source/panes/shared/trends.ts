import type { UsageFigure, UsageHistory } from '../../metrics/usage-history.ts';
import type { RangeSeries } from '../../prometheus/evaluate.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';

/** The time span of sparklines. */
const SPARK_MS = 300_000;
/** Invisible containers are read rarely: a reading is valid for this long. */
const LOOKBACK_MS = 30_000;
/**
 * The history of a figure, summed over containers, in the last five minutes. The highest mark is the highest value, or `atLeast` if that is
 * more; `max` is its value if known, such as a limit.
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

/** The time span of a sparkline, on a grid of whole steps, so that marks keep their height while moving. */
export function onGrid(now: number, cells: number, least: number): { from: number; to: number; step: number } {
  const step = Math.max(least, Math.ceil(SPARK_MS / cells));
  const to = Math.floor(now / step) * step;
  return { from: to - step * (cells - 1), to, step };
}

/** The value farthest from zero in each step, so that a mark does not hide a peak. */
export function peaks({ low, high }: Omit<RangeSeries, 'legend'>): Float64Array {
  return high.map((top, index) => (Math.abs(low[index] ?? 0) > Math.abs(top) ? (low[index] ?? top) : top));
}
