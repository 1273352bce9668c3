import { isLineEnd, OPEN, SPACE, sameBytes, skipBlanks, TAB } from './bytes.ts';
import type { Series } from './exposition.ts';

/** The meaning of a line: a series, or the comment that `apply` repeats. */
export type KnownSeries = {
  readonly hash: number;
  next: KnownSeries | undefined;
  readonly series: Series | undefined;
  readonly apply: (() => void) | undefined;
  /** Number of the last scrape that had a sample of it. */
  scrape: number;
  /** Its position in its last scrape; -1 before the first. */
  index: number;
};

/** The lines of one scrape in order. Keeps the body, with which the next one is compared. */
export class Lines {
  readonly #body: Uint8Array;
  readonly #known: KnownSeries[] = [];
  /** Start and end in the body: of name and labels, or of the whole comment. */
  #ranges: Int32Array;

  constructor(body: Uint8Array, expected: number) {
    this.#body = body;
    this.#ranges = new Int32Array(2 * Math.max(64, expected));
  }

  get length(): number {
    return this.#known.length;
  }

  /** The lines with a series, each once. */
  series(): KnownSeries[] {
    return this.#known.filter((known, index) => known.series !== undefined && known.index === index);
  }

  at(index: number): KnownSeries | undefined {
    return this.#known[index];
  }

  /** Whether a line is where its `index` says. */
  has(known: KnownSeries): boolean {
    const { index } = known;
    return index >= 0 && index < this.#known.length && this.#known[index] === known;
  }

  push(known: KnownSeries, start: number, end: number): void {
    const at = 2 * this.#known.length;
    if (at === this.#ranges.length) {
      const ranges = new Int32Array(2 * at);
      ranges.set(this.#ranges);
      this.#ranges = ranges;
    }
    this.#ranges[at] = start;
    this.#ranges[at + 1] = end;
    known.index = this.#known.length;
    this.#known.push(known);
  }

  /**
   * Where the line at `at` of another body continues after the part that it shares with the index-th line; -1 if it is a different line.
   */
  endOf(index: number, buffer: Uint8Array, at: number): number {
    if (index >= this.#known.length) return -1;
    const start = this.#ranges[2 * index] ?? 0;
    const end = this.#ranges[2 * index + 1] ?? 0;
    if (at + end - start >= buffer.length || !sameBytes(buffer, at, this.#body, start, end)) return -1;
    return isEnd(buffer, at + end - start, this.#known[index]?.series === undefined) ? at + end - start : -1;
  }
}

/** Whether a comment's line, or name and labels, end at `at`. */
function isEnd(buffer: Uint8Array, at: number, isComment: boolean): boolean {
  if (isComment) return isLineEnd(buffer, at);
  const next = buffer[at];
  return (next === SPACE || next === TAB) && buffer[skipBlanks(buffer, at)] !== OPEN;
}
