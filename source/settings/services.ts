import * as v from 'valibot';
import { described, TimeZone, text } from './kinds.ts';

/** What is special about one service. */
export const ServiceSettings = v.strictObject({
  single: v.optional(described('It must never run twice: scaling is refused.', v.boolean())),
  protected: v.optional(described('Raises the danger of every action on it by one.', v.boolean())),
  memory: v.optional(described('What a restart loses, in words for the dialog, such as `open orders`.', text)),
  stopTimeout: v.optional(
    described(
      'Seconds it gets to stop before it is killed.',
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600)),
    ),
  ),
  role: v.optional(
    described(
      'What it is for, where image and name do not say: decides how severe a posture finding is.',
      v.picklist(['engine', 'database', 'cache', 'monitoring', 'job', 'other']),
    ),
  ),
  timeZone: v.optional(
    described('Time zone in which it writes its times, as an IANA name; default: `TZ` in its environment.', TimeZone),
  ),
  health: v.optional(described('URL of its health endpoint.', v.pipe(v.string(), v.url()))),
  metrics: v.optional(described('URL of its Prometheus metrics.', v.pipe(v.string(), v.url()))),
});
