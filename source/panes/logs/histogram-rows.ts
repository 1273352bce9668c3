import { clockTime, count, duration } from '../../lib/format.ts';
import { columnOf, type Histogram } from '../../logs/histogram.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';
import type { Theme } from '../../ui/theme.ts';

/** Cells before and behind the bars. */
const LABEL = 8;
const NOTE = 24;

/** Columns of bars in a row of so many cells. */
export function histogramColumns(cells: number): number {
  return Math.max(0, cells - LABEL - NOTE);
}

/** Two rows: lines and errors over time, each with its peak, and under the cursor a column of its own look. */
export function histogramRows(found: Histogram, cursor: number | undefined, theme: Theme): string[] {
  const at = cursor === undefined ? undefined : columnOf(found, cursor);
  const ascii = theme.ascii;
  const per = duration(found.step);
  const row = (label: string, values: readonly number[], tone: 'dim' | 'bad') => {
    const peak = Math.max(0, ...values);
    // Nothing is a blank: the smallest bar is at least one line.
    const marks = [...sparkline(values, values.length, { ascii, min: 0, max: Math.max(1, peak) })].map(
      (mark, column) => (values[column] === 0 ? ' ' : mark),
    );
    const bars = marks.map((mark, column) =>
      column === at ? theme.paint('focus', mark === ' ' ? theme.box.v : mark) : theme.paint(tone, mark),
    );
    return ` ${theme.paint('dim', label.padEnd(LABEL - 1))}${bars.join('')} ${theme.paint('dim', `peak ${count(peak)} in ${per}`)}`;
  };
  const span = `${clockTime(found.from)}–${clockTime(found.to)}`;
  const total = found.errors.reduce((sum, one) => sum + one, 0);
  const [lines = '', errors = ''] = [row('lines', found.lines, 'dim'), row('errors', found.errors, 'bad')];
  return total > 0
    ? [lines, errors]
    : [lines, ` ${theme.paint('dim', `${'errors'.padEnd(LABEL - 1)}none in ${span}`)}`];
}
