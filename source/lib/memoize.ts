import { TwoGenerationCache } from './cache.ts';

/**
 * The same function, computed once per object, so that a frame's cost does not grow with the number of services. Only for objects that
 * never change, such as a desk and its parts.
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

/** The same function, computed once per key; remembers between `size` and twice `size` of the most recently used keys. */
export function memoizeByKey<Made extends object>(size: number, make: (key: string) => Made): (key: string) => Made {
  const made = new TwoGenerationCache<string, Made>(size);
  return (key) => made.get(key, () => make(key));
}

/** What costs time to make and may not be needed, such as a formatter of Intl: made at the first use. */
export function atFirstUse<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
