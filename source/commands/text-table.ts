import { width } from '../lib/text.ts';
import type { CellContext } from '../resources/resource.ts';
import type { Column } from '../ui/table/columns.ts';

/** Rows as a plain table whose columns are as wide as their widest cell. Cells come painted by `paint`, after they were measured. */
export function textTable<Row>(
  columns: readonly Column<Row, CellContext>[],
  rows: readonly Row[],
  world: CellContext,
  paint: (text: string, column: Column<Row, CellContext>, row: Row) => string = (text) => text,
): string {
  const cells = rows.map((row) => columns.map(({ value }) => value(row, world).trim()));
  const widths = columns.map(({ title }, at) => Math.max(width(title), ...cells.map((line) => width(line[at] ?? ''))));
  const pad = (cell: string, at: number) =>
    at === columns.length - 1 ? '' : ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(cell)) + 2);
  const head = columns.map(({ title }, at) => title + pad(title, at)).join('');
  const lines = cells.map((line, index) =>
    line
      .map((cell, at) => {
        const [column, row] = [columns[at], rows[index]];
        return (column && row !== undefined ? paint(cell, column, row) : cell) + pad(cell, at);
      })
      .join('')
      .trimEnd(),
  );
  return `${[head.trimEnd(), ...lines].join('\n')}\n`;
}
