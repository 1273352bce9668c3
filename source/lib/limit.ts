/** Runs at most `width` tasks at once, in the order they were added. */
export function limiter(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}

/** Runs `work` for each item, at most `parallel` at once; ends when all have ended, fails with the first failure. */
export async function forEachLimited<T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const slot = limiter(Math.max(1, parallel));
  await Promise.all(items.map((item) => slot(() => work(item))));
}
