import { guarded, TooSlow } from '../lib/guarded.ts';
import { memoizeByObject } from '../lib/memoize.ts';
import { MATCH_TIMEOUT_MS, readPattern } from '../lib/pattern.ts';
import type { Unit } from '../lib/value.ts';
import type { Family } from '../prometheus/exposition/exposition.ts';
import { metricNames as namesIn } from '../prometheus/promql-names.ts';
import { rateUnitOf, unitOf } from '../prometheus/units.ts';
import type { MetricSource } from './desk-metrics.ts';

/** A metric that an endpoint has. */
export type MetricName = {
  source: MetricSource;
  family: Family;
  series: number;
  /** Of its first series. */
  value: number;
};

/** The search text of the list's state: an expression that took too long is not retried. */
export type NameSearch = { text: string };

const tried = memoizeByObject((_: NameSearch) => ({ tooSlow: false }));

/** All metrics whose name or help contains the text, or matches it as a regular expression; in the endpoint's own order. */
export function metricNames(sources: readonly MetricSource[], search: NameSearch): MetricName[] {
  const pattern = readPattern(search.text, 'i');
  const memory = tried(search);
  if (!('error' in pattern || memory.tooSlow)) {
    try {
      return guarded(MATCH_TIMEOUT_MS, () => namesWith(sources, (text) => pattern.test(text)));
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      memory.tooSlow = true;
    }
  }
  const plain = search.text.toLowerCase();
  return namesWith(sources, (text) => text.toLowerCase().includes(plain));
}

function namesWith(sources: readonly MetricSource[], wanted: (text: string) => boolean): MetricName[] {
  return sources.flatMap((source) => {
    const { exposition } = source.history.latest ?? {};
    if (exposition === undefined) return [];
    const found = new Map<Family, MetricName>();
    exposition.series.forEach(({ family }, index) => {
      const known = found.get(family);
      if (known !== undefined) known.series += 1;
      else if (wanted(family.name) || wanted(family.help)) {
        found.set(family, { source, family, series: 1, value: exposition.values[index] ?? Number.NaN });
      }
    });
    return [...found.values()];
  });
}

/** The unit of a metric's first value, from its family. */
export function unitOfMetric({ family, value }: MetricName): Unit {
  return unitOf(family, value);
}

/** The unit of a plain metric or its rate, from its name; a computed value is a plain count. */
export function unitOfQuery(query: string): Unit {
  const [name, ...others] = namesIn(query);
  if (name === undefined || others.length > 0 || /[/*]|histogram_quantile|count|increase|predict/.test(query)) {
    return 'count';
  }
  return /\bi?rate\s*\(/.test(query) ? rateUnitOf({ name, unit: '' }) : unitOf({ name, unit: '' });
}
