import { TwoGenerationCache } from './cache.ts';

/**
 * The same function, which works once for each object: what is drawn in every frame must not cost as much as there are services.
 * For objects that never change, as a desk and what is in it.
 */
export function memoizeByObject<Given extends object, Made extends object>(
  make: (given: Given) => Made,
): (given: Given) => Made {
  const made = new WeakMap<Given, Made>();
  return (given) => {
    const known = made.get(given);
    if (known) return known;
    const value = make(given);
    made.set(given, value);
    return value;
  };
}

/** The same function, which works once for each of the keys that were used last: `size` of them, to twice as many. */
export function memoizeByKey<Made extends object>(size: number, make: (key: string) => Made): (key: string) => Made {
  const made = new TwoGenerationCache<string, Made>(size);
  return (key) => made.get(key, () => make(key));
}
