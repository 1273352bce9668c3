import { fit, width as widthOf } from '../../lib/text.ts';
import { formatValue } from '../../lib/value.ts';
import { bucketsOf } from './buckets.ts';
import { type ChartOptions, type ChartSeries, newestOf } from './chart.ts';
import { sparkline } from './sparkline.ts';

/** The newest values of lines, one per row: as a table, as bars, as a histogram of buckets, or as states over time. */

export type ValueView = 'table' | 'bars' | 'histogram' | 'states';

/** The maximum share of the width for a name. */
const NAME_SHARE = 0.5;

/** Exactly `height` rows of `width` cells; if there are more lines, the last row says how many. All legends are safe. */
export function valueRows(lines: readonly ChartSeries[], view: ValueView, options: ChartOptions): string[] {
  if (view === 'histogram') return rowsOf(distribution(lines, options), view, { ...options, unit: 'count' });
  return rowsOf(lines, view, options);
}

/** A line for each bucket with its newest count, or for raw values with their count over the whole time. */
function distribution(lines: readonly ChartSeries[], { unit, ascii }: ChartOptions): ChartSeries[] {
  const { bounds, counts } = bucketsOf(lines, 1);
  return bounds.map((bound, index) => ({
    legend: bound === Number.POSITIVE_INFINITY ? 'more' : `${ascii ? '<=' : '≤'} ${formatValue(bound, unit, ascii)}`,
    values: counts[index] ?? [],
  }));
}

function rowsOf(lines: readonly ChartSeries[], view: ValueView, options: ChartOptions): string[] {
  const { width, height, paint = (_, text) => text, dim = (text) => text } = options;
  const rows = lines.map((line) => ({ line, text: newestOf(line.values, options), value: lastOf(line) }));
  const room = rows.length > height ? height - 1 : height;
  const shown =
    view === 'states' || view === 'histogram' ? rows : [...rows].sort((a, b) => order(b.value) - order(a.value));
  const page = shown.slice(0, Math.max(0, room));
  const names = Math.min(Math.floor(width * NAME_SHARE), Math.max(0, ...page.map(({ line }) => widthOf(line.legend))));
  const values = Math.min(width - names, Math.max(1, ...page.map(({ text }) => widthOf(text))));
  const middle = Math.max(0, width - names - values - 2);
  const largest = Math.max(0, ...rows.map(({ value }) => (Number.isFinite(value) ? Math.abs(value) : 0)));
  const drawn = page.map(({ line, text, value }) => {
    const name = fit(line.legend, names, 'left', options.ascii ? '~' : '…');
    const between =
      view === 'table' || middle < 2
        ? ' '.repeat(middle)
        : view === 'bars' || view === 'histogram'
          ? bar(largest === 0 ? 0 : Math.abs(value) / largest, middle, options.ascii)
          : fit(sparkline(line.values, middle, { ascii: options.ascii }), middle);
    return `${name} ${paint(lines.indexOf(line), between)} ${fit(text, values, 'right')}`;
  });
  if (rows.length > page.length && room >= 0) drawn.push(dim(fit(`and ${rows.length - page.length} more`, width)));
  return Array.from({ length: Math.max(0, height) }, (_, row) => drawn[row] ?? ' '.repeat(width));
}

function lastOf({ values }: ChartSeries): number {
  return values[values.length - 1] ?? Number.NaN;
}

/** Lines without a value come last. */
function order(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function bar(share: number, cells: number, ascii = false): string {
  const full = Number.isFinite(share) ? Math.round(Math.max(0, Math.min(1, share)) * cells) : 0;
  return (ascii ? '#' : '█').repeat(full) + ' '.repeat(cells - full);
}
