import { TwoGenerationCache } from '../lib/cache.ts';

/** Formatted lines kept: a few screens. */
const KEPT = 500;

/** Rows of lines by number, kept while nothing that decides their look (`key`) changes. */
export class RowCache {
  #key = '';
  #rows = new TwoGenerationCache<number, string[]>(KEPT);

  rows(line: number, key: string, make: () => string[]): string[] {
    if (key !== this.#key) this.#rows = new TwoGenerationCache(KEPT);
    this.#key = key;
    return this.#rows.get(line, make);
  }
}
