import { describe, expect, it } from 'vitest';
import { compareStamps, fromMillis, readStamp, toMillis } from './stamp.ts';

function read(text: string) {
  const stamp = { seconds: 0, nanos: 0 };
  const bytes = Buffer.from(text);
  return { taken: readStamp(bytes, 0, bytes.length, stamp), ...stamp };
}

describe('readStamp', () => {
  it("reads Docker's stamps to the nanosecond", () => {
    expect(read('2026-01-15T09:15:02.123456789Z hello')).toEqual({
      taken: 31,
      seconds: Date.UTC(2026, 0, 15, 9, 15, 2) / 1000,
      nanos: 123_456_789,
    });
  });

  it("reads podman's stamps: an offset, fewer digits or none", () => {
    const seconds = Date.UTC(2026, 0, 15, 9, 15, 2) / 1000;
    expect(read('2026-01-15T14:45:02.5+05:30 x')).toEqual({ taken: 28, seconds, nanos: 500_000_000 });
    expect(read('2026-01-15T09:15:02Z x')).toEqual({ taken: 21, seconds, nanos: 0 });
    expect(read('2026-01-15T04:15:02-05:00')).toEqual({ taken: 25, seconds, nanos: 0 });
  });

  it('agrees with Date across leap years and centuries', () => {
    for (const day of ['1970-01-01', '2000-02-29', '2024-02-29', '2026-03-01', '2099-12-31', '2100-03-01']) {
      expect(read(`${day}T23:59:59Z `).seconds).toBe(Date.parse(`${day}T23:59:59Z`) / 1000);
    }
  });

  it('consumes nothing of a line without a stamp', () => {
    for (const text of [
      '',
      'Error grabbing logs: EOF',
      '2026-01-15 09:15:02,123 INFO x',
      '2026-01-15T09:15:02.123456789',
    ]) {
      expect(read(text).taken).toBe(0);
    }
  });
});

describe('stamps', () => {
  it('order lines that a float of milliseconds could not distinguish', () => {
    expect(compareStamps({ seconds: 1_768_468_502, nanos: 100 }, { seconds: 1_768_468_502, nanos: 101 })).toBeLessThan(
      0,
    );
  });

  it('convert to milliseconds and back', () => {
    expect(toMillis(fromMillis(1_768_468_502_123.5))).toBe(1_768_468_502_123.5);
  });
});
