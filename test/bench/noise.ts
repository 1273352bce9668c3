import { quantile } from './statistics.ts';

/** The same work takes this much longer at times where a machine does other things too. */
const NOISY = 1.5;

/**
 * How much longer a fixed piece of work takes nine times of ten than at its fastest: 1 on a machine that does nothing else. Load averages
 * say less: they count this program too, and lag a minute behind.
 */
export function noise(rounds = 60): number {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    let sum = 0;
    for (let step = 0; step < 3_000_000; step++) sum = (sum * 31 + step) % 1_000_003;
    taken.push(performance.now() - begun);
  }
  // The first rounds are compiled.
  const warm = taken.slice(10);
  return (quantile(warm, 0.9) ?? Number.NaN) / Math.min(...warm);
}

export function isNoisy(measured: number): boolean {
  return !(measured < NOISY);
}
