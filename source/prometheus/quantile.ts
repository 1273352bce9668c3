/** Smaller relative differences between neighbouring buckets are floating-point noise (Prometheus' own constant). */
const TOLERANCE = 1e-12;
const SMALLEST_NORMAL = 2 ** -1022;

export type Bucket = { /** `le`. */ bound: number /** Cumulative count, or its rate. */; count: number };

/**
 * `histogram_quantile` of a classic histogram, exactly by Prometheus' rules (promql/quantile.go, BucketQuantile): linear within a bucket,
 * from 0 in the lowest one if its bound is positive; the next lower bound in the highest bucket. NaN without observations, with fewer than
 * two buckets or without a +Inf bucket. The buckets may come in any order.
 */
export function bucketQuantile(q: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const merged = monotonic(coalesced(buckets));
  const last = merged.length - 1;
  const top = merged[last];
  if (top === undefined || top.bound !== Number.POSITIVE_INFINITY || last < 1) return Number.NaN;
  if (top.count === 0 || Number.isNaN(top.count)) return Number.NaN;
  const rank = q * top.count;
  const found = merged.findIndex((bucket) => bucket.count >= rank);
  const below = merged[(found < 0 ? last : found) - 1];
  const bucket = merged[found];
  if (bucket === undefined || found === last) return merged[last - 1]?.bound ?? Number.NaN;
  if (below === undefined) return bucket.bound <= 0 ? bucket.bound : bucket.bound * (rank / bucket.count);
  return below.bound + (bucket.bound - below.bound) * ((rank - below.count) / (bucket.count - below.count));
}

/** Sorted by bound, equal bounds ("1" and "1.0") added up. */
function coalesced(buckets: readonly Bucket[]): Bucket[] {
  const merged: Bucket[] = [];
  for (const { bound, count } of [...buckets].sort((a, b) => a.bound - b.bound)) {
    const last = merged[merged.length - 1];
    if (last?.bound === bound) last.count += count;
    else merged.push({ bound, count });
  }
  return merged;
}

/** Counts must not decrease with the bound: decreases and noise are levelled. Changes its argument. */
function monotonic(buckets: Bucket[]): Bucket[] {
  let level = buckets[0]?.count ?? 0;
  for (const bucket of buckets) {
    if (bucket.count < level || almostEqual(level, bucket.count)) bucket.count = level;
    else level = bucket.count;
  }
  return buckets;
}

function almostEqual(a: number, b: number): boolean {
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}
