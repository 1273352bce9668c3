/** Docker's formats for times and ages. Times are ms since the epoch, fractions allowed. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Go's zero time: never. */
export const NEVER = '0001-01-01T00:00:00Z';

/** RFC 3339 with nine digits, as the engine writes log lines and states; undefined is Go's zero time. */
export function rfc3339(at: number | undefined): string {
  if (at === undefined) return NEVER;
  return `${new Date(Math.floor(at)).toISOString().slice(0, -1)}${subMilliseconds(at)}Z`;
}

/** Nanoseconds since the epoch as text, since a double cannot hold all the digits. */
export function nanoseconds(at: number): string {
  return `${Math.floor(at)}${subMilliseconds(at)}`;
}

function subMilliseconds(at: number): string {
  return String(Math.floor((at - Math.floor(at)) * 1e6)).padStart(6, '0');
}

/** Like Docker's units.HumanDuration: "About an hour", "3 days". */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / SECOND);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(ms / HOUR);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(hours / 24 / 365)} years`;
}

/** Unix seconds with up to nine decimals (as in log and event queries) to ms; undefined if it is not a number. */
export function fromUnix(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}
