import type { Family, MetricType, Part, Series } from './exposition.ts';

/** Which family a sample belongs to and what it is in it: by its suffix and the family's type. */

const TYPES = new Set<string>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);

/** The type a TYPE line names; undefined for a word that is none. The text format's `untyped` is OpenMetrics' `unknown`. */
export function metricType(word: string): MetricType | undefined {
  if (word === 'untyped') return 'unknown';
  return TYPES.has(word) ? (word as MetricType) : undefined;
}

/** Suffixes by type. A counter's `_total` doubles where its family's own name already ends in it. */
const SUFFIXES: Partial<Record<MetricType, readonly [suffix: string, part: Part][]>> = {
  counter: [
    ['_total', 'total'],
    ['_created', 'created'],
  ],
  histogram: [
    ['_bucket', 'bucket'],
    ['_sum', 'sum'],
    ['_count', 'count'],
    ['_created', 'created'],
  ],
  gaugehistogram: [
    ['_bucket', 'bucket'],
    ['_gsum', 'sum'],
    ['_gcount', 'count'],
    ['_sum', 'sum'],
    ['_count', 'count'],
  ],
  summary: [
    ['_sum', 'sum'],
    ['_count', 'count'],
    ['_created', 'created'],
  ],
  info: [['_info', 'value']],
};

const SUFFIX = /_(total|created|bucket|sum|count|gsum|gcount|info)$/;

/** Families by name, created as TYPE, HELP and UNIT lines or samples name them. */
export class Families {
  readonly #byName = new Map<string, Family>();

  get(name: string): Family {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const family: Family = { name, type: 'unknown', help: '', unit: '' };
    this.#byName.set(name, family);
    return family;
  }

  /** The family of a sample's name: its own if one was declared, else the one its suffix leads to, else a new one. */
  of(name: string): { family: Family; part: Part } {
    const own = this.#byName.get(name);
    if (own !== undefined) return { family: own, part: 'value' };
    const at = name.search(SUFFIX);
    const family = at > 0 ? this.#byName.get(name.slice(0, at)) : undefined;
    const part = family && SUFFIXES[family.type]?.find(([suffix]) => suffix === name.slice(at))?.[1];
    return family && part ? { family, part } : { family: this.get(name), part: 'value' };
  }
}

/** Whether the family's samples of that part only ever count up. */
function isCumulative(family: Family, part: Part, name: string): boolean {
  switch (family.type) {
    case 'counter':
      return part !== 'created';
    case 'histogram':
    case 'summary':
      return part === 'bucket' || part === 'sum' || part === 'count';
    case 'unknown':
      return name.endsWith('_total');
    default:
      return false;
  }
}

/** Builds the series of a name and labels (flat, sorted) in its family. */
export function makeSeries(families: Families, name: string, labels: readonly string[]): Series {
  const found = families.of(name);
  const { family } = found;
  const quantile = family.type === 'summary' && found.part === 'value' ? bound(labels, 'quantile') : Number.NaN;
  const part = Number.isNaN(quantile) ? found.part : 'quantile';
  return {
    name,
    labels,
    family,
    part,
    cumulative: isCumulative(family, part, name),
    bound: part === 'bucket' ? bound(labels, 'le') : quantile,
  };
}

function bound(labels: readonly string[], name: string): number {
  for (let at = 0; at < labels.length; at += 2) {
    if (labels[at] !== name) continue;
    const text = labels[at + 1] ?? '';
    if (/^\+?Inf$/i.test(text)) return Number.POSITIVE_INFINITY;
    return text.trim() === '' ? Number.NaN : Number(text);
  }
  return Number.NaN;
}
