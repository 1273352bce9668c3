import type { Unit } from '../lib/value.ts';
import type { Format, Threshold } from '../prometheus/thresholds.ts';
import { parseValue } from '../prometheus/units.ts';

/** Thresholds as operators type and read them. */

/** A threshold as it is typed: "above 100 critical 200 for 30". */
export function typedThreshold({ bad, warn, critical, forMs }: Typed, unit: Unit, format: Format): string {
  const number = (value: number) => {
    const text = format(value, unit);
    return parseValue(text, unit) === value ? text : String(value);
  };
  const limits = [
    warn === undefined ? '' : ` ${number(warn)}`,
    critical === undefined ? '' : ` critical ${number(critical)}`,
  ];
  return `${bad}${limits.join('')}${forMs > 0 ? ` for ${forMs / 1000}` : ''}`;
}

/** The same for display, with units: "above 100ms, critical 200ms, for 30 s". */
export function shownThreshold(
  { bad, warn, critical, forMs, unit }: Typed & Pick<Threshold, 'unit'>,
  format: Format,
  ascii = false,
): string {
  const limit = (value: number) => `${bad === 'beyond' ? (ascii ? '+-' : '±') : ''}${format(value, unit)}`;
  const parts = [
    warn === undefined ? [] : [`${bad} ${limit(warn)}`],
    critical === undefined ? [] : [`critical ${warn === undefined ? `${bad} ` : ''}${limit(critical)}`],
    forMs > 0 ? [`for ${Math.round(forMs / 1000)} s`] : [],
  ];
  return parts.flat().join(', ');
}

const EXAMPLE = 'write "above 100 for 30", or "below warn 80 critical 60"';

type Typed = Pick<Threshold, 'bad' | 'warn' | 'critical' | 'forMs'>;

/**
 * Parses a typed threshold for a chart of this unit; returns an error message if it is invalid. Numbers are in the metric's
 * own unit, or have one as written in the chart: 2us, 500MiB, 80%. `for` is in seconds, or has a unit of time.
 */
export function parseThreshold(text: string, unit: Unit): Typed | string {
  const found: Typed = { bad: 'above', forMs: 0 };
  let place: 'warn' | 'critical' | 'for' = 'warn';
  for (const word of text.trim().split(/[\s,]+/)) {
    const name = word.toLowerCase();
    const value = parseValue(word.replace(/^±/, ''), place === 'for' ? 'seconds' : unit);
    if (name === 'above' || name === 'below' || name === 'beyond') found.bad = name;
    else if (name === 'warn' || name === 'critical' || name === 'for') place = name;
    else if (value === undefined) return `"${word}" is not valid here: ${EXAMPLE}`;
    else if (place === 'for') found.forMs = value * 1000;
    else found[place] = value;
  }
  return wrong(found) ?? found;
}

function wrong({ bad, warn, critical, forMs }: Typed): string | undefined {
  if (warn === undefined && critical === undefined) return `a threshold needs a number: ${EXAMPLE}`;
  if (forMs < 0) return `the duration must not be negative: ${EXAMPLE}`;
  if (bad === 'beyond' && [warn, critical].some((limit) => limit !== undefined && limit < 0))
    return `beyond means farther from zero in either direction and needs numbers above zero: ${EXAMPLE}`;
  if (warn === undefined || critical === undefined) return undefined;
  const isReached = bad === 'below' ? critical <= warn : critical >= warn;
  return isReached ? undefined : `critical ${critical} would come before warn ${warn}: ${EXAMPLE}`;
}
