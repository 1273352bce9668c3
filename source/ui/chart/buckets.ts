import type { ChartSeries } from './chart.ts';
import { extent, indexAt, roundStep } from './scale.ts';

/** The distribution of values: over time for a heatmap, or at one time for a histogram. */
export type Buckets = {
  /** Upper bound of each bucket, ascending; the last may be infinite. Undefined if the lines are not buckets of numbers. */
  bounds: readonly number[];
  /** The count in each bucket at each column; NaN if unknown. */
  counts: readonly (readonly number[])[];
};

/** Buckets for raw values, if the lines are not buckets themselves. */
const MADE = 12;

/** The lines as buckets of `columns` columns: those of a Prometheus histogram, named by their bounds, else the values counted in equal ranges. */
export function bucketsOf(lines: readonly ChartSeries[], columns: number): Buckets {
  const bounds = lines.map(({ legend }) => boundOf(legend));
  const areBuckets = lines.length > 1 && bounds.every((bound) => !Number.isNaN(bound));
  return areBuckets && new Set(bounds).size === bounds.length
    ? fromHistogram(lines, bounds, columns)
    : fromValues(lines, columns);
}

/** `0.25`, `le 0.25`, `+Inf`. */
function boundOf(legend: string): number {
  const word = legend.replace(/^\W*le\W+/i, '').trim();
  return /^\+?inf$/i.test(word) ? Number.POSITIVE_INFINITY : word === '' ? Number.NaN : Number(word);
}

/** Converts Prometheus' cumulative counts to counts per bucket. */
function fromHistogram(lines: readonly ChartSeries[], unsorted: readonly number[], columns: number): Buckets {
  const order = unsorted.map((_, index) => index).sort((a, b) => (unsorted[a] ?? 0) - (unsorted[b] ?? 0));
  const bounds = order.map((index) => unsorted[index] ?? Number.NaN);
  const raw = order.map((index) => {
    const { values = [] } = lines[index] ?? {};
    return Array.from({ length: columns }, (_, at) => values[indexAt(at, columns, values.length)] ?? Number.NaN);
  });
  const isCumulative = raw.every((row, index) =>
    row.every((value, at) => !(value < (raw[index - 1]?.[at] ?? Number.NEGATIVE_INFINITY) * (1 - 1e-9))),
  );
  if (!isCumulative) return { bounds, counts: raw };
  const counts = raw.map((row, index) => row.map((value, at) => Math.max(0, value - (raw[index - 1]?.[at] ?? 0))));
  return { bounds, counts };
}

function fromValues(lines: readonly ChartSeries[], columns: number): Buckets {
  const { min, max } = extent(lines.map(({ values }) => values));
  if (min > max) return { bounds: [], counts: [] };
  const step = roundStep((max - min) / MADE || Math.abs(max) || 1);
  const low = Math.floor(min / step);
  const count = Math.max(1, Math.ceil(max / step + 1e-9) - low);
  const bounds = Array.from({ length: count }, (_, index) => Number(((low + index + 1) * step).toPrecision(12)));
  const counts = bounds.map(() => Array.from({ length: columns }, () => 0));
  for (const { values } of lines) {
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const at = values.length <= 1 ? columns - 1 : Math.floor((index * (columns - 1)) / (values.length - 1));
      const row = counts[Math.min(count - 1, Math.max(0, Math.floor(value / step + 1e-9) - low))];
      if (row) row[at] = (row[at] ?? 0) + 1;
    }
  }
  return { bounds, counts };
}
