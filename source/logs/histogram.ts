import type { LogBuffer } from './buffer.ts';
import type { Hits } from './hits.ts';

/** Lines and errors over time, in columns of equal length. */
export type Histogram = {
  /** Times of the first and last line, and the length of a column (ms). */
  from: number;
  to: number;
  step: number;
  lines: readonly number[];
  errors: readonly number[];
};

/**
 * Counts the lines of a buffer, or only the `shown` ones, and all errors, in `columns` columns. Costs a few searches per
 * column, however many lines there are, since lines are nearly sorted by time. Undefined if there are no lines.
 */
export function histogram(
  buffer: Pick<LogBuffer, 'first' | 'end' | 'time'>,
  columns: number,
  { shown, errors, cleared }: { shown?: Hits; errors?: Hits; cleared: number },
): Histogram | undefined {
  const first = Math.max(buffer.first, cleared);
  if (first >= buffer.end || columns < 1) return undefined;
  const [from, to] = [buffer.time(first), buffer.time(buffer.end - 1)];
  const step = Math.max(1, (to - from) / columns);
  const edges = Array.from({ length: columns + 1 }, (_, at) =>
    at === columns ? buffer.end : lineAtOrAfter(buffer, first, from + at * step),
  );
  const between = (hits: Hits | undefined) =>
    edges.slice(1).map((edge, at) => {
      const begin = edges[at] ?? first;
      return hits ? hits.rank(edge) - hits.rank(begin) : edge - begin;
    });
  return { from, to, step, lines: between(shown), errors: errors ? between(errors) : [] };
}

/** The column of a time; undefined if it is outside. */
export function columnOf({ from, step, lines }: Histogram, time: number): number | undefined {
  const at = Math.min(lines.length - 1, Math.floor((time - from) / step));
  return at < 0 ? undefined : at;
}

function lineAtOrAfter(buffer: Pick<LogBuffer, 'end' | 'time'>, first: number, at: number): number {
  let [low, high] = [first, buffer.end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (buffer.time(middle) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
