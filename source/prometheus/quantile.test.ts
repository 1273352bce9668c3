import { describe, expect, it } from 'vitest';
import { type Bucket, bucketQuantile } from './quantile.ts';

const Inf = Number.POSITIVE_INFINITY;
const buckets = (...pairs: [number, number][]): Bucket[] => pairs.map(([bound, count]) => ({ bound, count }));

describe('bucketQuantile', () => {
  it('interpolates within the bucket, from zero in the lowest', () => {
    const latency = buckets([1, 10], [2, 30], [4, 40], [Inf, 40]);
    expect(bucketQuantile(0.5, latency)).toBe(1.5);
    expect(bucketQuantile(0.125, latency)).toBe(0.5);
    expect(bucketQuantile(1, latency)).toBe(4);
    expect(bucketQuantile(0, latency)).toBe(0);
  });

  it('returns the second highest bound if the quantile is in the highest bucket', () => {
    expect(bucketQuantile(0.99, buckets([1, 10], [2, 20], [Inf, 100]))).toBe(2);
  });

  it('does not go below a lowest bound that is negative or zero', () => {
    expect(bucketQuantile(0.2, buckets([-5, 10], [0, 20], [Inf, 20]))).toBe(-5);
  });

  it('returns NaN without observations, without +Inf and with one bucket', () => {
    expect(bucketQuantile(0.5, buckets([1, 0], [Inf, 0]))).toBeNaN();
    expect(bucketQuantile(0.5, buckets([1, 5], [2, 5]))).toBeNaN();
    expect(bucketQuantile(0.5, buckets([Inf, 5]))).toBeNaN();
    expect(bucketQuantile(0.5, [])).toBeNaN();
    expect(bucketQuantile(Number.NaN, buckets([1, 5], [Inf, 5]))).toBeNaN();
  });

  it('returns infinities below 0 and above 1', () => {
    expect(bucketQuantile(-0.1, buckets([1, 5], [Inf, 5]))).toBe(-Inf);
    expect(bucketQuantile(1.1, buckets([1, 5], [Inf, 5]))).toBe(Inf);
  });

  it('sums equal bounds, accepts any order and does not change its argument', () => {
    const given = buckets([Inf, 20], [2, 10], [1, 5], [2, 10]);
    const before = structuredClone(given);
    expect(bucketQuantile(0.5, given)).toBeCloseTo(1 + 5 / 15);
    expect(given).toEqual(before);
  });

  it('levels decreasing counts and differences that are noise', () => {
    expect(bucketQuantile(0.9, buckets([1, 10], [2, 8], [4, 20], [Inf, 20]))).toBe(2 + 2 * (8 / 10));
    const noisy = buckets([1, 1], [2, 1 + 1e-15], [4, 1 + 2e-15], [Inf, 1 + 3e-15]);
    expect(bucketQuantile(1, noisy)).toBe(1);
  });
});
