import { parseDuration } from './format.ts';

const DAY = 86_400_000;
/** 15:20, 15:20:30, 15:20:30.5 */
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/;

/**
 * A time in the past as a person writes it, as ms since the epoch: `10m` or `-10m` (ago), `15:20` (the last time it was, in the local
 * zone), `2026-01-15`, `2026-01-15 15:20`, `2026-01-15T15:20:30Z`. Undefined for anything else.
 */
export function parseMoment(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'now') return now;
  const ago = parseDuration(trimmed.replace(/^-/, ''));
  if (ago !== undefined) return now - ago;
  const clock = CLOCK.exec(trimmed);
  if (clock) return lastTime(clock, now);
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return undefined;
  const at = Date.parse(trimmed.replace(/^(\S+) (?=\d)/, '$1T'));
  return Number.isNaN(at) ? undefined : at;
}

function lastTime([, hours, minutes, seconds = '0', fraction = '']: RegExpExecArray, now: number): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const at = new Date(now).setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')));
  return at > now ? new Date(at).setDate(new Date(at).getDate() - 1) : at;
}

/** Two moments with blanks, a dash or `to` between them: `15:20 15:40`, `15:20 - 15:40`, `1h to now`. One alone has no end. */
export function parseSpan(text: string, now: number): { from: number; to?: number } | undefined {
  const whole = parseMoment(text, now);
  if (whole !== undefined) return { from: whole };
  for (const cut of text.matchAll(/\s+(?:to|-|–|until)\s+|\s*–\s*|(?<=:\d\d)-(?=\d)|\s+/g)) {
    const from = parseMoment(text.slice(0, cut.index), now);
    const end = parseMoment(text.slice(cut.index + cut[0].length), now);
    if (from === undefined || end === undefined) continue;
    // 23:50 00:10: the end is on the next day.
    const to = end <= from && end + DAY <= now ? end + DAY : end;
    return to > from ? { from, to } : undefined;
  }
  return undefined;
}
