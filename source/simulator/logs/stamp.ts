/** Times as different programs write them. `at` is ms since the epoch. */

const IST = 5.5 * 3_600_000;

function iso(at: number): string {
  return new Date(Math.floor(at)).toISOString();
}

/** 2025-12-06T10:15:30.123456Z (tracing). */
export function micros(at: number): string {
  const extra = String(Math.floor((at - Math.floor(at)) * 1000)).padStart(3, '0');
  return `${iso(at).slice(0, -1)}${extra}Z`;
}

/** 2026-01-15 09:15:02,123 in India (Python's logging). */
export function indian(at: number): string {
  return iso(at + IST)
    .replace('T', ' ')
    .replace('.', ',')
    .slice(0, -1);
}

/** 2026-01-15 03:45:02.123 UTC (PostgreSQL). */
export function postgres(at: number): string {
  return `${iso(at).replace('T', ' ').slice(0, -1)} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 15 Jan 2026 03:45:02.123 (redis). */
export function redis(at: number): string {
  const text = iso(at);
  return `${text.slice(8, 10)} ${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(0, 4)} ${text.slice(11, 23)}`;
}

/** 2026-01-15T03:45:02.123Z. */
export const millis = iso;

/** 2026-01-15T03:45:02.123456789Z (Grafana). */
export function nanos(at: number): string {
  const extra = String(Math.floor((at - Math.floor(at)) * 1e6)).padStart(6, '0');
  return `${iso(at).slice(0, -1)}${extra}Z`;
}
