import type { Exposition, Series } from './exposition.ts';
import { labelOf } from './exposition.ts';
import { Track } from './track.ts';

/** Which series: by name and, where given, by labels. A value between slashes is a regular expression over the whole value. */
export type Selector = { metric: string; where?: Readonly<Record<string, string>> };

export type Tracked = { series: Series; track: Track };

/** Series with a history, at most; at 6 KiB each. */
const MAX_TRACKS = 2_000;

/**
 * The history of one endpoint's series. Every series has its newest value; a history only as many as fit, those that a board
 * or a pin wants first.
 */
export class History {
  readonly #byName = new Map<string, Tracked[]>();
  readonly #tracks = new Map<Series, Track>();
  readonly #max: number;
  /** The newest scrape and its time. */
  latest: { at: number; exposition: Exposition } | undefined;
  /** When the first scrape was made. */
  firstAt: number | undefined;

  constructor(max = MAX_TRACKS) {
    this.#max = max;
  }

  /** Takes a scrape made at `at`. A sample that brings a time of its own keeps it. `wanted` names get a history before others. */
  record(exposition: Exposition, at: number, wanted: ReadonlySet<string> = new Set()): void {
    this.latest = { at, exposition };
    this.firstAt ??= at;
    const { series, values, timestamps } = exposition;
    this.#makeRoom(series, wanted);
    for (let index = 0; index < series.length; index += 1) {
      const one = series[index];
      if (one === undefined) continue;
      const track = this.#tracks.get(one) ?? this.#start(one, wanted);
      const own = timestamps?.[index] ?? Number.NaN;
      track?.push(Number.isNaN(own) ? at : own, values[index] ?? Number.NaN);
    }
  }

  #start(series: Series, wanted: ReadonlySet<string>): Track | undefined {
    if (series.part === 'created' || (this.#tracks.size >= this.#max && !isWanted(series, wanted))) return undefined;
    const track = new Track(series.cumulative);
    this.#tracks.set(series, track);
    const named = this.#byName.get(series.name);
    if (named === undefined) this.#byName.set(series.name, [{ series, track }]);
    else named.push({ series, track });
    return track;
  }

  /** When the limit is reached, histories of series that are gone give way, and then those that nobody wants. */
  #makeRoom(series: readonly Series[], wanted: ReadonlySet<string>): void {
    const needed = series.filter((one) => isWanted(one, wanted) && !this.#tracks.has(one)).length;
    if (this.#tracks.size + needed <= this.#max) return;
    const present = new Set(series);
    for (const one of [...this.#tracks.keys()]) {
      if (this.#tracks.size + needed <= this.#max) return;
      if (!present.has(one)) this.#drop(one);
    }
    for (const one of [...this.#tracks.keys()]) {
      if (this.#tracks.size + needed <= this.#max) return;
      if (!isWanted(one, wanted)) this.#drop(one);
    }
  }

  #drop(series: Series): void {
    this.#tracks.delete(series);
    const rest = (this.#byName.get(series.name) ?? []).filter((tracked) => tracked.series !== series);
    if (rest.length === 0) this.#byName.delete(series.name);
    else this.#byName.set(series.name, rest);
  }

  /**
   * The series of a selector. A counter is found by either spelling of its suffix: client libraries double `_total` or do not.
   */
  select({ metric, where }: Selector): readonly Tracked[] {
    const found =
      this.#byName.get(metric) ??
      this.#byName.get(`${metric}_total`) ??
      this.#byName.get(metric.replace(/_total$/, '')) ??
      [];
    return where === undefined ? found : found.filter(({ series }) => matches(series, where));
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** Of the histories, without the objects around them. */
  get bytes(): number {
    let sum = 0;
    for (const track of this.#tracks.values()) sum += track.bytes;
    return sum;
  }
}

function isWanted(series: Series, wanted: ReadonlySet<string>): boolean {
  return wanted.has(series.name) || wanted.has(series.family.name);
}

function matches(series: Series, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    const value = labelOf(series, name) ?? '';
    const pattern = /^\/(.*)\/$/.exec(wanted)?.[1];
    return pattern === undefined ? value === wanted : asPattern(pattern).test(value);
  });
}

const patterns = new Map<string, RegExp>();

/** Anchored as Prometheus anchors it; one that is no regular expression matches nothing. */
function asPattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  let made: RegExp;
  try {
    made = new RegExp(`^(?:${source})$`);
  } catch {
    made = /$^/;
  }
  patterns.set(source, made);
  return made;
}
