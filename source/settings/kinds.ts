import * as v from 'valibot';
import { isTimeZone } from '../lib/time-zone.ts';

/** The kinds of values that settings have. */

/** A setting, with what docs/configuration.md says about it. */
export function described<S extends v.GenericSchema>(about: string, schema: S) {
  return v.pipe(schema, v.description<v.InferOutput<S>, string>(about));
}

/** A number within limits, optional. */
export const bounded = (least: number, most: number, otherwise: number, about: string) =>
  v.optional(described(about, v.pipe(v.number(), v.minValue(least), v.maxValue(most))), otherwise);

/** A whole number within limits, optional. */
export const whole = (least: number, most: number, otherwise: number, about: string) =>
  v.optional(described(about, v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))), otherwise);

/** Text that is not empty; blanks around it do not count. */
export const text = v.pipe(v.string(), v.trim(), v.nonEmpty());

export const TimeZone = v.pipe(v.string(), v.check(isTimeZone, 'must be an IANA time zone such as America/New_York'));
