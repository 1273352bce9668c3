import { duration } from '../../lib/format.ts';
import { memoizeByKey } from '../../lib/memoize.ts';
import { fit } from '../../lib/text.ts';
import type { Stamps } from '../../logs/paging.ts';

/** Milliseconds within which no zone changes its offset from UTC. */
const QUARTER = 15 * 60_000;

/** The time before a line, always as wide as the others of its kind: 15:33:07.189. Its date is in the rule of its day. */
export function stampText(time: number, stamps: Stamps, previous: number | undefined, zone?: string): string {
  if (stamps === 'delta') return deltaText(time, previous);
  if (stamps === 'utc') return `${new Date(time).toISOString().slice(11, 23)}Z`;
  const parts = clockOf(zoneOf(stamps, zone)).formatToParts(time);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? '';
  return `${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}`;
}

/** The date and the offset from UTC that hold for a line: 28 Nov 2026 UTC+5:30. Undefined where no time of day is shown. */
export function dayText(time: number, stamps: Stamps, zone?: string): string | undefined {
  if (stamps === 'off' || stamps === 'delta') return undefined;
  return day(`${zoneOf(stamps, zone)} ${Math.floor(time / QUARTER)}`).text;
}

function zoneOf(stamps: Stamps, zone: string | undefined): string {
  return stamps === 'utc' ? 'UTC' : stamps === 'exchange' ? (zone ?? '') : '';
}

const day = memoizeByKey(500, (key) => {
  const [zone = '', quarter = ''] = key.split(' ');
  const parts = dateOf(zone).formatToParts(Number(quarter) * QUARTER);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace(/^GMT(?:\+0)?/, 'UTC');
  const named = zone === '' || zone === 'UTC' ? offset : `${zone} ${offset}`;
  return { text: `${part('day')} ${part('month')} ${part('year')} ${named}` };
});

function deltaText(time: number, previous: number | undefined): string {
  if (previous === undefined) return ' '.repeat(9);
  const passed = time - previous;
  return fit(`${passed < 0 ? '-' : '+'}${duration(Math.abs(passed))}`, 9, 'right');
}

/** Of a time zone; the empty one is the console's own. */
const clockOf = memoizeByKey(
  20,
  (zone) =>
    new Intl.DateTimeFormat('en', {
      timeZone: zone || undefined,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    }),
);

const dateOf = memoizeByKey(
  20,
  (zone) =>
    new Intl.DateTimeFormat('en', {
      timeZone: zone || undefined,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      timeZoneName: 'shortOffset',
    }),
);
