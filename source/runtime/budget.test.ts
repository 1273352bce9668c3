import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SLOWEST, stretched } from './budget.ts';

/** The factor after many looks at a console that costs `cpu` percent unstretched, of which `fixed` does not depend on its rates. */
function settled(cpu: number, fixed: number, budget: number): number {
  let factor = 1;
  for (let look = 0; look < 100; look++)
    factor = stretched(factor, { cpuPercent: fixed + (cpu - fixed) / factor, bytesPerSecond: 0 }, { cpu: budget });
  return factor;
}

it('stretches nothing without a budget, and nothing within it', () => {
  const spent = { cpuPercent: 40, bytesPerSecond: 90_000 };
  expect(stretched(1, spent, {})).toBe(1);
  expect(stretched(1, spent, { cpu: 50, bandwidth: 100_000 })).toBe(1);
});

it('brings any console into its budget that its rates can bring there', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 20, noNaN: true }), (cpu) => {
      const factor = settled(cpu, 0.1, 1);
      expect(0.1 + (cpu - 0.1) / factor).toBeLessThanOrEqual(1.001);
      expect(factor).toBeLessThanOrEqual(SLOWEST);
    }),
  );
});

it('goes as far as it can where even that is not enough', () => {
  expect(settled(50, 5, 1)).toBe(SLOWEST);
});

it('returns to the full rates when the load is over', () => {
  let factor = 8;
  for (let look = 0; look < 20; look++) factor = stretched(factor, { cpuPercent: 0.2, bytesPerSecond: 0 }, { cpu: 1 });
  expect(factor).toBe(1);
});

it('obeys the narrower of the two limits', () => {
  expect(stretched(1, { cpuPercent: 0.5, bytesPerSecond: 8000 }, { cpu: 1, bandwidth: 2000 })).toBe(4);
});
