import type { Cell, InkParts } from './cells.ts';
import { singleCellWidth } from './single-cells.ts';

/** Chinese, Japanese and Korean characters: two cells in every terminal; half-width ones take one. */
const EAST_ASIAN = /^[\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f]$/;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

const isSure = (value: string) => singleCellWidth(value) !== undefined || EAST_ASIAN.test(value);

/**
 * Terminals differ in the width of emoji (a family is two cells, or eight) and of scripts with marks and ligatures. So after each such
 * emoji or run of letters the cursor is positioned explicitly, and the following text is in the right column in all of them. Cells that
 * could extend beyond the right edge in some terminal are left blank: a wrapped row would shift the whole screen.
 */
export function steadyCells({ stringWidth }: Pick<InkParts, 'stringWidth'>): (row: readonly Cell[]) => readonly Cell[] {
  const most = (value: string) => [...value].reduce((sum, char) => sum + stringWidth(char), 0);
  const blank = (value: string) => ' '.repeat(Math.max(1, stringWidth(value)));
  return (row) => {
    if (row.every(({ value }) => isSure(value))) return row;
    /** The farthest possible cursor column, while it is uncertain. */
    let reach: number | undefined;
    const steady = (value: string, column: number) => {
      const sure = isSure(value);
      const start = reach !== undefined && (sure || PICTURE.test(value)) ? `\u001b[${column + 1}G` : '';
      if (start !== '') reach = undefined;
      if (sure) return start + value;
      const end = (reach ?? column) + most(value);
      if (end > row.length) return start + blank(value);
      reach = end;
      return start + value;
    };
    return row.map((cell, column) => (cell.value === '' ? cell : { ...cell, value: steady(cell.value, column) }));
  };
}
