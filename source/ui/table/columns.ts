import { width as textWidth } from '../../lib/text.ts';
import type { Tone } from '../theme.ts';

/**
 * A table's columns as data. Widths do not depend on what scrolls by, so that nothing jumps: a column is `width` cells
 * wide; the one that `grow`s takes what is left; columns of high `rank` are left out first where there is no room.
 */
export type Column<Row, Context> = {
  id: string;
  title: string;
  width: number;
  /** Gets a share of the remaining cells, up to `max`. */
  grow?: { max: number };
  /**
   * As wide as the widest text of all rows, from `width` to `max`: changes with the rows, never by scrolling. With `before` it is
   * shown in full before any column of that rank or higher; it takes nothing from the others.
   */
  fits?: { max: number; before?: number };
  align?: 'left' | 'right';
  /** Names keep both ends when they are cut. */
  cut?: 'end' | 'middle';
  /** 0 is always shown; columns of the highest rank are left out first. */
  rank: number;
  /** Shown only in the wide form of the table (ctrl-w). */
  wide?: true;
  /** Never shown; it can be sorted by. */
  hidden?: true;
  /** Text of the cell, already safe. */
  value(row: Row, context: Context): string;
  /** Text in saved files and for filters, if more complete than the cell: a time with its date, all ports. */
  csv?(row: Row, context: Context): string;
  tone?(row: Row, context: Context): Tone;
  /** What the column is sorted by; default: the text. */
  sort?(row: Row, context: Context): number | string;
  /** Filters also search it, in addition to the name. */
  searched?: true;
  /** Its values change with every reading (CPU, age): a table sorted by it is re-sorted each time. */
  live?: true;
  /** Sorted in descending order by default: CPU, memory, restarts. */
  descending?: true;
};

export type LaidOutColumn<Row, Context> = { column: Column<Row, Context>; cells: number };

/** Widths of the columns that fit their rows, by id. */
export type FittedWidths = ReadonlyMap<string, number>;

const NONE: FittedWidths = new Map();

/** By column: text widths of the measured rows. A row is measured again if it is a different object. */
export type MeasuredWidths = Map<string, WeakMap<object, number>>;

/** Looks at all rows, and measures those that are not in `measured`: call when the rows change. */
export function fitColumns<Row, Context>(
  columns: readonly Column<Row, Context>[],
  rows: readonly Row[],
  context: Context,
  measured: MeasuredWidths = new Map(),
): FittedWidths {
  return new Map(
    columns.flatMap((column) => {
      if (!column.fits) return [];
      const known = measured.get(column.id) ?? new WeakMap<object, number>();
      measured.set(column.id, known);
      const widthOf = (row: Row) => {
        if (typeof row !== 'object' || row === null) return textWidth(column.value(row, context));
        const width = known.get(row) ?? textWidth(column.value(row, context));
        known.set(row, width);
        return width;
      };
      const widest = rows.reduce((most, row) => Math.max(most, widthOf(row)), column.width);
      return [[column.id, Math.min(column.fits.before === undefined ? widest : stepped(widest), column.fits.max)]];
    }),
  );
}

/** Reasons contain counts: their column changes its width in steps, so that one more digit moves nothing. */
const STEP = 6;
const stepped = (cells: number) => Math.ceil(cells / STEP) * STEP;

const GAP = 1;

/** The columns of the narrow or wide form of a table. */
export function formOf<Row, Context>(columns: readonly Column<Row, Context>[], wide: boolean): Column<Row, Context>[] {
  return columns.filter((column) => !column.hidden && (wide || !column.wide));
}

/** The columns that fit into `width` cells with one cell between them, with the cells each gets. */
export function layoutColumns<Row, Context>(
  columns: readonly Column<Row, Context>[],
  width: number,
  wide: boolean,
  fitted: FittedWidths = NONE,
): LaidOutColumn<Row, Context>[] {
  let shown = formOf(columns, wide).map((column) => {
    const fit = fitted.get(column.id) ?? column.width;
    const first = column.fits?.before !== undefined;
    // Columns with priority grow to their width; the others have it from the start.
    return first ? { ...column, grow: { max: fit } } : { ...column, width: fit };
  });
  const worst = () => Math.max(...shown.map((column) => column.rank));
  const leaveOut = () => {
    const last = shown.findLastIndex((column) => column.rank === worst());
    shown = shown.filter((_, index) => index !== last);
  };
  const whole = (column: Column<Row, Context>) => Math.max(column.width, column.grow?.max ?? 0);
  const missing = () => shown.filter(({ fits }) => !wide && (fits?.before ?? Number.POSITIVE_INFINITY) <= worst());
  while (worst() > 0 && missing().reduce((sum, column) => sum + whole(column) - column.width, needed(shown)) > width) {
    leaveOut();
  }
  return spread(shown, width - needed(shown));
}

function needed<Row, Context>(columns: readonly Column<Row, Context>[]): number {
  return columns.reduce((sum, column) => sum + column.width + GAP, -GAP);
}

/** Distributes the spare cells to the growing columns, each up to its maximum: lowest rank first, equal ranks in turn. */
function spread<Row, Context>(columns: readonly Column<Row, Context>[], spare: number): LaidOutColumn<Row, Context>[] {
  const laid = columns.map((column) => ({
    column,
    cells: Math.max(1, Math.floor(column.width + Math.min(0, spare / columns.length))),
  }));
  let left = Math.max(0, spare);
  const growing = laid.filter(({ column }) => column.grow);
  const turn = ({ fits, rank }: Column<Row, Context>) => (fits?.before === undefined ? rank : -1);
  for (const rank of new Set(growing.map(({ column }) => turn(column)).sort((a, b) => a - b))) {
    const peers = growing.filter(({ column }) => turn(column) === rank);
    for (let room = true; left > 0 && room; ) {
      room = false;
      for (const item of peers) {
        if (left === 0 || item.cells >= (item.column.grow?.max ?? 0)) continue;
        item.cells += 1;
        left -= 1;
        room = true;
      }
    }
  }
  return laid;
}
