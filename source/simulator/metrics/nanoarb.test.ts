import { describe, expect, it } from 'vitest';
import { BOUNDS } from './figures.ts';
import { nanoarbMetrics } from './nanoarb.ts';

const HOUR = 3_600_000;

function samples(page: string): Map<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('nanoarbMetrics', () => {
  const page = nanoarbMetrics(5 * HOUR, 'test');

  it('has 97 series and the end marker of OpenMetrics', () => {
    expect(samples(page).size).toBe(97);
    expect(page.endsWith('\n# EOF\n')).toBe(true);
  });

  it('doubles the suffix of counters, but not in their TYPE', () => {
    expect(page).toContain(
      '# HELP nanoarb_orders_total Total number of orders submitted.\n# TYPE nanoarb_orders_total counter\nnanoarb_orders_total_total ',
    );
  });

  it('writes sum and count before the buckets, with bounds formatted as floats', () => {
    expect(page).toMatch(
      /nanoarb_inference_latency_ns_sum \d+\.0\nnanoarb_inference_latency_ns_count \d+\nnanoarb_inference_latency_ns_bucket\{le="100\.0"\} /,
    );
    expect(page).toContain('nanoarb_inference_latency_ns_bucket{le="52428800.0"}');
    expect(page).toMatch(/_bucket\{le="\+Inf"\} \d+\n# HELP/);
  });

  it('never decreases, and has cumulative buckets', () => {
    let before = samples(nanoarbMetrics(0, 'test'));
    for (let work = 1000; work < 20 * 60_000; work += 7_777) {
      const now = samples(nanoarbMetrics(work, 'test'));
      for (const [name, value] of now) {
        if (!/position|pnl/.test(name))
          expect(value, `${name} at ${work}`).toBeGreaterThanOrEqual(before.get(name) ?? 0);
      }
      before = now;
    }
    const buckets = [...BOUNDS.map((b) => `${b}.0`), '+Inf'].map(
      (le) => before.get(`nanoarb_inference_latency_ns_bucket{le="${le}"}`) ?? -1,
    );
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(-1)).toBe(before.get('nanoarb_inference_latency_ns_count'));
  });

  it('stays within the risk limit', () => {
    for (let work = 0; work < 3 * HOUR; work += 10_007) {
      expect(Math.abs(samples(nanoarbMetrics(work, 'test')).get('nanoarb_position') ?? 99)).toBeLessThanOrEqual(50);
    }
  });
});
