import { TwoGenerationCache } from '../lib/cache.ts';

/** Cached formatted lines: a few screens. */
const KEPT = 500;

/** Rows of lines by number, valid while `key`, which determines how they look, is unchanged. */
export class RowCache {
  #key = '';
  #rows = new TwoGenerationCache<number, string[]>(KEPT);

  rows(line: number, key: string, make: () => string[]): string[] {
    if (key !== this.#key) this.#rows = new TwoGenerationCache(KEPT);
    this.#key = key;
    return this.#rows.get(line, make);
  }
}
