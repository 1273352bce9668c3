/**
 * Items by a 32-bit hash, for keys that are cheaper to compare in place than as strings: the caller walks a bucket from `first` along
 * `next` and compares.
 */
export class HashIndex<T extends { readonly hash: number; next: T | undefined }> {
  #buckets: (T | undefined)[] = buckets(64);
  size = 0;

  first(hash: number): T | undefined {
    return this.#buckets[bucketOf(hash, this.#buckets)];
  }

  add(item: T): void {
    if (this.size === this.#buckets.length) this.#grow();
    this.size += 1;
    this.#put(item);
  }

  #put(item: T): void {
    const bucket = bucketOf(item.hash, this.#buckets);
    item.next = this.#buckets[bucket];
    this.#buckets[bucket] = item;
  }

  #grow(): void {
    const before = this.#buckets;
    this.#buckets = buckets(before.length * 4);
    for (const first of before) {
      for (let item = first; item !== undefined; ) {
        const { next } = item;
        this.#put(item);
        item = next;
      }
    }
  }
}

function buckets<T>(count: number): (T | undefined)[] {
  return new Array<T | undefined>(count).fill(undefined);
}

/** Uses the upper bits too: they differ more for text. */
function bucketOf(hash: number, all: readonly unknown[]): number {
  return (hash ^ (hash >>> 15)) & (all.length - 1);
}
