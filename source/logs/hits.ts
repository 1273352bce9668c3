/** Lines in [from, to) that are to be tested next, from the first one on (1) or from the last one back (-1). */
export type Slice = { from: number; to: number; by: 1 | -1 };

/**
 * The numbers of the lines that a filter leaves, found in slices: first what comes new, then history from its end
 * backwards, so that the screen is full at once. Numbers are kept in order on both sides of where the search began.
 */
export class Hits {
  /** Descending, from where the search began towards the oldest line. */
  #before: number[] = [];
  /** Ascending, from there towards the newest. */
  #after: number[] = [];
  /** First line tested and the line after the last one. */
  #from: number;
  #to: number;

  /** `end`: number after the newest line now. */
  constructor(end: number) {
    this.#from = end;
    this.#to = end;
  }

  /** The next lines to test, at most `size`; undefined when every line from `first` to `end` has been. */
  next(first: number, end: number, size: number): Slice | undefined {
    // What was dropped from the buffer before it was tested is not there any more.
    this.#to = Math.max(this.#to, first);
    if (this.#to < end) return { from: this.#to, to: Math.min(end, this.#to + size), by: 1 };
    if (this.#from > first) return { from: Math.max(first, this.#from - size), to: this.#from, by: -1 };
    return undefined;
  }

  /** The lines of the slice that passed, ascending. */
  record({ from, to }: Omit<Slice, 'by'>, passed: readonly number[]): void {
    if (from >= this.#to) {
      this.#after.push(...passed);
      this.#to = to;
    } else {
      for (let i = passed.length - 1; i >= 0; i -= 1) this.#before.push(passed[i] ?? 0);
      this.#from = from;
    }
  }

  /** Forgets lines before `first`. */
  trim(first: number): void {
    let keep = this.#before.length;
    while (keep > 0 && (this.#before[keep - 1] ?? 0) < first) keep -= 1;
    this.#before.length = keep;
    if (keep > 0) return;
    const gone = lowerBound(this.#after, first);
    if (gone > 1024 || gone === this.#after.length) this.#after.splice(0, gone);
  }

  get count(): number {
    return this.#before.length + this.#after.length;
  }

  /** The how many-th hit a line is, from 1 on; undefined for a line that is none. */
  place(line: number): number | undefined {
    return this.atOrAfter(line) === line ? this.rank(line) + 1 : undefined;
  }

  /** The nearest hit at or after a line. */
  atOrAfter(line: number): number | undefined {
    return this.#at(this.rank(line));
  }

  /** The nearest hit at or before a line. */
  atOrBefore(line: number): number | undefined {
    return this.#at(this.rank(line + 1) - 1);
  }

  /** How many hits lie before a line. */
  rank(line: number): number {
    const before = this.#before;
    // Descending: those below `line` are the last ones.
    let low = 0;
    let high = before.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((before[middle] ?? 0) >= line) low = middle + 1;
      else high = middle;
    }
    const below = before.length - low;
    return low === 0 ? before.length + lowerBound(this.#after, line) : below;
  }

  #at(rank: number): number | undefined {
    if (rank < 0) return undefined;
    return rank < this.#before.length
      ? this.#before[this.#before.length - 1 - rank]
      : this.#after[rank - this.#before.length];
  }
}

/** Index of the first number at or above `value`. */
function lowerBound(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
