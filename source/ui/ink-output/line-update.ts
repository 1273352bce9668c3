import { TwoGenerationCache } from '../../lib/cache.ts';
import { type Cell, type CellLine, CellReader, type InkParts } from './cells.ts';

/** What brings a line on the screen from `previous` to `next`, both as Ink writes them; without the line break. */
type LineUpdate = (previous: string, next: string, columns: number | undefined) => string;

/** Unchanged cells between two changes that are written along: to skip them costs as much. */
const GAP = 8;
const KEPT = 1000;

/**
 * Ink's build/line-update.js writes a line again from its first changed cell to its end; this writes the changed cells only: of a
 * row of a table one number, and nothing of the pane beside it. Where cells are not all single, or lines differ in length, it
 * leaves the line to Ink's own.
 */
export function changedCells(parts: InkParts, stock: LineUpdate): LineUpdate {
  const reader = new CellReader(parts);
  const lines = new TwoGenerationCache<string, CellLine>(KEPT);
  const read = (text: string) => lines.get(text, () => reader.line(text));
  return (previous, next, columns) => {
    const before = read(previous);
    const after = read(next);
    const comparable = !before.widths && !after.widths && before.cells.length === after.cells.length;
    if (!comparable || columns === undefined || after.cells.length > columns) return stock(previous, next, columns);
    const written = changes(before.cells, after.cells).map(
      ([from, to]) => `\u001b[${from + 1}G${parts.styledCharsToString(after.cells.slice(from, to))}`,
    );
    return written.join('');
  };
}

/** Where two lines of the same length differ: from the first cell up to the last, which is not part of it. */
function changes(before: readonly Cell[], after: readonly Cell[]): [from: number, to: number][] {
  const found: [from: number, to: number][] = [];
  after.forEach((cell, column) => {
    if (isSame(cell, before[column])) return;
    const last = found.at(-1);
    if (last && column - last[1] < GAP) last[1] = column + 1;
    else found.push([column, column + 1]);
  });
  return found;
}

function isSame(cell: Cell, other: Cell | undefined): boolean {
  if (cell === other) return true;
  return (
    other?.value === cell.value &&
    other.styles.length === cell.styles.length &&
    cell.styles.every(({ code }, index) => code === other.styles[index]?.code)
  );
}

/** Ink steps over unchanged lines one by one; one sequence goes over all of them. */
export function stepTogether(frame: string): string {
  return frame.replace(/(?:\u001b\[E){2,}/g, (steps) => `\u001b[${steps.length / 3}E`);
}
