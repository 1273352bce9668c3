import * as v from 'valibot';
import { described, TimeZone, text } from './kinds.ts';

/** What makes actions more dangerous, or refuses them. */

const clockTime = v.pipe(
  v.string(),
  v.regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 09:15'),
);

const date = v.pipe(v.string(), v.isoDate(), v.check(isCalendarDate, 'must be a date that exists'));

/** An exchange session. */
export const Session = v.strictObject({
  name: described('Shown in the header and in plans.', text),
  timeZone: described(`The exchange's time zone, as an IANA name.`, TimeZone),
  days: v.optional(
    described('Days with a session.', v.array(v.picklist(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))),
    ['mon', 'tue', 'wed', 'thu', 'fri'],
  ),
  open: described('Start, such as `09:15`.', clockTime),
  close: described('End, such as `15:30`.', clockTime),
  holidays: v.optional(described('Dates without a session, as `YYYY-MM-DD`.', v.array(date))),
  earlyCloses: v.optional(
    described(
      'Ends of sessions that end early, by the date of their start, such as `2026-11-27: "13:00"`.',
      v.record(date, clockTime),
    ),
  ),
  projects: v.optional(described('Projects it applies to; default: all.', v.array(text))),
});

/** A condition on a metric. */
export const Condition = v.strictObject({
  services: described('Services it applies to: names, `project/service` or globs.', v.array(text)),
  actions: v.optional(described('Actions it applies to; default: everything of danger 2 and more.', v.array(text))),
  metric: described(
    'What must hold before the action, such as `nanoarb_position = 0` or `sum(nanoarb_position) = 0`.',
    v.pipe(
      v.string(),
      v.regex(
        /^\s*((sum|min|max|avg|count)\(\s*[A-Za-z_:][\w:]*\s*\)|[A-Za-z_:][\w:]*)\s*(=|==|!=|<|<=|>|>=)\s*-?[\d.]+\s*$/,
        'must be a metric, a comparison and a number, such as nanoarb_position = 0',
      ),
    ),
  ),
  otherwise: v.optional(
    described(
      'What to do when it does not hold: `refuse` (default), or `raise` the danger so that the name must be typed.',
      v.picklist(['refuse', 'raise']),
    ),
  ),
});

function isCalendarDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
