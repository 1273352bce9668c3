import { random } from '../../source/simulator/world/random.ts';

/** Whole numbers below a bound: the same for the same seed. */
export function generator(seed: number): (below: number) => number {
  const chance = random(seed);
  return (below) => Math.floor(chance() * below);
}

/** One of the items. */
export function pick<T>(items: readonly T[], below: (count: number) => number): T {
  return items[below(items.length)] as T;
}
