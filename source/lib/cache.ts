/**
 * Keeps what was made for a key while it is in use: the last `size` to twice as many keys that were asked for. Two generations
 * instead of a list of uses: a hit costs one look-up, and forgetting costs nothing.
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
