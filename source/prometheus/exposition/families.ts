import type { Family, MetricType, Part, Series } from './exposition.ts';

/** The family of a sample and its role: by its suffix and the family's type. */

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

/** The type a TYPE line names; undefined for an unknown word. The text format's `untyped` is OpenMetrics' `unknown`. */
export function metricType(word: string): MetricType | undefined {
  if (word === 'untyped') return 'unknown';
  return TYPES.has(word) ? (word as MetricType) : undefined;
}

/** Suffixes by type. A counter's `_total` is doubled if its family's name already ends in it. */
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

/** The meaning of a sample's name. */
type Found = Pick<Series, 'name' | 'family' | 'part' | 'cumulative'>;

/** Families by name, created as TYPE, HELP and UNIT lines or samples name them. */
export class Families {
  readonly #byName = new Map<string, Family>();
  /** The last result, as neighbours have the same name. Reset when new metadata could change it. */
  #last: Found | undefined;

  get(name: string): Family {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const family: Family = { name, type: 'unknown', help: '', unit: '' };
    this.#last = undefined;
    this.#byName.set(name, family);
    return family;
  }

  /** Existing series keep their role. */
  setType(family: Family, type: MetricType): void {
    if (family.type !== type) this.#last = undefined;
    family.type = type;
  }

  /** The family of a sample's name: its own if declared, else the one implied by its suffix, else a new one. */
  of(name: string): Found {
    if (this.#last?.name !== name) this.#last = this.#find(name);
    return this.#last;
  }

  #find(name: string): Found {
    const own = this.#byName.get(name);
    const at = own === undefined ? name.search(SUFFIX) : -1;
    const parent = at > 0 ? this.#byName.get(name.slice(0, at)) : undefined;
    const part = parent && SUFFIXES[parent.type]?.find(([suffix]) => suffix === name.slice(at))?.[1];
    const family = (part && parent) ?? own ?? this.get(name);
    return { name, family, part: part ?? 'value', cumulative: isCumulative(family, part ?? 'value', name) };
  }
}

/** Whether the family's samples with that role only increase. */
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
  const { family, part, cumulative } = families.of(name);
  if (part === 'bucket') return { name, labels, family, part, cumulative, bound: bound(labels, 'le') };
  const quantile = part === 'value' && family.type === 'summary' ? bound(labels, 'quantile') : Number.NaN;
  return { name, labels, family, part: Number.isNaN(quantile) ? part : 'quantile', cumulative, bound: quantile };
}

function bound(labels: readonly string[], name: string): number {
  for (let at = 0; at < labels.length; at += 2) {
    if (labels[at] !== name) continue;
    const text = labels[at + 1] ?? '';
    const value = Number(text);
    if (Number.isNaN(value)) return /^\+?Inf$/i.test(text) ? Number.POSITIVE_INFINITY : value;
    return value === 0 && text.trim() === '' ? Number.NaN : value;
  }
  return Number.NaN;
}
