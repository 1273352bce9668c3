import { TwoGenerationCache } from '../../lib/cache.ts';
import { type Cell, type CellLine, CellReader, type InkParts } from './cells.ts';
import { type Clip, isEmpty } from './clip.ts';

/** A line of text that begins in column `x` of a row. */
export type PaintedPiece = { x: number; line: string };

/** Lines of a text, the first of them at `x`, `y`. */
export type Placed = { x: number; y: number; lines: readonly string[] };

/** Cache size: several frames of 100 rows and four panes. */
const KEPT = 1000;

const BLANK: Cell = { type: 'char', value: ' ', fullWidth: false, styles: [] };

export type Finish = (row: readonly Cell[]) => readonly Cell[];

/** Overlays texts as Ink does, and caches the rows for later frames. */
export class Painter {
  readonly #parts: InkParts;
  readonly #reader: CellReader;
  readonly #lines = new TwoGenerationCache<string, CellLine>(KEPT);
  readonly #split = new TwoGenerationCache<string, readonly string[]>(KEPT);
  readonly #widths = new TwoGenerationCache<string, number>(KEPT);
  readonly #slices = new TwoGenerationCache<string, string>(KEPT);
  readonly #rows = new TwoGenerationCache<string, string>(KEPT);

  readonly #finish: Finish | undefined;

  /** `finish` may change the finished cells of a row. */
  constructor(parts: InkParts, finish?: Finish) {
    this.#parts = parts;
    this.#finish = finish;
    this.#reader = new CellReader(parts);
  }

  /** The pieces, later ones over earlier ones, as one string of `width` cells without trailing blanks. */
  row(pieces: readonly PaintedPiece[], width: number): string {
    if (pieces.length === 0) return '';
    return this.#rows.get(rowKey(pieces, width), () => {
      const row: Cell[] = new Array(width > 0 ? Math.ceil(width) : 0).fill(BLANK);
      for (const { x, line } of pieces) this.#lay(row, x, this.#line(line));
      // Texts beyond the right edge leave gaps, which close as in Ink.
      const cells = row.filter((cell) => cell !== undefined);
      const finished = this.#finish ? this.#finish(cells.slice(0, width)) : cells;
      return this.#parts.styledCharsToString(finished).trimEnd();
    });
  }

  /** The lines of a text; styles continue across line breaks. */
  split(text: string): readonly string[] {
    return this.#split.get(text, () => splitCells(this.#line(text)).map(this.#parts.styledCharsToString));
  }

  /** The part of a text at `x`, `y` that is within `clip`. */
  clip(text: string, x: number, y: number, clip: Clip): Placed {
    const nothing = { x, y, lines: [] };
    const { x1, x2, y1, y2 } = clip;
    let lines = this.split(text);
    if (isEmpty(clip)) return nothing;
    const across = x1 !== undefined && x2 !== undefined;
    if (across && (x + this.#widest(text) < x1 || x > x2)) return nothing;
    if (y1 !== undefined && y2 !== undefined) {
      if (y + lines.length < y1 || y > y2) return nothing;
      lines = lines.slice(Math.max(0, y1 - y), Math.min(lines.length, y2 - y));
      y = Math.max(y, y1);
    }
    if (!across) return { x, y, lines };
    const to = (line: string) => Math.min(this.#width(line), x2 - x);
    return { x: Math.max(x, x1), y, lines: lines.map((line) => this.#slice(line, Math.max(0, x1 - x), to(line))) };
  }

  #line(text: string): CellLine {
    return this.#lines.get(text, () => this.#reader.line(text));
  }

  #width(line: string): number {
    return this.#widths.get(line, () => this.#parts.stringWidth(line));
  }

  #widest(text: string): number {
    return Math.max(...text.split('\n').map((line) => this.#width(line)));
  }

  /** The cells of a line from column `from` up to `to`. */
  #slice(line: string, from: number, to: number): string {
    if (from >= to) return '';
    return this.#slices.get(`${from} ${to} ${line}`, () =>
      this.#parts.styledCharsToString(sliceCells(this.#line(line), from, to)),
    );
  }

  #lay(row: Cell[], x: number, { cells, widths }: CellLine): void {
    if (cells.length === 0) return;
    const before = row[x - 1];
    if (x > 0 && before && row[x]?.value === '' && this.#parts.stringWidth(before.value) > 1)
      row[x - 1] = blankCell(before);
    let column = x;
    for (const [index, cell] of cells.entries()) {
      const width = Math.max(1, widths?.[index] ?? 1);
      row[column] = cell;
      // The right half of a character that begins left of the screen is a blank.
      for (let more = 1; more < width; more += 1)
        row[column + more] = { ...cell, value: column < 0 ? ' ' : '', fullWidth: false };
      column += width;
    }
    const after = row[column];
    if (after?.value === '') row[column] = blankCell(after);
  }
}

/** The cache key of a row: all its inputs, with lengths as separators. */
function rowKey(pieces: readonly PaintedPiece[], width: number): string {
  let key = `${width}`;
  for (const { x, line } of pieces) key += ` ${x} ${line.length} ${line}`;
  return key;
}

function splitCells({ cells }: CellLine): Cell[][] {
  const lines: Cell[][] = [[]];
  for (const cell of cells) {
    if (cell.value === '\n') lines.push([]);
    else lines.at(-1)?.push(cell);
  }
  return lines;
}

function sliceCells({ cells, widths }: CellLine, from: number, to: number): readonly Cell[] {
  if (!widths) return cells.slice(from, to);
  const kept: Cell[] = [];
  let end = 0;
  for (const [index, cell] of cells.entries()) {
    const width = widths[index] ?? 1;
    const start = end;
    end += width;
    if (end <= from) continue;
    if (start >= to) break;
    kept.push(width > 1 && (start < from || end > to) ? blankCell(cell) : cell);
  }
  return kept;
}

/** A partly visible wide character becomes a blank in its style. */
function blankCell(cell: Cell): Cell {
  return { ...cell, value: ' ', fullWidth: false };
}
