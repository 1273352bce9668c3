/** A wide interface of which a test gives only what it is about: whatever else is used fails, by name. */
export function only<T extends object>(given: Partial<T>): T {
  return new Proxy(given as T, {
    get(target, name) {
      if (!(name in target)) throw new Error(`the test does not provide ${String(name)}`);
      return Reflect.get(target, name);
    },
  });
}
