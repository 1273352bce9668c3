/** Formatted lines kept: a few screens. */
const KEPT = 1000;

/** Rows of lines by number, kept while nothing that decides their look changes. */
export class RowCache {
  #key = '';
  readonly #rows = new Map<number, string[]>();

  rows(line: number, key: string, make: () => string[]): string[] {
    if (key !== this.#key || this.#rows.size >= KEPT) this.#rows.clear();
    this.#key = key;
    const known = this.#rows.get(line);
    if (known) return known;
    const made = make();
    this.#rows.set(line, made);
    return made;
  }
}
