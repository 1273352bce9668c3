import type { Unit } from '../lib/value.ts';
import type { Expr } from './expr.ts';

/** Thresholds, reported once they have been crossed for long enough. Pure; times in ms. */

/** The origin of a threshold: the settings, an operator, or the program's profile. */
export type ThresholdOrigin = 'settings' | 'key' | 'built-in';

export type Threshold = {
  /** Stable, and unique among those of an endpoint. */
  id: string;
  from: ThresholdOrigin;
  /** Title, such as "position". */
  title: string;
  unit: Unit;
  /** Which values are bad: larger ones, smaller ones, or those far from zero in either direction. */
  bad: 'above' | 'below' | 'beyond';
  warn?: number;
  critical?: number;
  /** How long it must last before it counts. */
  forMs: number;
  /** The expression; the worst of its lines counts. Absent for internal values (a failed scrape). */
  expr?: Expr;
  /** The text for its recovery, if the default does not fit. */
  well?: string;
  /** The origin of its limits, if they are not fixed. */
  note?: string;
};

/** Set by an operator, on the chart with its title. */
export type KeyThreshold = Omit<Threshold, 'id' | 'from' | 'expr' | 'well' | 'note'> & { expr: Expr };

export type Severity = 'ok' | 'warn' | 'critical';

/** The state of a threshold: the reported level, and the pending one. */
export type Watch = {
  level: Severity;
  /** Since when it has been at `level`. */
  since: number;
  /** The current level and since when, while it has not lasted long enough. */
  pending?: { level: Severity; since: number };
  /** Whether the value is at or beyond each level, and since when. */
  marks: Readonly<Record<'warn' | 'critical', { beyond: boolean; since: number }>>;
};

/** The initial state. */
export function unwatched(at: number): Watch {
  const mark = { beyond: false, since: at };
  return { level: 'ok', since: at, marks: { warn: mark, critical: mark } };
}

/** A change to report. */
export type Crossing = { threshold: Threshold; from: Severity; to: Severity; value: number; at: number; text: string };

/** The level of one value; NaN (no value) is ok. */
export function severityOf({ bad, warn, critical }: Threshold, value: number): Severity {
  const over = (limit: number | undefined) =>
    limit !== undefined && (bad === 'below' ? value < limit : (bad === 'beyond' ? Math.abs(value) : value) > limit);
  if (over(critical)) return 'critical';
  return over(warn) ? 'warn' : 'ok';
}

/** Writes a value with its unit. */
export type Format = (value: number, unit: Unit) => string;

/**
 * The next state for a value measured at `at`. A rise is reported once it has lasted `forMs`, and so is a fall, so that a value at the
 * limit does not flap. Each level is timed separately: a value that swings between warn and critical has been beyond warn all the time.
 */
export function watch(
  threshold: Threshold,
  before: Watch | undefined,
  value: number,
  at: number,
  format: Format,
): { watch: Watch; crossing?: Crossing } {
  const now = severityOf(threshold, value);
  const known = before ?? unwatched(at);
  const mark = (of: 'warn' | 'critical') => {
    const beyond = RANK[now] >= RANK[of];
    return known.marks[of].beyond === beyond ? known.marks[of] : { beyond, since: at };
  };
  const marks = { warn: mark('warn'), critical: mark('critical') };
  const counts = (of: 'warn' | 'critical') => {
    const lasted = at - marks[of].since >= threshold.forMs;
    return lasted ? marks[of].beyond : RANK[known.level] >= RANK[of];
  };
  const level = counts('critical') ? 'critical' : counts('warn') ? 'warn' : 'ok';
  const moved = level !== known.level;
  const pending = now === level ? {} : { pending: { level: now, since: since(now, level, marks) } };
  const next = { level, since: moved ? at : known.since, marks, ...pending } as const;
  if (!moved) return { watch: next };
  const text = level === 'ok' ? wellWords(threshold, value, format) : beyondWords(threshold, level, value, format);
  return { watch: next, crossing: { threshold, from: known.level, to: level, value, at, text } };
}

/** When a value reached a level that has not lasted long enough yet. */
function since(now: Severity, level: Severity, { warn, critical }: Watch['marks']): number {
  const rises = RANK[now] > RANK[level];
  const last = rises ? now : now === 'ok' ? 'warn' : 'critical';
  return last === 'critical' ? critical.since : warn.since;
}

function wellWords({ title, unit, well }: Threshold, value: number, format: Format): string {
  return well ?? `${title} is well again: ${format(value, unit)}`;
}

/** The text for a value that is, or just was, beyond its limit. */
export function beyondWords(threshold: Threshold, level: 'warn' | 'critical', value: number, format: Format): string {
  const { title, unit, bad, forMs } = threshold;
  const edge = format(threshold[level] ?? 0, unit);
  const how = { above: `above ${edge}`, below: `below ${edge}`, beyond: `more than ${edge} from zero` }[bad];
  if (RANK[severityOf(threshold, value)] < RANK[level]) return `${title} was ${how}, now ${format(value, unit)}`;
  return `${title} ${format(value, unit)}, ${how}${forMs > 0 ? ` for ${Math.round(forMs / 1000)} s` : ''}`;
}

const RANK: Readonly<Record<Severity, number>> = { ok: 0, warn: 1, critical: 2 };
