/**
 * The engine's timestamp in front of every log line, to the nanosecond: `2026-01-15T09:15:02.123456789Z `.
 * Docker writes nine digits and Z; podman writes fewer digits or an offset. A float of milliseconds could not hold the order
 * of lines 100 ns apart, so that a time is two whole numbers.
 */
export type Stamp = {
  /** Whole seconds since the epoch. */
  seconds: number;
  /** 0 … 999,999,999 within that second. */
  nanos: number;
};

const ZERO = 48;
const SPACE = 32;

/** Milliseconds since the epoch, with a fraction. */
export function toMillis(stamp: Stamp): number {
  return stamp.seconds * 1000 + stamp.nanos / 1e6;
}

export function fromMillis(ms: number): Stamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** Negative, zero or positive, as `a` is before, at or after `b`. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

/** Reads the stamp at `start` into `into`; returns how many bytes it and its space take, or 0 where there is none. */
export function readStamp(bytes: Uint8Array, start: number, end: number, into: Stamp): number {
  if (end - start < 20 || !hasShape(bytes, start)) return 0;
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const days = daysSinceEpoch(year, two(bytes, start + 5), two(bytes, start + 8));
  const seconds = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17);
  let at = start + 19;
  let nanos = 0;
  if (bytes[at] === 46) {
    let digits = 0;
    for (at += 1; at < end && digits < 9 && isDigit(bytes[at]); at += 1, digits += 1)
      nanos = nanos * 10 + (bytes[at] ?? ZERO) - ZERO;
    for (; digits < 9; digits += 1) nanos *= 10;
  }
  const zone = bytes[at];
  let offset = 0;
  if (zone === 90) at += 1;
  else if ((zone === 43 || zone === 45) && end - at >= 6) {
    offset = (two(bytes, at + 1) * 60 + two(bytes, at + 4)) * 60 * (zone === 43 ? 1 : -1);
    at += 6;
  } else return 0;
  if (at < end && bytes[at] !== SPACE) return 0;
  into.seconds = days * 86_400 + seconds - offset;
  into.nanos = nanos;
  return Math.min(at + 1, end) - start;
}

function hasShape(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 4] === 45 &&
    bytes[at + 7] === 45 &&
    bytes[at + 10] === 84 &&
    bytes[at + 13] === 58 &&
    bytes[at + 16] === 58 &&
    isDigit(bytes[at]) &&
    isDigit(bytes[at + 18])
  );
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 57;
}

function two(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? ZERO) - ZERO) * 10 + (bytes[at + 1] ?? ZERO) - ZERO;
}

/** Days from the civil date, proleptic Gregorian: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
