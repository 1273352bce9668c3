import type { Family } from './exposition.ts';

/** What a number counts. Shown by the chart's formatter; everything unknown is a plain count. */
export type Unit =
  | 'count'
  | 'seconds'
  | 'ms'
  | 'us'
  | 'ns'
  | 'bytes'
  | 'ratio'
  | 'percent'
  | 'dollars'
  | 'time'
  | 'celsius';

const WORDS: readonly [RegExp, Unit][] = [
  [/(^|_)(ns|nanos|nanoseconds)$/, 'ns'],
  [/(^|_)(us|micros|microseconds)$/, 'us'],
  [/(^|_)(ms|millis|milliseconds)$/, 'ms'],
  [/(^|_)(timestamp|time|start_time|last_.*)_seconds$/, 'time'],
  [/(^|_)seconds$/, 'seconds'],
  [/(^|_)bytes$/, 'bytes'],
  [/(^|_)ratio$/, 'ratio'],
  [/(^|_)(percent|pct)$/, 'percent'],
  [/(^|_)(usd|dollars|pnl|equity|profit|loss)$/, 'dollars'],
  [/(^|_)celsius$/, 'celsius'],
];

/** The unit of a metric: of its UNIT line, else of its name by Prometheus' habits, its counter suffixes left aside. */
export function unitOf(family: Pick<Family, 'name' | 'unit'>): Unit {
  for (const name of [family.unit, family.name.replace(/(_total)+$/, '')]) {
    const found = name === '' ? undefined : WORDS.find(([word]) => word.test(name));
    if (found !== undefined) return found[1];
  }
  return 'count';
}
