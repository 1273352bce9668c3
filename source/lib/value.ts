import { bytes, count } from './format.ts';
import { atFirstUse } from './memoize.ts';

/** Numbers with units, written compactly. */

export const UNITS = [
  'count',
  'seconds',
  'ms',
  'us',
  'ns',
  'bytes',
  'ratio',
  'percent',
  'dollars',
  'time',
  'celsius',
  'minutes',
  'hours',
  'days',
  'kibibytes',
  'mebibytes',
  'gibibytes',
  'bytes/s',
  'kibibytes/s',
  'mebibytes/s',
  'bits',
  'bits/s',
  'kilobits/s',
  'megabits/s',
  'hertz',
  'per second',
  'per minute',
  'time ms',
] as const;

/** What a number counts. Shown by the chart's formatter; everything unknown is a plain count. */
export type Unit = (typeof UNITS)[number];

const SECONDS: readonly [size: number, suffix: string][] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

const IN_SECONDS: Readonly<Record<string, number>> = { seconds: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** Units that are a multiple of another unit, with the suffix to add. */
const DERIVED: Readonly<Partial<Record<Unit, { of: Unit; times: number; suffix?: string }>>> = {
  minutes: { of: 'seconds', times: 60 },
  hours: { of: 'seconds', times: 3600 },
  days: { of: 'seconds', times: 86_400 },
  kibibytes: { of: 'bytes', times: 1024 },
  mebibytes: { of: 'bytes', times: 1024 ** 2 },
  gibibytes: { of: 'bytes', times: 1024 ** 3 },
  'bytes/s': { of: 'bytes', times: 1, suffix: '/s' },
  'kibibytes/s': { of: 'bytes', times: 1024, suffix: '/s' },
  'mebibytes/s': { of: 'bytes', times: 1024 ** 2, suffix: '/s' },
  bits: { of: 'count', times: 1, suffix: 'b' },
  'bits/s': { of: 'count', times: 1, suffix: 'b/s' },
  'kilobits/s': { of: 'count', times: 1000, suffix: 'b/s' },
  'megabits/s': { of: 'count', times: 1e6, suffix: 'b/s' },
  hertz: { of: 'count', times: 1, suffix: 'Hz' },
  'per second': { of: 'count', times: 1, suffix: '/s' },
  'per minute': { of: 'count', times: 1, suffix: '/min' },
  'time ms': { of: 'time', times: 1e-3 },
};

/** Whether a unit's round numbers are powers of two. */
export function isBinary(unit: Unit | undefined): boolean {
  return unit !== undefined && (unit === 'bytes' || DERIVED[unit]?.of === 'bytes');
}

/**
 * A value in readable form: 580ns, 1.2ms, 23.4MiB, $312.50, 12%, 1.2k. `unit` is one of seconds, ms, us, ns, bytes, ratio (1 is 100%),
 * percent, dollars, time (seconds since the epoch), celsius, or derived from one of them; anything else is a plain count. NaN (no value) is
 * a dash.
 */
export function formatValue(value: number, unit: Unit = 'count', ascii = false): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const derived = DERIVED[unit];
  if (derived !== undefined) return formatValue(value * derived.times, derived.of, ascii) + (derived.suffix ?? '');
  const seconds = IN_SECONDS[unit];
  if (seconds !== undefined) return duration(value * seconds, ascii);
  switch (unit) {
    case 'bytes':
      return value < 0 ? `-${bytes(-value)}` : bytes(value);
    case 'ratio':
      return `${short(value * 100)}%`;
    case 'percent':
      return `${short(value)}%`;
    case 'dollars':
      return value < 0 ? `-$${dollars(-value)}` : `$${dollars(value)}`;
    case 'time':
      return clockTime(value * 1000);
    case 'celsius':
      return `${short(value)}${ascii ? 'C' : '°C'}`;
    default:
      return tiny(value) ? value.toPrecision(2) : count(value);
  }
}

/** Like `formatValue`, but with all digits of a count or an amount: 1,341,795, $8,877.50. For tables and the cursor of a chart. */
export function exactValue(value: number, unit: Unit = 'count', ascii = false): string {
  if (!Number.isFinite(value) || Math.abs(value) < 1000) return formatValue(value, unit, ascii);
  if (unit === 'count') return exact().format(value);
  if (unit === 'dollars') return `${value < 0 ? '-' : ''}$${cents().format(Math.abs(value))}`;
  return formatValue(value, unit, ascii);
}

const exact = atFirstUse(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 }));
const cents = atFirstUse(() => new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }));

function tiny(value: number): boolean {
  return value !== 0 && Math.abs(value) < 0.005;
}

/** A number with about three digits. */
function short(value: number): string {
  const size = Math.abs(value);
  if (tiny(value)) return value.toPrecision(1);
  if (size >= 1000) return count(value);
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)));
}

function duration(seconds: number, ascii: boolean): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0s';
  if (size >= 120) return size >= 7200 ? `${short(seconds / 3600)}h` : `${short(seconds / 60)}m`;
  // A little less than the unit itself, so that 999.6 ns is 1µs and not 1000ns.
  const [scale, suffix] = SECONDS.find(([unit]) => size >= unit * 0.9995) ?? [1e-9, 'ns'];
  return `${short(seconds / scale)}${ascii && suffix === 'µs' ? 'us' : suffix}`;
}

function dollars(value: number): string {
  return value < 100_000 ? cents().format(value) : count(value);
}

/** Date and time of day in UTC, to the minute. */
function clockTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '-' : date.toISOString().slice(0, 16).replace('T', ' ');
}
