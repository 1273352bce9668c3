import { extent, indexAt } from './scale.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '_.-=+*%#';

export type SparklineOptions = {
  ascii?: boolean;
  /** Value of the lowest and highest mark; default: the range of the data, from zero unless there are negative numbers. */
  min?: number;
  max?: number;
};

/** One row of marks, exactly `width` cells, the newest value at the right; a gap for NaN. */
export function sparkline(values: ArrayLike<number>, width: number, options: SparklineOptions = {}): string {
  const marks = options.ascii ? ASCII : BLOCKS;
  const { min, max } = bounds(values, options);
  const shown = Math.min(width, values.length);
  let text = ' '.repeat(Math.max(0, width - shown));
  for (let column = 0; column < shown; column += 1) {
    const value = values[indexAt(column, shown, values.length)] ?? Number.NaN;
    if (!Number.isFinite(value)) text += ' ';
    else text += marks[level(value, min, max, marks.length)] ?? ' ';
  }
  return text;
}

function bounds(values: ArrayLike<number>, options: SparklineOptions): { min: number; max: number } {
  const { min, max } = extent([values]);
  // From zero, unless that would hide a small change of a large number.
  const low = min > 0 && min < max * 0.8 ? 0 : min;
  return { min: options.min ?? low, max: options.max ?? max };
}

function level(value: number, min: number, max: number, count: number): number {
  if (!(max > min)) return value === 0 ? 0 : count >> 1;
  const share = Math.max(0, Math.min(1, (value - min) / (max - min)));
  return Math.min(count - 1, Math.floor(share * count));
}
