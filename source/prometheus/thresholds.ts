import type { Expr } from './board.ts';

/** Watching numbers: a threshold that is crossed for long enough is a fact to tell. Pure; times in ms. */

export type Threshold = {
  /** Stable: from the settings, or the built-in's name. */
  id: string;
  /** What is watched, in words: "position". */
  title: string;
  unit: string;
  /** Which value is bad: larger, smaller, or far from zero either way. */
  bad: 'above' | 'below' | 'beyond';
  warn?: number;
  critical?: number;
  /** For how long, before it counts. */
  forMs: number;
  /** What is read; the worst of its lines counts. A number of its own (a scrape's failure) has none. */
  expr?: Expr;
};

export type Severity = 'ok' | 'warn' | 'critical';

/** Where a threshold stands: what is told, and what is about to be. */
export type Watch = {
  level: Severity;
  /** Since when it has been at `level`. */
  since: number;
  /** The level that the value has now, and since when, while that has not lasted long enough. */
  pending?: { level: Severity; since: number };
};

/** A change to tell. */
export type Crossing = { threshold: Threshold; from: Severity; to: Severity; value: number; at: number; text: string };

/** The level of one value; NaN, which is no value, is ok. */
export function severityOf({ bad, warn, critical }: Threshold, value: number): Severity {
  const over = (limit: number | undefined) =>
    limit !== undefined && (bad === 'below' ? value < limit : (bad === 'beyond' ? Math.abs(value) : value) > limit);
  if (over(critical)) return 'critical';
  return over(warn) ? 'warn' : 'ok';
}

/**
 * The next state for a value measured at `at`. A rise is told once it has lasted `forMs`; a fall likewise, so that a value on the edge
 * does not chatter. `format` writes the value with its unit.
 */
export function watch(
  threshold: Threshold,
  before: Watch | undefined,
  value: number,
  at: number,
  format: (value: number, unit: string) => string,
): { watch: Watch; crossing?: Crossing } {
  const level = severityOf(threshold, value);
  const known = before ?? { level: 'ok' as const, since: at };
  if (level === known.level) return { watch: { level: known.level, since: known.since } };
  const pending = known.pending?.level === level ? known.pending : { level, since: at };
  if (at - pending.since < threshold.forMs) return { watch: { level: known.level, since: known.since, pending } };
  const text = words(threshold, level, value, format);
  return {
    watch: { level, since: at },
    crossing: { threshold, from: known.level, to: level, value, at, text },
  };
}

function words(
  threshold: Threshold,
  level: Severity,
  value: number,
  format: (value: number, unit: string) => string,
): string {
  const { title, unit, bad, warn, critical, forMs } = threshold;
  const shown = format(value, unit);
  if (level === 'ok') return `${title} is well again: ${shown}`;
  const limit = level === 'critical' ? critical : warn;
  const edge = format(limit ?? 0, unit);
  const how = { above: `above ${edge}`, below: `below ${edge}`, beyond: `more than ${edge} from zero` }[bad];
  return `${title} ${shown}, ${how}${forMs > 0 ? ` for ${Math.round(forMs / 1000)} s` : ''}`;
}

const EXAMPLE = 'write "above 100 for 30", or "below warn 80 critical 60"';

/** A threshold as one types it on a chart; the sentence that says what is wrong when it is none. `for` is in seconds. */
export function parseThreshold(text: string): Pick<Threshold, 'bad' | 'warn' | 'critical' | 'forMs'> | string {
  const found: Pick<Threshold, 'bad' | 'warn' | 'critical' | 'forMs'> = { bad: 'above', forMs: 0 };
  let place: 'warn' | 'critical' | 'for' = 'warn';
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    const value = /^-?(\d+\.?\d*|\.\d+)s?$/.test(word) ? Number.parseFloat(word) : Number.NaN;
    if (word === 'above' || word === 'below' || word === 'beyond') found.bad = word;
    else if (word === 'warn' || word === 'critical' || word === 'for') place = word;
    else if (Number.isNaN(value)) return `"${word}" is not understood: ${EXAMPLE}`;
    else if (place === 'for') found.forMs = value * 1000;
    else found[place] = value;
  }
  return found.warn === undefined && found.critical === undefined ? `a threshold needs a number: ${EXAMPLE}` : found;
}
