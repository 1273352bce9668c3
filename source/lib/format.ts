/** Compact sizes, percentages and times, as in the docker CLI and k9s. */

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes in binary units with about three digits: 512B, 1.5KiB, 23.4MiB, 4GiB. */
export function bytes(count: number): string {
  let unit = 0;
  let value = Math.max(0, count);
  while (value >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${BINARY[unit]}`;
}

/** A duration in at most two units, as k9s writes ages: 5s, 3m12s, 4h, 2d3h, 120d. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 10) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 24) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 10 ? pair(days, 'd', hours % 24, 'h') : `${days}d`;
}

function pair(major: number, unit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${unit}` : `${major}${unit}${minor}${minorUnit}`;
}

/** A short duration, with a fraction if it matters: 12ms, 4.2s, 30s, 1m03s. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** Matches the output of `duration` within a sentence. */
export const DURATION = /\d+ms|\d+m\d\ds|[\d.]+s/;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** 90s, 10m, 2h or 7d as ms; `plain` is the unit of a bare number; without it a unit is required. Undefined for anything else. */
export function parseDuration(text: string, plain?: 's' | 'm' | 'h' | 'd'): number | undefined {
  const [, amount = '', unit = plain ?? ''] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN);
  return amount === '' || !Number.isFinite(ms) ? undefined : ms;
}

/** A percentage with one decimal below ten: 0.4%, 9.9%, 12%, 240%. */
export function percent(value: number): string {
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}

/** `1 host`, `3 hosts`; `more`: the plural, where it is not the word with an s. */
export function plural(count: number, word: string, more = `${word}s`): string {
  return `${count} ${count === 1 ? word : more}`;
}

/** A count with a metric suffix: 950, 1.2k, 34k, 5.6M. */
export function count(value: number): string {
  const size = Math.abs(value);
  if (size < 1000) return `${Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0))}`;
  const [scale, suffix] = size < 1e6 ? [1e3, 'k'] : size < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${(value / scale).toFixed(size / scale < 10 ? 1 : 0)}${suffix}`;
}

/** Time of day in the console's time zone: 19:02:33. Unlike an age it does not change every second. */
export function clockTime(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A time of day, with its date unless that is the date of `now`: 19:02:33, 2026-11-18 19:02:33. In the console's time zone. */
export function moment(at: number, now: number): string {
  const date = dateOf(at);
  return date === dateOf(now) ? clockTime(at) : `${date} ${clockTime(at)}`;
}

function dateOf(at: number): string {
  const time = new Date(at);
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${time.getFullYear()}-${month}-${day}`;
}

/** Docker's and compose's byte values: 512m, 2g, 1.5gb (powers of 1024), or a number of bytes. */
export function byteCount(given: unknown): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(String(given ?? '')) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase())) || undefined;
}
