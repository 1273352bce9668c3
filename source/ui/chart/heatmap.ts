import { fit, width as widthOf } from '../../lib/text.ts';
import { formatValue, type Unit } from '../../lib/value.ts';
import { type Buckets, bucketsOf } from './buckets.ts';
import { type ChartOptions, type ChartSeries, padded, timeAxis } from './chart.ts';

/** Shades from none to most. */
const SHADES = { unicode: ' ░▒▓█', ascii: ' .:*#' } as const;
/** Rows used by the read-out and the times. */
const AROUND = 2;

/**
 * Draws the distribution of values over time as exactly `height` rows of `width` cells: a row per bucket, the largest at the top, darker
 * for higher counts; neighbouring buckets share a row if there are more buckets than rows. All legends are safe.
 */
export function heatmapRows(lines: readonly ChartSeries[], options: ChartOptions): string[] {
  const { width, height, unit, ascii = false, paint = (_, text) => text, dim = (text) => text } = options;
  const rows = height - AROUND;
  const bucketCount = bucketsOf(lines, 1).bounds.length;
  const perRow = Math.max(1, Math.ceil(bucketCount / Math.max(1, rows)));
  const labels = labelsOf(bucketsOf(lines, 1).bounds, perRow, { unit, ascii });
  const gutter = Math.min(Math.max(0, ...labels.map(widthOf)), width >> 1);
  const columns = width - gutter - 1;
  if (rows < 1 || columns < 4) return padded([dim(fit('-', width))], width, height);
  const merged = mergedRows(bucketsOf(lines, columns), perRow);
  const most = Math.max(0, ...merged.flat().filter(Number.isFinite));
  const shades = [...(ascii ? SHADES.ascii : SHADES.unicode)];
  const drawn = merged
    .map((row, index) => {
      const cells = row.map((value) => shades[shadeOf(value, most)] ?? ' ').join('');
      return dim(fit(labels[index] ?? '', gutter, 'right') + (ascii ? '|' : '│')) + paint(0, cells);
    })
    .reverse();
  const readOut = dim(fit(readOutOf(merged, labels, most, options), width, 'left', ascii ? '~' : '…'));
  return padded([readOut, ...drawn, timeAxis(columns, gutter, options)], width, height);
}

/** Any count above zero is visible. */
function shadeOf(value: number, most: number): number {
  if (!(value > 0) || most === 0) return 0;
  return Math.max(1, Math.ceil((value / most) * 4));
}

/** The upper bound of each row. */
function labelsOf(
  bounds: readonly number[],
  perRow: number,
  { unit, ascii }: { unit?: Unit; ascii: boolean },
): string[] {
  const rows = Math.ceil(bounds.length / perRow);
  return Array.from({ length: rows }, (_, row) => {
    const bound = bounds[Math.min(bounds.length, (row + 1) * perRow) - 1] ?? Number.NaN;
    const sign = ascii ? '<=' : '≤';
    return bound === Number.POSITIVE_INFINITY ? 'more' : `${sign} ${formatValue(bound, unit, ascii)}`;
  });
}

function mergedRows({ counts }: Buckets, perRow: number): number[][] {
  const rows: number[][] = [];
  for (let at = 0; at < counts.length; at += perRow) {
    const part = counts.slice(at, at + perRow);
    rows.push((part[0] ?? []).map((_, column) => part.reduce((sum, row) => sum + (row[column] || 0), 0)));
  }
  return rows;
}

/** The fullest bucket at the cursor, else in the newest column that has any values. */
function readOutOf(
  rows: readonly (readonly number[])[],
  labels: readonly string[],
  most: number,
  { cursor, from, to, time = String, ascii }: ChartOptions,
): string {
  const columns = rows[0]?.length ?? 0;
  const has = (column: number) => rows.some((row) => (row[column] ?? 0) > 0);
  let at = cursor === undefined ? columns - 1 : Math.round(Math.max(0, Math.min(1, cursor)) * (columns - 1));
  if (cursor === undefined) while (at > 0 && !has(at)) at -= 1;
  const head = cursor === undefined ? '' : `${time(from + (to - from) * cursor)} `;
  if (columns === 0 || !has(at)) return `${head}-`;
  const column = rows.map((row) => row[at] ?? 0);
  const fullest = column.indexOf(Math.max(...column));
  const number = (value: number) => formatValue(value, 'count', ascii);
  return `${head}most ${labels[fullest] ?? ''}: ${number(column[fullest] ?? 0)}, darkest ${number(most)}`;
}
