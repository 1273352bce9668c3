/** The cells of a chart's plot: the character in each, and which series drew it. */

export type Style = 'braille' | 'blocks' | 'ascii';

/** A cell that no series has drawn. */
export const NO_SERIES = -1;

/** Dots of a braille cell by column and row, as Unicode numbers them. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const EIGHTHS = ' ▁▂▃▄▅▆▇█';
/** The mark of each series without colours or dots. */
export const ASCII_MARKS = '*+ox#%@&';
/** The mark of each series among dots. */
export const SERIES_MARKS = '●◆▲■○◇△□';

/** Dots in a cell, by style: [across, down]. */
const RESOLUTION: Record<Style, readonly [number, number]> = { braille: [2, 4], blocks: [1, 8], ascii: [1, 1] };

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly style: Style;
  /** Size in dots, across and down. */
  readonly across: number;
  readonly down: number;
  readonly #bits: Uint16Array;
  readonly #owner: Int16Array;
  readonly #chars = new Map<number, string>();

  constructor(width: number, height: number, style: Style) {
    this.width = width;
    this.height = height;
    this.style = style;
    const [across, down] = RESOLUTION[style];
    this.across = width * across;
    this.down = height * down;
    this.#bits = new Uint16Array(width * height);
    this.#owner = new Int16Array(width * height).fill(NO_SERIES);
  }

  /** Draws the dots of column `x` from row `a` to row `b` (0 is the top). */
  column(x: number, a: number, b: number, series: number): void {
    for (let y = Math.min(a, b); y <= Math.max(a, b); y += 1) this.#dot(x, y, series);
  }

  #dot(x: number, y: number, series: number): void {
    if (x < 0 || y < 0 || x >= this.across || y >= this.down) return;
    const [across, down] = RESOLUTION[this.style];
    const cell = Math.floor(y / down) * this.width + Math.floor(x / across);
    if (this.style === 'braille') this.#bits[cell] = (this.#bits[cell] ?? 0) | (DOTS[x % 2]?.[y % 4] ?? 0);
    else this.#bits[cell] = Math.max(this.#bits[cell] ?? 0, this.style === 'blocks' ? down - (y % down) : 1);
    this.#owner[cell] = series;
  }

  /** Puts a character into a cell that no series has drawn. */
  behind(column: number, row: number, char: string): void {
    const cell = row * this.width + column;
    if (this.#owner[cell] === NO_SERIES) this.#chars.set(cell, char);
  }

  /** Puts a series' mark into the cell of a dot, so that series differ without colour. */
  mark(x: number, y: number, series: number, char: string): void {
    const [across, down] = RESOLUTION[this.style];
    const cell = Math.floor(y / down) * this.width + Math.floor(x / across);
    if (this.#owner[cell] === series) this.#chars.set(cell, char);
  }

  /** The row's cells, as runs of one series (NO_SERIES for the background). */
  runs(row: number): { series: number; text: string }[] {
    const runs: { series: number; text: string }[] = [];
    for (let column = 0; column < this.width; column += 1) {
      const cell = row * this.width + column;
      const series = this.#owner[cell] ?? NO_SERIES;
      const char = this.#chars.get(cell) ?? (series === NO_SERIES ? ' ' : this.#char(this.#bits[cell] ?? 0, series));
      const last = runs[runs.length - 1];
      if (last?.series === series) last.text += char;
      else runs.push({ series, text: char });
    }
    return runs;
  }

  #char(bits: number, series: number): string {
    if (this.style === 'braille') return String.fromCharCode(0x2800 + bits);
    if (this.style === 'blocks') return EIGHTHS[bits] ?? ' ';
    return ASCII_MARKS[series % ASCII_MARKS.length] ?? '*';
  }
}
