import { describe, expect, it } from 'vitest';
import { Rates, SAMPLED } from './rates.ts';

describe('Rates', () => {
  it('counts lines and errors per second over ten seconds', () => {
    const rates = new Rates();
    for (let second = 0; second < 20; second += 1) rates.see(0, second * 1000, { lines: 40, sampled: 40, errors: 4 });
    expect(rates.of(0, 19_500)).toMatchObject({ lines: 40, errors: 4, estimated: false });
    expect(rates.of(0, 40_000)).toMatchObject({ lines: 0, errors: 0 });
    expect(rates.of(1, 40_000)).toMatchObject({ lines: 0 });
  });

  it('divides by the time actually covered, so that a constant rate does not seem to grow', () => {
    const rates = new Rates();
    rates.from(0, 100_000);
    rates.from(0, 0);
    for (let second = 100; second < 103; second += 1)
      rates.see(0, second * 1000, { lines: 400, sampled: 0, errors: 0 });
    expect(rates.of(0, 103_000).lines).toBe(400);
    expect(rates.of(0, 100_000).lines).toBe(1200);
    expect(rates.of(0, 104_000).lines).toBe(300);
  });

  it('extrapolates from the checked lines', () => {
    const rates = new Rates();
    expect(rates.allowance(0, 0)).toBe(SAMPLED);
    rates.see(0, 0, { lines: 1000, sampled: 50, errors: 5 });
    expect(rates.allowance(0, 0)).toBe(0);
    expect(rates.of(0, 500)).toMatchObject({ errors: 10, estimated: true });
  });

  it('knows how long a source has been silent, from the times of its lines', () => {
    const rates = new Rates();
    rates.see(0, 100_000, { lines: 0, sampled: 0, errors: 0 });
    rates.stamp(0, 40_000);
    expect(rates.of(0, 100_000).last).toBe(40_000);
  });
});
