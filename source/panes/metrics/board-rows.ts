import { age, clockTime } from '../../lib/format.ts';
import { fit, fitStyled, safe, width as widthOf } from '../../lib/text.ts';
import type { Span } from '../../metrics/span.ts';
import { type ChartOptions, type ChartSeries, chartRows } from '../../ui/chart/chart.ts';
import { heatmapRows } from '../../ui/chart/heatmap.ts';
import { valueRows } from '../../ui/chart/value-rows.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import type { ChartCell } from './cells.ts';
import { lengthOf, type MetricsState } from './metrics-state.ts';
import { toneOf, watchText } from './watches.ts';

export type BoardInput = {
  cells: readonly ChartCell[];
  /** The same charts of another service, for comparison, and its name. */
  other?: { name: string; cells: readonly ChartCell[] };
  state: MetricsState;
  width: number;
  height: number;
  now: number;
  theme: Theme;
};

/** A chart lower or narrower than this is less useful than a number. */
const CHART = { height: 8, width: 44 } as const;

/** The number of charts per row and column. */
export function boardLayout({ cells, state, width, height }: Pick<BoardInput, 'cells' | 'state' | 'width' | 'height'>) {
  if (state.zoom || cells.length === 1) return { across: 1, down: 1, width, height };
  const across = Math.max(1, Math.min(3, Math.floor(width / CHART.width), cells.length));
  const down = Math.max(1, Math.min(Math.ceil(cells.length / across), Math.floor(height / CHART.height)));
  return { across, down, width: Math.floor(width / across), height: Math.floor(height / down) };
}

/** The number of the selected chart, if not all are visible: "3 of 15". */
export function placeText(input: Pick<BoardInput, 'cells' | 'state' | 'width' | 'height'>): string {
  const { across, down } = boardLayout(input);
  const count = input.cells.length;
  return across * down >= count ? '' : `${Math.min(input.state.selected, count - 1) + 1} of ${count}`;
}

/** The charts of a service in rows and columns, scrolled to the selected one. */
export function boardRows(input: BoardInput): string[] {
  const { cells, state, width, height, theme } = input;
  if (cells.length === 0) return [theme.paint('dim', ' no metrics')];
  const layout = boardLayout(input);
  const selected = Math.min(state.selected, cells.length - 1);
  const line = Math.floor(selected / layout.across);
  const lines = Math.ceil(cells.length / layout.across);
  const top = state.zoom ? line : Math.max(0, Math.min(line - Math.floor(layout.down / 2), lines - layout.down));
  const rows: string[] = [];
  for (let row = top; row < Math.min(top + layout.down, lines); row += 1) {
    const first = state.zoom ? selected : row * layout.across;
    // Remaining rows make the first ones higher.
    const high = layout.height + (row - top < height - layout.down * layout.height ? 1 : 0);
    const drawn = cells
      .slice(first, first + layout.across)
      .map((cell, index) => cellRows(cell, first + index === selected, { ...layout, height: high }, input));
    for (let at = 0; at < high; at += 1) rows.push(drawn.map((cell) => cell[at] ?? '').join(''));
  }
  return rows.slice(0, height).map((row) => fitStyled(row, width));
}

/** The visible time span: up to the column of its end or the current time, on whole steps, so that lines do not jitter. */
export function spanOf(state: MetricsState, now: number, columns: number): Span & { step: number } {
  const ms = lengthOf(state);
  const step = Math.max(1000, Math.ceil(ms / Math.max(1, columns)));
  const to = Math.ceil((state.end ?? now) / step) * step;
  const count = Math.floor(ms / step) + 1;
  return { from: to - (count - 1) * step, to, columns: count, step };
}

function cellRows(
  cell: ChartCell,
  selected: boolean,
  size: { width: number; height: number },
  input: BoardInput,
): string[] {
  const { state, theme, now, other } = input;
  // One free column between charts.
  const width = size.width - 1;
  const span = spanOf(state, now, width * 2);
  const same = other?.cells.find(({ title }) => title === cell.title);
  const before = { ...span, from: span.from - DAY, to: span.to - DAY };
  const lines = [
    ...named(cell.lines(span), ''),
    ...(state.yesterday ? named(cell.lines(before), 'yesterday') : []),
    ...(same && other ? named(same.lines(span), safe(other.name)) : []),
  ];
  const paint = (series: number, text: string) => (cell.old ? theme.paint('dim', text) : theme.series(series, text));
  const options: ChartOptions = {
    width,
    height: size.height - 1,
    from: span.from,
    to: Math.min(span.to, now),
    time: lengthOf(state) > DAY / 2 ? dateTime : clockTime,
    unit: cell.unit,
    ascii: theme.ascii,
    limits: cell.limits,
    style: lines.length === 1 && cell.unit !== 'dollars' && cell.limits.length < 2 ? 'blocks' : 'braille',
    ...(state.cursor === undefined ? {} : { cursor: (state.cursor - span.from) / (span.to - span.from) }),
    paint,
    dim: (text) => theme.paint('dim', text),
  };
  const hasValues = lines.some(({ values }) => values.length > 0);
  const rows = hasValues ? drawn(cell.view, lines, options) : chartRows(lines, options);
  return [titleRow(cell, selected, width, now, theme), ...rows].map((row) => `${row} `);
}

function drawn(view: ChartCell['view'], lines: readonly ChartSeries[], options: ChartOptions): string[] {
  if (view === 'lines') return chartRows(lines, options);
  return view === 'heatmap' ? heatmapRows(lines, options) : valueRows(lines, view, options);
}

const DAY = 86_400_000;

/** 01-15 09:15, in local time. */
function dateTime(ms: number): string {
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function named(lines: readonly ChartSeries[], prefix: string): ChartSeries[] {
  return lines.map((line) => ({ ...line, legend: `${prefix} ${safe(line.legend)}`.trim() }));
}

/** Title, age, thresholds and description, as far as they fit. */
function titleRow(cell: ChartCell, selected: boolean, width: number, now: number, theme: Theme): string {
  const mark = selected ? theme.glyph('fold') : ' ';
  const measured = cell.old ? cell.measuredAt() : undefined;
  const [worst] = cell.watches;
  const watched = watchText(cell.watches, now, theme);
  const dot = theme.ascii ? ' - ' : ' · ';
  const parts: readonly (readonly [Tone, string])[] = [
    [selected ? 'focus' : 'title', `${mark} ${safe(cell.title)}`],
    ['dim', cell.pinned ? ' pinned' : ''],
    ['warn', cell.partial === '' ? '' : `${dot}${cell.partial}`],
    ['warn', measured === undefined ? '' : ` ${age(now - measured)} old`],
    [worst ? toneOf(worst) : 'dim', watched === '' ? '' : `${dot}${safe(watched)}`],
    ['dim', cell.help === '' ? '' : `${dot}${safe(cell.help)}`],
  ];
  let room = width;
  const row = parts.map(([tone, text]) => {
    const shown = fit(text, Math.min(room, widthOf(text)), 'left', theme.glyph('ellipsis'));
    room -= widthOf(shown);
    return shown === '' ? '' : theme.paint(tone, shown);
  });
  return row.join('') + ' '.repeat(room);
}
