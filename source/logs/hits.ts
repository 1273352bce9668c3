/** The lines [from, to) to test next, forwards (1) or backwards (-1). */
export type Slice = { from: number; to: number; by: 1 | -1 };

/**
 * The numbers of the lines that match a filter, found in slices: new lines first, then the history backwards, so that the screen fills at
 * once. Numbers are sorted on both sides of where the search began.
 */
export class Hits {
  /** Descending, from the start of the search to the oldest line. */
  #before: number[] = [];
  /** Ascending, from there to the newest. */
  #after: number[] = [];
  /** The first tested line, and the line after the last tested one. */
  #from: number;
  #to: number;

  /** `end`: the number after the newest line. */
  constructor(end: number) {
    this.#from = end;
    this.#to = end;
  }

  /** The next lines to test, at most `size`; undefined if every line from `first` to `end` was tested. */
  next(first: number, end: number, size: number): Slice | undefined {
    // Lines dropped from the buffer cannot be tested any more.
    this.#to = Math.max(this.#to, first);
    if (this.#to < end) return { from: this.#to, to: Math.min(end, this.#to + size), by: 1 };
    if (this.#from > first) return { from: Math.max(first, this.#from - size), to: this.#from, by: -1 };
    return undefined;
  }

  /** Records the lines of the slice that match, ascending. */
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

  /** The number of a hit, from 1; undefined if the line is not a hit. */
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

  /** The number of hits before a line. */
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
