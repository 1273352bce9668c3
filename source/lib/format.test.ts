import { describe, expect, it } from 'vitest';
import { age, bytes, count, duration, moment, parseDuration, percent, plural } from './format.ts';

describe('a moment', () => {
  const now = new Date(2026, 10, 20, 9, 0, 0).getTime();
  it('has its date unless that is today', () => {
    expect(moment(new Date(2026, 10, 20, 0, 0, 5).getTime(), now)).toBe('00:00:05');
    expect(moment(new Date(2026, 10, 19, 23, 59, 59).getTime(), now)).toBe('2026-11-19 23:59:59');
  });
});

it('counts in the singular and the plural', () => {
  expect([plural(0, 'host'), plural(1, 'host'), plural(2, 'host')]).toEqual(['0 hosts', '1 host', '2 hosts']);
  expect([plural(1, 'process', 'processes'), plural(3, 'process', 'processes')]).toEqual(['1 process', '3 processes']);
});

describe('formatted numbers', () => {
  it('are short', () => {
    expect([0, 1023, 1536, 24_536_678, 4 * 1024 ** 3].map(bytes)).toEqual(['0B', '1023B', '1.5KiB', '23.4MiB', '4GiB']);
    expect([900, 65_000, 600_000, 3_600_000, 100 * 3_600_000, 30 * 86_400_000].map(age)).toEqual([
      '0s',
      '1m5s',
      '10m',
      '1h',
      '4d4h',
      '30d',
    ]);
    expect([12, 4210, 63_000].map(duration)).toEqual(['12ms', '4.2s', '1m03s']);
    expect([0.04, 9.94, 12.3, 240].map(percent)).toEqual(['0.0%', '9.9%', '12%', '240%']);
    expect([0.5, 12.34, 950, 1200, 34_000, 5_600_000].map(count)).toEqual([
      '0.5',
      '12.3',
      '950',
      '1.2k',
      '34k',
      '5.6M',
    ]);
  });
});

it.each([
  ['90s', undefined, 90_000],
  ['10m', undefined, 600_000],
  ['2h', 'm', 7_200_000],
  ['7d', undefined, 604_800_000],
  ['15', 'm', 900_000],
  ['15', undefined, undefined],
  ['', 'm', undefined],
  ['1.5h', undefined, undefined],
  ['-5m', undefined, undefined],
  ['10w', undefined, undefined],
] as const)('reads the duration "%s" (a bare number in %s) as %s ms', (text, plain, ms) => {
  expect(parseDuration(text, plain)).toBe(ms);
});
