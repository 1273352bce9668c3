import { fit, width as widthOf } from '../../lib/text.ts';
import type { Theme, Tone } from '../../ui/theme.ts';

/** The lists shown instead of the board: columns under headings, the last one as wide as there is room. */

export type ListRow = { cells: readonly string[]; tone: Tone };
export type Column = { name: string; cells: number; align?: 'left' | 'right' };

export type ListSize = { width: number; height: number; theme: Theme };

/** Extra lines for the selected row's last column if it does not fit. */
const DETAIL = 3;

/** The list, scrolled to the selected row; if its last column is cut, its full text is shown below. All texts are safe. */
export function listRows(
  columns: readonly Column[],
  rows: readonly ListRow[],
  selected: number,
  size: ListSize,
): string[] {
  const { width, height, theme } = size;
  const at = Math.min(selected, rows.length - 1);
  const before = columns.reduce((sum, { cells }) => sum + cells + 2, 1);
  const text = rows[at]?.cells.at(-1) ?? '';
  const detail = widthOf(text) > width - before ? wrapped(text, width - 3, DETAIL) : [];
  const line = (cells: readonly string[]) => {
    const fixed = columns.map(({ cells: wide, align }, index) =>
      fit(cells[index] ?? '', wide, align, theme.glyph('ellipsis')),
    );
    return fit(` ${[...fixed, cells.at(-1) ?? ''].join('  ')}`, width, 'left', theme.glyph('ellipsis'));
  };
  const page = Math.max(1, height - 1 - detail.length);
  const top = Math.max(0, Math.min(at - (page >> 1), rows.length - page));
  const shown = rows
    .slice(top, top + page)
    .map(({ cells, tone }, index) => theme.paint(top + index === at ? 'cursor' : tone, line(cells)));
  const room = Array.from({ length: detail.length === 0 ? 0 : page - shown.length }, () => '');
  return [...shown, ...room, ...detail.map((one) => theme.paint('dim', `   ${one}`))];
}

/** Its heading, for the first row of a list. */
export function listHead(columns: readonly Column[], last: string, { width, theme }: ListSize): string {
  const names = columns.map(({ name, cells, align }) => fit(name, cells, align));
  return theme.paint('dim', fit(` ${[...names, last].join('  ')}`, width));
}

/** Broken at cells, not words: addresses have no words. */
function wrapped(text: string, width: number, lines: number): string[] {
  const found: string[] = [];
  let rest = text;
  while (rest !== '' && found.length < lines) {
    let end = Math.min(rest.length, width);
    while (end > 1 && widthOf(rest.slice(0, end)) > width) end -= 1;
    found.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return found;
}
