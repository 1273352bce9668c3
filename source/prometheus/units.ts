import type { Unit } from '../lib/value.ts';
import type { Family } from './exposition/exposition.ts';

const WORDS: readonly [RegExp, Unit][] = [
  [/(^|_)(ns|nanos|nanoseconds)$/, 'ns'],
  [/(^|_)(us|micros|microseconds)$/, 'us'],
  [/(^|_)(ms|millis|milliseconds)$/, 'ms'],
  [/(^|_)(timestamp|start_time|boot_time)(_seconds)?$|_created$/, 'time'],
  [/(^|_)seconds$/, 'seconds'],
  [/(^|_)bytes$/, 'bytes'],
  [/(^|_)ratio$/, 'ratio'],
  [/(^|_)(percent|pct)$/, 'percent'],
  [/(^|_)(usd|dollars|pnl|equity|profit|loss)$/, 'dollars'],
  [/(^|_)celsius$/, 'celsius'],
];

/** Names that may be a time or a duration: the value decides. */
const MAYBE_TIME = /(^|_)(time|last_\w+)_seconds$/;

/** Seconds since the epoch that are plausible times: from 2001 to 2100. */
const MOMENTS = { from: 1e9, to: 4.1e9 };

/**
 * The unit of a metric: from its UNIT line, else from its name by Prometheus' conventions, without counter suffixes. `value` is a current
 * one: a name that sounds like a time is not one if the value is small, and a counter is not one either.
 */
export function unitOf(family: Pick<Family, 'name' | 'unit'> & { type?: Family['type'] }, value?: number): Unit {
  const name = family.name.replace(/(_total)+$/, '');
  const isMoment = value !== undefined && value >= MOMENTS.from && value <= MOMENTS.to;
  const canBeMoment = !['counter', 'histogram', 'summary'].includes(family.type ?? '') && name === family.name;
  if (canBeMoment && isMoment && MAYBE_TIME.test(name)) return 'time';
  for (const text of [family.unit, name]) {
    const [, unit] = (text === '' ? undefined : WORDS.find(([word]) => word.test(text))) ?? [];
    if (unit === 'time' && !(canBeMoment && (value === undefined || isMoment))) continue;
    if (unit !== undefined) return unit;
  }
  return /_(timestamp|start_time|boot_time)_seconds$/.test(name) ? 'seconds' : 'count';
}

/** The unit of a counter's rate per second: for seconds, the busy share of a processor or disk. */
export function rateUnitOf(family: Parameters<typeof unitOf>[0]): Unit {
  const unit = unitOf({ ...family, type: 'counter' });
  if (unit === 'seconds') return 'ratio';
  return unit === 'bytes' ? 'bytes/s' : unit;
}

/** The factor of a suffix in its base unit: seconds, bytes, or 1. */
const SUFFIXES: Readonly<Record<'time' | 'bytes' | 'plain', Readonly<Record<string, number>>>> = {
  time: { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 },
  bytes: { B: 1, k: 1024, KiB: 1024, M: 1024 ** 2, MiB: 1024 ** 2, G: 1024 ** 3, GiB: 1024 ** 3, TiB: 1024 ** 4 },
  plain: { k: 1e3, M: 1e6, G: 1e9 },
};

/** Units of time per second. */
const A_SECOND: Readonly<Partial<Record<Unit, number>>> = { seconds: 1, ms: 1e3, us: 1e6, ns: 1e9 };

/** Parses a number given in `unit`: 80 or 80% for percent, 2us for nanoseconds, $5k for dollars. Undefined if it is invalid. */
export function parseValue(text: string, unit: Unit): number | undefined {
  const match = /^(-?)\$?(\d+\.?\d*|\.\d+)(%|[a-zµ]*)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, digits, suffix = ''] = match;
  const size = Number(digits) * (sign === '-' ? -1 : 1);
  if (suffix === '') return size;
  if (suffix === '%') return unit === 'percent' ? size : unit === 'ratio' ? size / 100 : undefined;
  const second = A_SECOND[unit];
  const kind = second !== undefined ? 'time' : unit === 'bytes' ? 'bytes' : 'plain';
  const found = Object.entries(SUFFIXES[kind]).find(([name]) => name.toLowerCase() === suffix.toLowerCase());
  // Multiplied last, so that 2us of nanoseconds are 2000 and not 2000.0000000000002.
  return found && Number((size * found[1] * (second ?? 1)).toPrecision(12));
}
