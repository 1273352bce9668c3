import { age, clockTime } from '../../lib/format.ts';
import { fit, width as widthOf } from '../../lib/text.ts';
import { exactValue, formatValue, isBinary, type Unit } from '../../lib/value.ts';
import { ASCII_MARKS, Canvas, NO_SERIES, SERIES_MARKS, type Style } from './canvas.ts';
import { extent, indicesAt, type Scale, scaleOf } from './scale.ts';

/**
 * One line of a chart: values at regular steps over the whole time, NaN for a gap; and, if known, the lowest and highest value since the
 * previous step.
 */
export type ChartSeries = {
  legend: string;
  values: ArrayLike<number>;
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
};

export type ChartOptions = {
  /** Of the whole chart, in cells. */
  width: number;
  height: number;
  /** Times of the first and last value, in ms since the epoch. */
  from: number;
  to: number;
  unit?: Unit;
  ascii?: boolean;
  /** `blocks` fills the area under a single series. */
  style?: 'braille' | 'blocks';
  /** Limits, drawn as horizontal lines if near enough to the values not to flatten them; others are named above the chart. */
  limits?: readonly number[];
  /** Position of the cursor, 0 to 1; its values are shown above the chart. */
  cursor?: number;
  /** Format of times under the axis and at the cursor; default: local hours, minutes and seconds. */
  time?: (ms: number) => string;
  /** Colours of a series by its index, and of axes and frames. */
  paint?: (series: number, text: string) => string;
  dim?: (text: string) => string;
};

/** Rows of a chart: read-out, plot with its axis at the left, times below. */
const AROUND = 2;

/**
 * Draws a line chart as exactly `height` rows of `width` cells: a row with the legend and the newest values (or those at the
 * cursor), the plot with round numbers at its left, and a row of times. With less than 4 rows or 16 columns, only the read-out.
 */
export function chartRows(series: readonly ChartSeries[], options: ChartOptions): string[] {
  const { width, height } = options;
  const far = farLimits(series, options);
  const readOut = legend(series, { ...options, width: width - widthOf(far) }) + (options.dim?.(far) ?? far);
  const plotRows = height - AROUND;
  if (plotRows < 2 || width < 16) return padded([readOut], width, height);
  const numbers = series.flatMap(({ values, low = [], high = [] }) => [values, low, high]);
  const limits = limitsNear(numbers, options);
  const ticks = Math.max(plotRows >= 5 ? 3 : 2, Math.ceil(plotRows / 3));
  const scale = scaleOf(numbers, ticks, limits, isBinary(options.unit));
  const labels = tickLabels(scale, plotRows, options);
  const gutter = Math.min(Math.max(...[...labels.values()].map(widthOf)), width >> 1);
  const canvas = new Canvas(width - gutter - 1, plotRows, styleOf(series, scale, options));
  for (const [index, line] of series.entries()) draw(canvas, line, scale, index);
  if (series.length > 1 && canvas.style === 'braille')
    for (const [index, line] of series.entries()) drawMarks(canvas, line, scale, index);
  drawBehind(canvas, scale, limits, options);
  const rows = Array.from({ length: plotRows }, (_, row) => plotRow(canvas, row, labels.get(row), gutter, options));
  return padded([readOut, ...rows, timeAxis(canvas.width, gutter, options)], width, height);
}

/** The limits that make the scale at most twice as large; without any value all of them. */
function limitsNear(numbers: readonly ArrayLike<number>[], { limits = [] }: ChartOptions): readonly number[] {
  const { min, max } = extent(numbers);
  if (min > max) return limits;
  const span = max - Math.min(0, min) || 1;
  return limits.filter((limit) => limit >= min - span && limit <= max + span);
}

/** Limits that are too far away to be drawn: `↑50 ↓-50`. */
function farLimits(series: readonly ChartSeries[], options: ChartOptions): string {
  const numbers = series.flatMap(({ values, low = [], high = [] }) => [values, low, high]);
  const { max } = extent(numbers);
  const near = limitsNear(numbers, options);
  const far = (options.limits ?? []).filter((limit) => !near.includes(limit));
  const text = far.map((limit) => {
    const arrow = options.ascii ? (limit > max ? '^' : 'v') : limit > max ? '↑' : '↓';
    return `${arrow}${formatValue(limit, options.unit, options.ascii)}`;
  });
  return text.length === 0 || options.width < 40 ? '' : ` ${text.join(' ')}`;
}

/** Exactly `height` rows. */
export function padded(rows: readonly string[], width: number, height: number): string[] {
  return Array.from({ length: Math.max(0, height) }, (_, row) => rows[row] ?? ' '.repeat(width));
}

/** An area begins at zero: values below zero, or far above it, are drawn as a line. */
function styleOf(series: readonly ChartSeries[], { min }: Scale, { ascii, style = 'braille' }: ChartOptions): Style {
  if (ascii) return 'ascii';
  return series.length === 1 && min === 0 ? style : 'braille';
}

/** Row (0 is the top) of a value among `rows`. */
function rowOf(value: number, { min, max }: Scale, rows: number): number {
  const share = Math.max(0, Math.min(1, (value - min) / (max - min)));
  return Math.round((1 - share) * (rows - 1));
}

/** The labels of the ticks by plot row, each row and each text once. */
function tickLabels({ ticks, ...ends }: Scale, rows: number, { unit, ascii }: ChartOptions): Map<number, string> {
  const labels = new Map<number, string>();
  // The ends first, so that they stay if labels are equal.
  for (const tick of [...ticks.slice(0, 1), ...ticks.slice(-1), ...ticks]) {
    const row = rowOf(tick, { ticks, ...ends }, rows);
    const text = formatValue(tick, unit, ascii);
    if (!labels.has(row) && ![...labels.values()].includes(text)) labels.set(row, text);
  }
  return labels;
}

/** From lowest to highest in each column, neighbours joined with upright strokes; a gap stays a gap. */
function draw(canvas: Canvas, line: ChartSeries, scale: Scale, series: number): void {
  let before = Number.NaN;
  for (let x = 0; x < canvas.across; x += 1) {
    const { value, low, high } = seenAt(line, x, canvas.across);
    if (!Number.isFinite(value)) {
      before = Number.NaN;
      continue;
    }
    const row = (one: number) => rowOf(one, scale, canvas.down);
    const [y, top, bottom] = [row(value), row(high), row(low)];
    if (canvas.style === 'blocks') canvas.column(x, canvas.down - 1, top, series);
    else if (before < top) canvas.column(x, before + 1, bottom, series);
    else canvas.column(x, top, before > bottom ? before - 1 : bottom, series);
    before = y;
  }
}

/** Columns between two marks of a series, and from the mark of one to that of the next. */
const MARK_EVERY = 24;
const MARK_SHIFT = 5;

function drawMarks(canvas: Canvas, line: ChartSeries, scale: Scale, series: number): void {
  const mark = SERIES_MARKS[series % SERIES_MARKS.length] ?? '●';
  for (let x = ((series * MARK_SHIFT) % MARK_EVERY) + 2; x < canvas.across; x += MARK_EVERY) {
    const { value } = seenAt(line, x, canvas.across);
    if (Number.isFinite(value)) canvas.mark(x, rowOf(value, scale, canvas.down), series, mark);
  }
}

/** A line in column `at` of `columns`: its last, lowest and highest value there. */
function seenAt({ values, low = values, high = values }: ChartSeries, at: number, columns: number): Seen {
  const [first, last] = indicesAt(at, columns, values.length);
  const seen = { value: values[last] ?? Number.NaN, low: low[last] ?? Number.NaN, high: high[last] ?? Number.NaN };
  for (let index = first; index < last; index += 1) {
    // If a gap begins or ends within the column, the known part is drawn.
    if (Number.isNaN(seen.value)) seen.value = values[index] ?? Number.NaN;
    seen.low = lesser(low[index], seen.low);
    seen.high = -lesser(-(high[index] ?? Number.NaN), -seen.high);
  }
  return seen;
}

type Seen = { value: number; low: number; high: number };

/** The smaller one; if one is missing, the other. */
function lesser(a = Number.NaN, b: number): number {
  return Number.isNaN(a) || b <= a ? b : a;
}

/** Limits and the cursor, behind the lines. */
function drawBehind(canvas: Canvas, scale: Scale, limits: readonly number[], { cursor, ascii }: ChartOptions): void {
  for (const limit of limits) {
    const row = rowOf(limit, scale, canvas.height);
    for (let column = 0; column < canvas.width; column += 1) canvas.behind(column, row, ascii ? '-' : '╌');
  }
  if (cursor === undefined) return;
  const column = Math.round(Math.max(0, Math.min(1, cursor)) * (canvas.width - 1));
  for (let row = 0; row < canvas.height; row += 1) canvas.behind(column, row, ascii ? '|' : '│');
}

function plotRow(
  canvas: Canvas,
  row: number,
  label: string | undefined,
  gutter: number,
  options: ChartOptions,
): string {
  const { paint = (_, text) => text, dim = (text) => text, ascii } = options;
  const mark = label === undefined ? (ascii ? '|' : '│') : ascii ? '+' : '┤';
  const axis = dim(fit(label ?? '', gutter, 'right') + mark);
  return canvas
    .runs(row)
    .reduce((text, run) => text + (run.series === NO_SERIES ? dim(run.text) : paint(run.series, run.text)), axis);
}

/** First, middle and last time under the plot, as many as fit. */
export function timeAxis(columns: number, gutter: number, options: ChartOptions): string {
  const { from, to, time = clockTime, dim = (text) => text } = options;
  const [first, middle, last] = [time(from), time((from + to) / 2), time(to)];
  const room = columns - widthOf(first) - widthOf(last);
  if (room < 1) return ' '.repeat(gutter + 1) + dim(fit(last, columns, 'right'));
  const free = room - widthOf(middle);
  const inner = free < 4 ? ' '.repeat(room) : ' '.repeat(free >> 1) + middle + ' '.repeat(free - (free >> 1));
  return ' '.repeat(gutter + 1) + dim(first + inner + last);
}

/** The time at the cursor, and each series with its value there; without cursor the newest values. */
function legend(series: readonly ChartSeries[], options: ChartOptions): string {
  const { width, from, to, cursor, ascii, time = clockTime } = options;
  const { paint = (_, text) => text, dim = (text) => text } = options;
  const head = cursor === undefined ? '' : `${time(from + (to - from) * cursor)} `;
  let used = Math.min(widthOf(head), width);
  if (series.length === 0) return dim(fit(`${head}-`, width));
  let row = dim(fit(head, used));
  for (const [index, line] of series.entries()) {
    const shown = cursor === undefined ? newestOf(line.values, options) : valueAt(line, cursor, options);
    const text = `${line.legend} ${shown}`.trimStart();
    const cells = Math.min(widthOf(text), width - used - 2);
    if (cells < 4 && cells < widthOf(text)) break;
    const space = Math.min(2, width - used - 2 - cells);
    row +=
      paint(index, `${markOf(index, series.length, ascii)} ${fit(text, cells, 'left', ascii ? '~' : '…')}`) +
      ' '.repeat(space);
    used += 2 + cells + space;
  }
  return row + ' '.repeat(Math.max(0, width - used));
}

function markOf(series: number, count: number, ascii: boolean | undefined): string {
  if (ascii) return ASCII_MARKS[series % ASCII_MARKS.length] ?? '*';
  return count > 1 ? (SERIES_MARKS[series % SERIES_MARKS.length] ?? '●') : '━';
}

/** The newest value; for a line that has ended, its last one with its age. */
export function newestOf(values: ArrayLike<number>, { unit, ascii, from, to }: ChartOptions): string {
  let at = values.length - 1;
  while (at > 0 && Number.isNaN(values[at] ?? Number.NaN)) at -= 1;
  const text = formatValue(values[at] ?? Number.NaN, unit, ascii);
  const isOver = at < values.length - 1 && !Number.isNaN(values[at] ?? Number.NaN);
  return isOver ? `${text} (${age(((values.length - 1 - at) * (to - from)) / (values.length - 1))} ago)` : text;
}

/** The value under the cursor, with its range within the column if that is visible. */
function valueAt(line: ChartSeries, cursor: number, { unit, ascii, width }: ChartOptions): string {
  const { value, low, high } = seenAt(line, Math.round(cursor * (width - 1)), width);
  const text = (one: number) => exactValue(one, unit, ascii);
  if (Number.isNaN(value) || text(low) === text(high)) return text(value);
  return `${text(value)} (${text(low)}${ascii ? '..' : '…'}${text(high)})`;
}
