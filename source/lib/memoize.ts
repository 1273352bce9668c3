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
