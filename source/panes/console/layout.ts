import { SERVICES } from '../shared/console-state.ts';
import type { Pane } from '../shared/views.ts';

export type Rect = { left: number; top: number; width: number; height: number };

/** Below this there is no room for a table and one pane: the console says so instead of drawing an unreadable screen. */
export const SMALLEST = { columns: 60, rows: 15 } as const;

export type Layout = {
  /** Lines of the header; 0: hidden. */
  header: number;
  body: Rect;
};

/** Splits the screen into header, body and one line at the bottom. A small screen has a small header. */
export function screenLayout(columns: number, rows: number, options: { header: boolean; banner: boolean }): Layout {
  const wanted = rows >= 40 ? 6 : rows >= 20 ? 3 : 1;
  const header = (options.header ? wanted : 0) + (options.banner ? 1 : 0);
  const body = { left: 0, top: header, width: columns, height: rows - header - 1 };
  return { header, body };
}

/** A pane to place; `enough`: the rows that its content needs. */
export type Wanted = Pick<Pane, 'name' | 'column'> & { enough?: number };

/** The position of a pane on the desk. */
export type Place = { pane: string; rect: Rect };

/**
 * Positions of the desk's panes: if there is room, the services above two columns of the others; else the services above one other pane
 * (`shown`: the focused one, or the last focused).
 */
export function deskLayout(body: Rect, panes: readonly Wanted[], shown: string): Place[] {
  const { left, top, width, height } = body;
  if (width < 100 || height < 24) {
    const upper = Math.max(5, Math.ceil(height * 0.5));
    return [
      { pane: SERVICES, rect: { left, top, width, height: upper } },
      { pane: shown, rect: { left, top: top + upper, width, height: height - upper } },
    ];
  }
  if (width >= WIDE.width && height >= WIDE.height) return threeColumns(body, panes);
  const upper = Math.ceil(height * 0.48);
  const leftWidth = Math.floor(width * 0.44);
  const lower = { left, top: top + upper, width: leftWidth, height: height - upper };
  const inColumn = (column: Pane['column']) => panes.filter((pane) => pane.column === column);
  return [
    { pane: SERVICES, rect: { left, top, width, height: upper } },
    ...stacked(inColumn('left'), lower),
    ...stacked(inColumn('right'), { ...lower, left: left + leftWidth, width: width - leftWidth }),
  ];
}

/** Width from which the services have their own column. */
const WIDE = { width: 200, height: 40 } as const;

/** Services, the panes of the left column, those of the right: side by side, each as high as the body. */
function threeColumns({ left, top, width, height }: Rect, panes: readonly Wanted[]): Place[] {
  const first = Math.floor(width * 0.42);
  const second = Math.floor(width * 0.27);
  const column = (name: Pane['column']) => panes.filter((pane) => pane.column === name);
  const third = { left: left + first + second, top, width: width - first - second, height };
  return [
    { pane: SERVICES, rect: { left, top, width: first, height } },
    ...stacked(column('left'), { left: left + first, top, width: second, height }),
    ...stacked(column('right'), third),
  ];
}

/** Panes on top of each other, equally high; those that need less leave the rest to the others, the upper ones first. */
function stacked(panes: readonly Wanted[], { left, top, width, height }: Rect): Place[] {
  const each = Math.floor(height / panes.length);
  const least = panes.map(({ enough }) => (enough === undefined ? undefined : Math.min(enough, each)));
  const open = least.filter((rows) => rows === undefined).length;
  // If all need little, the first one gets the remaining rows.
  const given = least.map((rows, index) => (open === 0 && index === 0 ? undefined : rows));
  const sharing = given.filter((rows) => rows === undefined).length;
  const spare = height - given.reduce<number>((sum, rows) => sum + (rows ?? 0), 0);
  let place = top;
  let shared = 0;
  return panes.map(({ name }, index) => {
    const own = given[index];
    const rows = own ?? Math.floor(spare / sharing) + (shared < spare % sharing ? 1 : 0);
    if (own === undefined) shared += 1;
    place += rows;
    return { pane: name, rect: { left, top: place - rows, width, height: rows } };
  });
}
