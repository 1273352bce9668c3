import { describe, expect, it } from 'vitest';
import { parseThreshold, severityOf, type Threshold, type Watch, watch } from './thresholds.ts';

const latency: Threshold = { id: 'l', title: 'p99', unit: 'ms', bad: 'above', warn: 10, critical: 50, forMs: 30_000 };

/** What is told when these values come every ten seconds. */
function told(threshold: Threshold, values: readonly number[]): string[] {
  let state: Watch | undefined;
  return values.flatMap((value, index) => {
    const next = watch(threshold, state, value, index * 10_000, (number, unit) => `${number}${unit}`);
    state = next.watch;
    return next.crossing ? [`${index * 10}s ${next.crossing.from}>${next.crossing.to}: ${next.crossing.text}`] : [];
  });
}

describe('watch', () => {
  it('tells a rise once it has lasted, and that it is over', () => {
    expect(told(latency, [5, 20, 20, 20, 20, 20, 5, 5, 5, 5, 5])).toEqual([
      '40s ok>warn: p99 20ms, above 10ms for 30 s',
      '90s warn>ok: p99 is well again: 5ms',
    ]);
  });

  it('tells nothing of a peak, nor of a value that swings', () => {
    expect(told(latency, [5, 90, 90, 5, 90, 5, 90, 90, 5])).toEqual([]);
  });

  it('rises further and falls by steps', () => {
    expect(told({ ...latency, forMs: 0 }, [20, 60, 20, 1])).toEqual([
      '0s ok>warn: p99 20ms, above 10ms',
      '10s warn>critical: p99 60ms, above 50ms',
      '20s critical>warn: p99 20ms, above 10ms',
      '30s warn>ok: p99 is well again: 1ms',
    ]);
  });

  it('knows what is bad', () => {
    expect(severityOf({ ...latency, bad: 'below' }, 5)).toBe('critical');
    expect(severityOf({ ...latency, bad: 'beyond' }, -51)).toBe('critical');
    expect(severityOf({ ...latency, bad: 'beyond' }, 10)).toBe('ok');
    expect(severityOf(latency, Number.NaN)).toBe('ok');
  });
});

describe('parseThreshold', () => {
  it.each([
    ['100', { bad: 'above', warn: 100, forMs: 0 }],
    ['below 5 for 30', { bad: 'below', warn: 5, forMs: 30_000 }],
    ['beyond warn 45 critical 50 for 1.5s', { bad: 'beyond', warn: 45, critical: 50, forMs: 1_500 }],
    ['critical -3', { bad: 'above', critical: -3, forMs: 0 }],
    ['banana', '"banana" is not understood: write "above 100 for 30", or "below warn 80 critical 60"'],
    ['above', 'a threshold needs a number: write "above 100 for 30", or "below warn 80 critical 60"'],
  ])('%s', (text, threshold) => {
    expect(parseThreshold(text)).toEqual(threshold);
  });
});
