/**
 * Caches a value per key: between `size` and twice `size` of the most recently used keys. Two generations instead of a usage list: a hit
 * costs one look-up, eviction costs nothing.
 */
export class TwoGenerationCache<Key, Value extends object | string | number> {
  readonly #size: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: Key, make: () => Value): Value {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
