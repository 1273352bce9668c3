import { TwoGenerationCache } from '../../lib/cache.ts';
import { type Cell, type CellLine, CellReader, type InkParts } from './cells.ts';

/** The output that changes a line on the screen from `previous` to `next`, both as Ink writes them; without the line break. */
type LineUpdate = (previous: string, next: string, columns: number | undefined) => string;

/** Unchanged cells between two changes that are rewritten: skipping them costs as much. */
const GAP = 8;
const KEPT = 1000;

/**
 * Ink's build/line-update.js writes a line again from its first changed cell to its end; this writes the changed cells only: for a table
 * row one number, and nothing of the pane next to it. If not all cells are single, or lines differ in length, Ink's own function is used.
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

/** The range in which two lines of the same length differ; the end is exclusive. */
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
