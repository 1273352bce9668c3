/** Arithmetic of axes. */

export type Scale = { min: number; max: number; ticks: readonly number[] };

const STEPS = [1, 2, 2.5, 5, 10];

/**
 * A scale over all finite numbers of `series` and `also` (limits that must be seen), its ends and about `wanted` ticks on
 * round numbers (`binary`: in KiB, MiB and so on). Zero is included if the data comes near it. Without data: 0 to 1.
 */
export function scaleOf(
  series: readonly ArrayLike<number>[],
  wanted: number,
  also: readonly number[] = [],
  binary = false,
): Scale {
  let { min, max } = extent([...series, also]);
  if (min > max) return { min: 0, max: 1, ticks: [0, 1] };
  if (min > 0 && min < max * 0.6) min = 0;
  if (max < 0 && max > min * 0.6) max = 0;
  if (min === max) [min, max] = around(min);
  const step = roundStep((max - min) / Math.max(1, wanted - 1), binary);
  const low = Math.floor(min / step + 1e-9) * step;
  const high = Math.ceil(max / step - 1e-9) * step;
  const ticks: number[] = [];
  for (let index = 0; low + index * step <= high + step / 2 && index < 100; index += 1) {
    ticks.push(Number((low + index * step).toPrecision(12)));
  }
  return { min: low, max: high, ticks };
}

/** Smallest and largest finite number; without any, min is larger than max. */
export function extent(all: readonly ArrayLike<number>[]): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const values of all) {
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { min, max };
}

function around(value: number): [number, number] {
  if (value === 0) return [0, 1];
  return value > 0 ? [0, value] : [value, 0];
}

/** The next round number (1, 2, 2.5 or 5 times a power of ten) that is not smaller. */
export function roundStep(rough: number, binary = false): number {
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  if (binary && rough >= 1024) {
    const unit = 1024 ** Math.floor(Math.log2(rough) / 10);
    // 1, 2, 5 … 500 of a unit, then 1 of the next.
    const step = roundStep(rough / unit) * unit;
    return step > 512 * unit ? 1024 * unit : step;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10);
}

/** Index of the value at column `at` of `columns`. */
export function indexAt(at: number, columns: number, length: number): number {
  return columns <= 1 ? length - 1 : Math.round((at * (length - 1)) / (columns - 1));
}

/** First and last index of the values in column `at` of `columns`. */
export function indicesAt(at: number, columns: number, length: number): readonly [first: number, last: number] {
  const last = indexAt(at, columns, length);
  const before = at === 0 || columns <= 1 ? -1 : indexAt(at - 1, columns, length);
  return [Math.min(last, before + 1), last];
}
