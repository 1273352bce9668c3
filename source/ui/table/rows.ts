import { fit, fitMiddle } from '../../lib/text.ts';
import type { Theme } from '../theme.ts';
import { type Column, type FittedWidths, type LaidOutColumn, layoutColumns } from './columns.ts';
import { cursorIndex, type TableState } from './table-state.ts';

export type TableView<Row, Context> = {
  columns: readonly Column<Row, Context>[];
  /** Filtered and sorted; only those in the window are drawn. */
  rows: readonly Row[];
  ids: readonly string[];
  state: TableState;
  fitted?: FittedWidths;
  context: Context;
  width: number;
  /** Inner rows of the pane, including the header row. */
  height: number;
  focused: boolean;
  /** Text shown if there are no rows. */
  empty: string;
};

/** The header row and the visible rows, one styled string each. The cost depends on the visible rows only. */
export function tableRows<Row, Context>(view: TableView<Row, Context>, theme: Theme): string[] {
  const { columns, rows, ids, state, fitted, context, width, height, focused, empty } = view;
  const laid = layoutColumns(columns, Math.max(0, width - 2), state.wide, fitted);
  const head = theme.paint('title', ` ${headLine(laid, state, theme)} `);
  if (rows.length === 0) return [head, theme.paint('dim', ` ${empty}`)];
  const page = Math.max(0, height - 1);
  const here = cursorIndex(state, ids);
  const lines = shownIndexes(state.top, here, page, rows.length).flatMap((index) => {
    const row = rows[index];
    const marked = state.marks.has(ids[index] ?? '');
    return row === undefined ? [] : rowLine(laid, row, context, { cursor: index === here, focused, marked }, theme);
  });
  return [head, ...lines];
}

/**
 * The rows in the window. It never scrolls on its own: if rows moved and the cursor's row left the window, the window stays and that row is
 * shown at its edge. (A recovered service sorts last; the ones still down stay on top.)
 */
export function shownIndexes(top: number, cursor: number, page: number, count: number): number[] {
  const from = Math.max(0, Math.min(top, count - page));
  const shown = Array.from({ length: Math.min(page, count - from) }, (_, offset) => from + offset);
  if (cursor < 0 || shown.length === 0 || shown.includes(cursor)) return shown;
  return cursor < from ? [cursor, ...shown.slice(1)] : [...shown.slice(0, -1), cursor];
}

function headLine<Row, Context>(laid: readonly LaidOutColumn<Row, Context>[], state: TableState, theme: Theme): string {
  return laid
    .map(({ column, cells }) => {
      const arrow = column.id === state.sort.column ? theme.glyph(state.sort.descending ? 'falling' : 'up') : '';
      const picked = column.id === state.picked ? '*' : '';
      return fit(column.title + arrow + picked, cells, column.align);
    })
    .join(' ');
}

type RowLook = { cursor: boolean; focused: boolean; marked: boolean };

function rowLine<Row, Context>(
  laid: readonly LaidOutColumn<Row, Context>[],
  row: Row,
  context: Context,
  look: RowLook,
  theme: Theme,
): string {
  const cells = laid.map(({ column, cells }) => {
    const text = column.value(row, context);
    const fitted = column.cut === 'middle' ? fitMiddle(text, cells) : fit(text, cells, column.align);
    // The cursor's row and marked rows have one tone for the whole line: colours within inverse text are hard to read.
    return (look.cursor && look.focused) || look.marked
      ? fitted
      : theme.paint(column.tone?.(row, context) ?? 'plain', fitted);
  });
  const line = ` ${cells.join(' ')} `;
  const marked = look.marked ? theme.paint('mark', `*${line.slice(1)}`) : line;
  if (!look.cursor) return marked;
  // The worst row is the first under the cursor: it must still be recognisable as the worst.
  const tone = laid.find(({ column }) => column.rank === 0 && column.tone)?.column.tone?.(row, context) ?? 'plain';
  const coloured = tone === 'bad' || tone === 'warn' ? theme.paint(tone, marked) : marked;
  return look.focused ? theme.paint('cursor', coloured) : `${theme.paint('focus', '>')}${marked.slice(1)}`;
}
