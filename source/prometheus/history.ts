import { shallowEqual } from '../lib/equal.ts';
import { ValuePattern } from '../lib/pattern.ts';
import type { Exposition, Family, Series } from './exposition/exposition.ts';
import { labelOf } from './exposition/exposition.ts';
import type { Selection } from './expr.ts';
import { Track } from './track.ts';

export type Tracked = { series: Series; track: Track };

/** Series with a history, at most; at 6 KiB each. */
const MAX_TRACKS = 2_000;
/** How many changes of the scrape interval are remembered. */
const MAX_PACES = 256;

/**
 * The history of one endpoint's series. Every series has its newest value; only as many as fit have a history: first those of boards, pins
 * and thresholds, small families before large ones.
 */
export class History {
  #byName: ReadonlyMap<string, readonly Tracked[]> = new Map();
  readonly #tracks = new Map<Series, Track>();
  readonly #patterns = new Map<string, ValuePattern>();
  readonly #max: number;
  #series: readonly Series[] = [];
  #wanted: ReadonlySet<string> = new Set();
  /** How many series each name has, with a history or not. */
  #present: ReadonlyMap<string, number> = new Map();
  /** The newest scrape and its time. */
  latest: { at: number; exposition: Exposition } | undefined;
  /** Time to the next scrape (ms), from the scrape at `at` on; oldest first, only where it changes. */
  #paces: { at: number; ms: number }[] = [];
  /** When the first scrape was made. */
  firstAt: number | undefined;

  constructor(max = MAX_TRACKS) {
    this.#max = max;
  }

  /**
   * Adds a scrape made at `at`, with the next one expected after `paceMs`. A sample with its own timestamp keeps it. `wanted` names get a
   * history before others.
   */
  record(exposition: Exposition, at: number, wanted: ReadonlySet<string> = this.#wanted, paceMs = 0): void {
    if (paceMs !== (this.#paces.at(-1)?.ms ?? 0))
      this.#paces = [...this.#paces.slice(1 - MAX_PACES), { at, ms: paceMs }];
    this.latest = { at, exposition };
    this.firstAt ??= at;
    const { series, values, timestamps } = exposition;
    if (wanted !== this.#wanted || !shallowEqual(series, this.#series)) this.#choose(series, wanted, at);
    for (let index = 0; index < series.length; index += 1) {
      const one = series[index];
      const track = one && this.#tracks.get(one);
      if (track === undefined) continue;
      const own = timestamps?.[index] ?? Number.NaN;
      track.push(Number.isNaN(own) ? at : own, values[index] ?? Number.NaN);
    }
  }

  /** The time between scrapes (ms) at `at`; 0 if unknown. */
  paceAt(at: number): number {
    return this.#paces.findLast((pace) => pace.at <= at)?.ms ?? 0;
  }

  /** Chooses which series have a history. Histories of vanished series are kept while there is room, and end here. */
  #choose(series: readonly Series[], wanted: ReadonlySet<string>, at: number): void {
    const present = new Set(series);
    for (const one of this.#series) if (!present.has(one)) this.#tracks.get(one)?.end(at);
    this.#series = series;
    this.#wanted = wanted;
    const families = Map.groupBy(
      series.filter(({ part }) => part !== 'created'),
      ({ family }) => family,
    );
    const chosen = [...shares(families, wanted, this.#max)].flatMap(([all, share]) => this.#some(all, share));
    const keep = new Set(chosen);
    const others = [...this.#tracks.keys()].filter((one) => !keep.has(one));
    for (const one of others.slice(0, Math.max(0, keep.size + others.length - this.#max))) this.#tracks.delete(one);
    for (const one of chosen) if (!this.#tracks.has(one)) this.#tracks.set(one, new Track(one.cumulative));
    const tracked = [...this.#tracks].map(([one, track]) => ({ series: one, track }));
    this.#byName = Map.groupBy(tracked, (one) => one.series.name);
    this.#present = new Map([...Map.groupBy(series, ({ name }) => name)].map(([name, all]) => [name, all.length]));
  }

  /** Selects that many of them, first those that already have a history. */
  #some(all: readonly Series[], count: number): readonly Series[] {
    if (all.length <= count) return all;
    const known = all.filter((one) => this.#tracks.has(one));
    return [...known, ...all.filter((one) => !this.#tracks.has(one))].slice(0, count);
  }

  /**
   * The series of a selector. A counter is found by either spelling of its suffix: client libraries double `_total` or do not.
   */
  select({ metric, where = {}, not = {} }: Selection): readonly Tracked[] {
    const found = this.#byName.get(this.#spelling(metric)) ?? [];
    const [wanted, unwanted] = [Object.entries(where), Object.entries(not)];
    if (wanted.length + unwanted.length === 0) return found;
    const matches = (series: Series) => (matcher: readonly [string, string]) => this.#matches(series, matcher);
    return found.filter(({ series }) => wanted.every(matches(series)) && !unwanted.some(matches(series)));
  }

  /** A missing label counts as empty. */
  #matches(series: Series, [name, wanted]: readonly [string, string]): boolean {
    const value = labelOf(series, name) ?? '';
    const pattern = /^\/(.*)\/$/s.exec(wanted)?.[1];
    return pattern === undefined ? value === wanted : this.#pattern(pattern).test(value);
  }

  /** Anchored as Prometheus anchors it. */
  #pattern(source: string): ValuePattern {
    const made = this.#patterns.get(source) ?? new ValuePattern(`^(?:${source})$`, '');
    this.#patterns.set(source, made);
    return made;
  }

  /** The number of series of a metric in the newest scrape, and how many of them have a history. */
  coverage(metric: string): { present: number; tracked: number } {
    const name = this.#spelling(metric);
    const present = this.#present.get(name) ?? 0;
    return { present, tracked: Math.min(present, this.#byName.get(name)?.length ?? 0) };
  }

  #spelling(metric: string): string {
    const spellings = [metric, `${metric}_total`, metric.replace(/_total$/, '')];
    return spellings.find((name) => this.#byName.has(name)) ?? metric;
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** Bytes of the histories, without the objects around them. */
  get bytes(): number {
    let sum = 0;
    for (const track of this.#tracks.values()) sum += track.bytes;
    return sum;
  }
}

/**
 * How many series of each family get a history: as many wanted ones as fit, shared so that large families do not displace small ones; then
 * other families that fit completely, as a sum over a part would be wrong.
 */
function shares(
  families: ReadonlyMap<Family, readonly Series[]>,
  wanted: ReadonlySet<string>,
  max: number,
): Map<readonly Series[], number> {
  const stems = new Set([...wanted].map(stem));
  const isWanted = (all: readonly Series[]) =>
    all.some(({ name, family }) => stems.has(stem(name)) || stems.has(family.name));
  const all = [...families.values()];
  const first = all.filter(isWanted).sort((a, b) => a.length - b.length);
  const given = new Map<readonly Series[], number>();
  let room = max;
  first.forEach((some, index) => {
    const share = Math.min(some.length, Math.floor(room / (first.length - index)));
    given.set(some, share);
    room -= share;
  });
  for (const some of all) {
    if (given.has(some) || some.length > room) continue;
    given.set(some, some.length);
    room -= some.length;
  }
  return given;
}

/** Client libraries double the suffix or omit it. */
function stem(name: string): string {
  return name.replace(/(_total)+$/, '');
}
