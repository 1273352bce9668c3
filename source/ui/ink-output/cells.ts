import { splitStyles } from './single-cells.ts';

/** A style in the form of @alcalzone/ansi-tokenize. */
export type Style = { type: 'ansi'; code: string; endCode: string };
export type Cell = { type: 'char'; value: string; fullWidth: boolean; styles: readonly Style[] };
export type Token = Style | { type: 'control'; code: string } | Omit<Cell, 'styles'>;

/** The parts of Ink's own output stage, passed in: its packages are not dependencies of this one. */
export type InkParts = {
  tokenize(text: string): Token[];
  styledCharsFromTokens(tokens: readonly Token[]): Cell[];
  styledCharsToString(cells: readonly Cell[]): string;
  reduceAnsiCodesIncremental(styles: readonly Style[], more: readonly Style[]): readonly Style[];
  stringWidth(text: string): number;
};

/** The cells of one line; `widths` where some are wider than one. */
export type CellLine = { cells: readonly Cell[]; widths?: readonly number[] };

const INVISIBLE = /^\p{Default_Ignorable_Code_Point}+$/u;

/** Letters joined by a virama, as in Hindi: Ink counts one cell, terminals count each letter. */
const JOINED = /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u17d2]/;

/** A set of active styles, with the cells and following styles seen under it: shared by all lines. */
type InForce = { styles: readonly Style[]; cells: Map<string, Cell>; next: Map<string, InForce> };

/** How many styles are remembered; text from outside may contain any number. */
const MOST_STYLES = 2000;

/** Turns text into cells: character by character if that is correct, else as Ink does. */
export class CellReader {
  readonly #parts: InkParts;
  #plain = inForce([]);
  #met = 0;

  constructor(parts: InkParts) {
    this.#parts = parts;
  }

  line(text: string): CellLine {
    const pieces = splitStyles(text);
    return pieces ? { cells: this.#singles(pieces) } : this.#any(text);
  }

  #singles(pieces: readonly string[]): Cell[] {
    if (this.#met > MOST_STYLES) {
      this.#plain = inForce([]);
      this.#met = 0;
    }
    const cells: Cell[] = [];
    let now = this.#plain;
    pieces.forEach((piece, index) => {
      if (index % 2 === 1) now = this.#restyled(now, piece);
      else for (let at = 0; at < piece.length; at += 1) cells.push(cellOf(now, piece.charAt(at)));
    });
    return cells;
  }

  #restyled(now: InForce, code: string): InForce {
    const known = now.next.get(code);
    if (known) return known;
    let styles = now.styles;
    for (const token of this.#parts.tokenize(code))
      if (token.type === 'ansi') styles = this.#parts.reduceAnsiCodesIncremental(styles, [token]);
    const next = inForce(styles);
    now.next.set(code, next);
    this.#met += 1;
    return next;
  }

  #any(text: string): CellLine {
    const { tokenize, styledCharsFromTokens, stringWidth } = this.#parts;
    const cells = styledCharsFromTokens(tokenize(text)).filter(({ value }) => !INVISIBLE.test(value));
    return {
      cells,
      widths: cells.map(({ value }) => (JOINED.test(value) ? sum(value, stringWidth) : stringWidth(value))),
    };
  }
}

function sum(value: string, widthOf: (char: string) => number): number {
  return [...value].reduce((cells, char) => cells + widthOf(char), 0);
}

function inForce(styles: readonly Style[]): InForce {
  return { styles, cells: new Map(), next: new Map() };
}

function cellOf({ styles, cells }: InForce, value: string): Cell {
  let cell = cells.get(value);
  if (!cell) {
    cell = { type: 'char', value, fullWidth: false, styles };
    cells.set(value, cell);
  }
  return cell;
}
