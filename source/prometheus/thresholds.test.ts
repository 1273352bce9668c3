import { describe, expect, it } from 'vitest';
import { formatValue, UNITS } from '../lib/value.ts';
import { parseThreshold, shownThreshold, typedThreshold } from '../metrics/threshold-text.ts';
import { beyondWords, severityOf, type Threshold, type Watch, watch } from './thresholds.ts';

const latency: Threshold = {
  id: 'l',
  from: 'key',
  title: 'p99',
  unit: 'ms',
  bad: 'above',
  warn: 10,
  critical: 50,
  forMs: 30_000,
};

/** What is told when these values come every ten seconds. */
function received(threshold: Threshold, values: readonly number[]): string[] {
  let state: Watch | undefined;
  return values.flatMap((value, index) => {
    const next = watch(threshold, state, value, index * 10_000, (number, unit) => `${number}${unit}`);
    state = next.watch;
    return next.crossing ? [`${index * 10}s ${next.crossing.from}>${next.crossing.to}: ${next.crossing.text}`] : [];
  });
}

describe('watch', () => {
  it('reports a rise that has lasted, and its end', () => {
    expect(received(latency, [5, 20, 20, 20, 20, 20, 5, 5, 5, 5, 5])).toEqual([
      '40s ok>warn: p99 20ms, above 10ms for 30 s',
      '90s warn>ok: p99 is well again: 5ms',
    ]);
  });

  it('reports neither a peak nor a swinging value', () => {
    expect(received(latency, [5, 90, 90, 5, 90, 5, 90, 90, 5])).toEqual([]);
  });

  it('rises and falls level by level', () => {
    expect(received({ ...latency, forMs: 0 }, [20, 60, 20, 1])).toEqual([
      '0s ok>warn: p99 20ms, above 10ms',
      '10s warn>critical: p99 60ms, above 50ms',
      '20s critical>warn: p99 20ms, above 10ms',
      '30s warn>ok: p99 is well again: 1ms',
    ]);
  });

  it('reports a value that swings between two levels but is always beyond the lower one', () => {
    expect(received(latency, [5, 20, 60, 20, 60, 20, 5, 20, 5, 5, 5, 5])).toEqual([
      '40s ok>warn: p99 60ms, above 10ms for 30 s',
      '110s warn>ok: p99 is well again: 5ms',
    ]);
    expect(received(latency, [60, 60, 60, 60, 20, 60, 20, 20, 20, 20])).toEqual([
      '30s ok>critical: p99 60ms, above 50ms for 30 s',
      '90s critical>warn: p99 20ms, above 10ms for 30 s',
    ]);
  });

  it('knows which values are bad', () => {
    expect(severityOf({ ...latency, bad: 'below' }, 5)).toBe('critical');
    expect(severityOf({ ...latency, bad: 'beyond' }, -51)).toBe('critical');
    expect(severityOf({ ...latency, bad: 'beyond' }, 10)).toBe('ok');
    expect(severityOf(latency, Number.NaN)).toBe('ok');
  });
});

describe('words', () => {
  const text = (value: number, unit: string) => `${value}${unit}`;

  it('describe the value, and that it was beyond the limit while that counts', () => {
    expect(beyondWords(latency, 'critical', 60, text)).toBe('p99 60ms, above 50ms for 30 s');
    expect(beyondWords(latency, 'critical', 20, text)).toBe('p99 was above 50ms, now 20ms');
    expect(beyondWords({ ...latency, bad: 'beyond', forMs: 0 }, 'warn', -11, text)).toBe(
      'p99 -11ms, more than 10ms from zero',
    );
  });

  it('are shown with units and can be parsed again', () => {
    const position: Threshold = { ...latency, unit: 'count', bad: 'beyond', warn: 45, critical: 50, forMs: 0 };
    expect(shownThreshold(position, formatValue)).toBe('beyond ±45, critical ±50');
    expect(shownThreshold({ ...position, warn: undefined, bad: 'below' }, formatValue)).toBe('critical below 50');
    expect(shownThreshold({ ...latency, unit: 'ns', warn: 2000, critical: undefined }, formatValue)).toBe(
      'above 2µs, for 30 s',
    );
    for (const unit of UNITS) {
      for (const one of [
        latency,
        position,
        { ...latency, warn: 2_000_000, critical: 3_141_592.65 },
        { ...latency, warn: undefined },
      ]) {
        const { bad, warn, critical, forMs } = one;
        const typed = parseThreshold(typedThreshold(one, unit, formatValue), unit);
        expect(typed).toEqual({
          bad,
          forMs,
          ...(warn === undefined ? {} : { warn }),
          ...(critical === undefined ? {} : { critical }),
        });
      }
    }
  });
});

describe('parseThreshold', () => {
  it.each([
    ['above 2us', 'ns', 2000],
    ['above 2µs', 'ns', 2000],
    ['1.5ms', 'seconds', 0.0015],
    ['500MiB', 'bytes', 500 * 2 ** 20],
    ['80%', 'ratio', 0.8],
    ['80%', 'percent', 80],
    ['-$5k', 'dollars', -5000],
    ['1.2k', 'count', 1200],
    ['2m', 'seconds', 120],
  ] as const)('%s of %s', (text, unit, warn) => {
    expect(parseThreshold(text, unit)).toEqual({ bad: 'above', warn, forMs: 0 });
  });

  it.each([
    ['80%', 'ns', /"80%" is not valid here/],
    ['5 bananas', 'count', /"bananas" is not valid here/],
    ['warn 50 critical 10', 'count', /critical 10 would come before warn 50/],
    ['below warn 10 critical 50', 'count', /critical 50 would come before warn 10/],
    ['beyond -5', 'count', /beyond means farther from zero in either direction/],
    ['5 for -3', 'count', /the duration must not be negative/],
  ] as const)('says what is wrong with %s of %s', (text, unit, why) => {
    expect(parseThreshold(text, unit)).toMatch(why);
  });

  it.each([
    ['100', { bad: 'above', warn: 100, forMs: 0 }],
    ['below 5 for 30', { bad: 'below', warn: 5, forMs: 30_000 }],
    ['beyond warn 45 critical 50 for 1.5s', { bad: 'beyond', warn: 45, critical: 50, forMs: 1_500 }],
    ['critical -3', { bad: 'above', critical: -3, forMs: 0 }],
    ['banana', '"banana" is not valid here: write "above 100 for 30", or "below warn 80 critical 60"'],
    ['above', 'a threshold needs a number: write "above 100 for 30", or "below warn 80 critical 60"'],
  ])('%s', (text, threshold) => {
    expect(parseThreshold(text, 'count')).toEqual(threshold);
  });
});
