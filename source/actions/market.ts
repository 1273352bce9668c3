import { memoizeByKey } from '../lib/memoize.ts';

/**
 * Market sessions by exchange time zone. Wall times are the exchange's own, so that daylight saving is the zone's business
 * (Intl knows it); times in and out are ms since the epoch.
 */

type Day = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';
const DAYS: readonly Day[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** One session of a market; several of the same name are one market, such as a morning and an afternoon. */
export type MarketSession = {
  name: string;
  /** IANA name, such as Asia/Kolkata. */
  timeZone: string;
  /** Days on which it opens. */
  days: readonly Day[];
  /** Wall times as HH:MM; a close at or before the opening is on the next day, 24:00 is midnight. */
  open: string;
  close: string;
  /** Exchange dates without it, as YYYY-MM-DD. */
  holidays?: readonly string[];
  /** Closes of single dates instead of `close`, as HH:MM by YYYY-MM-DD. */
  earlyCloses?: Readonly<Record<string, string>>;
  /** Projects it concerns; absent: all. */
  projects?: readonly string[];
};

export type MarketState = {
  name: string;
  open: boolean;
  /** When it opened; undefined while it is closed. */
  opened?: number;
  /** When that changes: the close of an open market, the next opening of a closed one; undefined beyond two weeks. */
  changesAt?: number;
  /** The change in the exchange's wall time, for example "15:30 IST". */
  changesText?: string;
};

const DAY_MS = 86_400_000;
const HORIZON_DAYS = 14;

/** Each market, open or closed at `now`, and until when; sessions that touch or overlap are one. */
export function marketStates(sessions: readonly MarketSession[], now: number): MarketState[] {
  const names = [...new Set(sessions.map((session) => session.name))];
  return names.map((name) => {
    const own = sessions.filter((session) => session.name === name);
    const spans = merge(own.flatMap((session) => spansAround(session, now)));
    const current = spans.find((span) => span.open <= now && now < span.close);
    const change = current?.close ?? spans.find((span) => span.open > now)?.open;
    const changesAt = change !== undefined && change - now <= HORIZON_DAYS * DAY_MS ? change : undefined;
    const changesText = changesAt === undefined ? undefined : wallText(changesAt, now, own[0]?.timeZone ?? 'UTC');
    return { name, open: current !== undefined, opened: current?.open, changesAt, changesText };
  });
}

/** The markets in session that concern one of the projects; all of them where the projects are not known. */
export function openMarkets(
  sessions: readonly MarketSession[],
  projects: ReadonlySet<string> | undefined,
  now: number,
): MarketState[] {
  const concerning = sessions.filter(
    (session) => session.projects?.some((name) => projects?.has(name) ?? true) ?? true,
  );
  return marketStates(concerning, now).filter((state) => state.open);
}

type Span = { open: number; close: number };

function spansAround(session: MarketSession, now: number): Span[] {
  const spans: Span[] = [];
  const today = wallClock(now, session.timeZone).day;
  for (let offset = -1; offset <= HORIZON_DAYS; offset += 1) {
    const day = new Date(today + offset * DAY_MS);
    const date = day.toISOString().slice(0, 10);
    if (session.holidays?.includes(date) === true) continue;
    if (!session.days.some((name) => name === DAYS[day.getUTCDay()])) continue;
    const [open, close] = [minutes(session.open), minutes(session.earlyCloses?.[date] ?? session.close)];
    const closing = close <= open ? close + 1440 : close;
    const at = (minute: number) => instant(day.getTime() + minute * 60_000, session.timeZone);
    spans.push({ open: at(open), close: at(closing) });
  }
  return spans;
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.open - b.open)) {
    const last = merged.at(-1);
    if (last !== undefined && span.open <= last.close) last.close = Math.max(last.close, span.close);
    else merged.push({ ...span });
  }
  return merged;
}

function minutes(text: string): number {
  const [hours = 0, rest = 0] = text.split(':').map(Number);
  return hours * 60 + rest;
}

/** Making a format costs far more than using it; there are as many as markets have zones. */
const format = memoizeByKey(
  20,
  (timeZone) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      weekday: 'short',
    }),
);

/** Every English locale names the zones of its own countries, such as EST, and writes the others as an offset: GMT-5. */
const LOCALES = ['en-GB', 'en-US', 'en-IN', 'en-AU', 'en-ZA'];

const zoneFormats = memoizeByKey(20, (timeZone) =>
  LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })),
);

function zoneText(at: number, timeZone: string): string {
  const names = zoneFormats(timeZone).flatMap(
    (zone) => zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? [],
  );
  return names.find((name) => !/^GMT./.test(name)) ?? names[0] ?? timeZone;
}

/** The wall clock of a zone, as if it were UTC: `wall` the time, `day` its midnight. */
function wallClock(at: number, timeZone: string): { wall: number; day: number } {
  const part = partsOf(at, timeZone);
  const day = Date.UTC(Number(part('year')), Number(part('month')) - 1, Number(part('day')));
  const time = (Number(part('hour')) * 60 + Number(part('minute'))) * 60 + Number(part('second'));
  return { wall: day + time * 1000, day };
}

function partsOf(at: number, timeZone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = format(timeZone).formatToParts(at);
  return (type) => parts.find((part) => part.type === type)?.value ?? '';
}

/** The moment at which a zone's wall clock shows `wall`; two rounds settle the hours around a change of its offset. */
function instant(wall: number, timeZone: string): number {
  const first = wall - (wallClock(wall, timeZone).wall - wall);
  return first - (wallClock(first, timeZone).wall - wall);
}

function wallText(at: number, now: number, timeZone: string): string {
  const part = partsOf(at, timeZone);
  const day = wallClock(at, timeZone).day === wallClock(now, timeZone).day ? '' : `${part('weekday')} `;
  return `${day}${part('hour')}:${part('minute')} ${zoneText(at, timeZone)}`;
}
