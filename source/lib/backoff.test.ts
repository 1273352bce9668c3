import { describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';

describe('backoff', () => {
  it('doubles from half a second to 15 seconds, and stays there', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoff(attempt, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
    ]);
  });

  it('spreads each wait over its last quarter', () => {
    expect(backoff(3, 0)).toBe(1500);
    expect(backoff(3, 0.5)).toBe(1750);
  });
});
