/**
 * History in bounded memory: the older a value, the coarser its time. For a counter each coarse step keeps the last sample, so that rates
 * are right over any window. For other series it keeps the lowest and the highest sample with their times (min-max downsampling: Jugel et
 * al., M4, VLDB 2014): a peak of one scrape is still visible after twelve hours.
 */

export type Tier = {
  /** Milliseconds that share one slot; 0 keeps every sample. */
  step: number;
  slots: number;
};

/** At a scrape every 5 s: all samples of 10 minutes, one in 30 s for an hour, one in 5 minutes for 12 hours: 6 KiB a series. */
export const TIERS: readonly Tier[] = [
  { step: 0, slots: 120 },
  { step: 30_000, slots: 120 },
  { step: 300_000, slots: 144 },
];

/** Two samples per step, in steps of twice the length: the same time range in the same memory. */
const EXTREMES: readonly Tier[] = TIERS.map(({ step, slots }) => ({ step: 2 * step, slots }));

/** A counter that is back at its previous value within so many samples was not reset. */
const RETURN = 2;

/** How many resets of a counter are remembered. */
const RESETS = 64;

/** How many ends of a series that comes and goes are remembered. */
const ENDS = 64;

/** Times and values in two typed arrays, the oldest overwritten; grows up to its slots, so that short histories stay small. */
class Ring {
  readonly #tier: Tier;
  readonly #extremes: boolean;
  #times = new Float64Array(8);
  #values = new Float64Array(8);
  #head = 0;
  length = 0;

  /** `extremes`: a step keeps its lowest and highest sample instead of its last. */
  constructor(tier: Tier, extremes: boolean) {
    this.#tier = tier;
    this.#extremes = extremes;
  }

  get step(): number {
    return this.#tier.step;
  }

  /** Adds a sample; a coarse step keeps only the newest, or the extremes. */
  push(time: number, value: number): void {
    const last = this.length - 1;
    if (!this.#isSameStep(last, time)) this.#append(time, value);
    else if (this.#extremes) this.#widen(time, value);
    else this.#set(last, time, value);
  }

  #isSameStep(index: number, time: number): boolean {
    const { step } = this.#tier;
    return step > 0 && Math.floor(this.time(index) / step) === Math.floor(time / step);
  }

  /** Adds a sample to the current step if it is lower or higher than those of the step; NaN is replaced by any number. */
  #widen(time: number, value: number): void {
    const last = this.length - 1;
    const newest = this.value(last);
    if (Number.isNaN(newest)) return this.#set(last, time, value);
    if (!this.#isSameStep(last - 1, time)) {
      if (value < newest || value > newest) this.#append(time, value);
      return;
    }
    const before = this.value(last - 1);
    const isHigher = value > Math.max(before, newest);
    if (!isHigher && !(value < Math.min(before, newest))) return;
    // Of the two existing ones, the opposite extreme stays.
    if (isHigher === newest < before) this.#set(last - 1, this.time(last), newest);
    this.#set(last, time, value);
  }

  #append(time: number, value: number): void {
    if (this.length === this.#times.length && this.length < this.#tier.slots) this.#grow();
    if (this.length < this.#times.length) this.length += 1;
    else this.#head = (this.#head + 1) % this.#times.length;
    this.#set(this.length - 1, time, value);
  }

  #set(index: number, time: number, value: number): void {
    const at = (this.#head + index) % this.#times.length;
    this.#times[at] = time;
    this.#values[at] = value;
  }

  #grow(): void {
    const size = Math.min(this.#tier.slots, this.#times.length * 2);
    const times = new Float64Array(size);
    const values = new Float64Array(size);
    for (let index = 0; index < this.length; index += 1) {
      times[index] = this.time(index);
      values[index] = this.value(index);
    }
    this.#times = times;
    this.#values = values;
    this.#head = 0;
  }

  /** Time of the index-th oldest sample; NaN if there is none. */
  time(index: number): number {
    return index < 0 || index >= this.length
      ? Number.NaN
      : (this.#times[(this.#head + index) % this.#times.length] ?? Number.NaN);
  }

  value(index: number): number {
    return index < 0 || index >= this.length
      ? Number.NaN
      : (this.#values[(this.#head + index) % this.#values.length] ?? Number.NaN);
  }

  /** Index of the newest sample not newer than `time`; -1 if all are newer. */
  upTo(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  get bytes(): number {
    return this.#times.byteLength + this.#values.byteLength;
  }
}

export type Point = { time: number; value: number };

/** The history of one series. Times are milliseconds since the epoch. */
export class Track {
  readonly #rings: readonly Ring[];
  readonly #cumulative: boolean;
  /** When the endpoint answered without the series, newest last. */
  #ends: number[] = [];
  /** Times of a counter's resets and the values before: pairs, oldest first. */
  #resets: Point[] = [];
  /** Samples since the last reset. */
  #sinceFall = Number.POSITIVE_INFINITY;
  /** When a counter last returned to its value before a reset: two programs answer in turn. */
  #returns: number[] = [];

  constructor(cumulative: boolean) {
    this.#cumulative = cumulative;
    this.#rings = (cumulative ? TIERS : EXTREMES).map((tier) => new Ring(tier, !cumulative));
  }

  /** Adds a sample. One that is not newer than the last is ignored. */
  push(time: number, value: number): void {
    const last = this.last;
    if (last !== undefined && time <= last.time) return;
    if (this.#cumulative && last !== undefined) this.#count(time, value, last.value);
    for (const ring of this.#rings) ring.push(time, value);
  }

  /** Notes that the endpoint answered at `time` without this series: it has no value from then on, until its next sample. */
  end(time: number): void {
    this.#ends.push(time);
    if (this.#ends.length > ENDS) this.#ends.shift();
  }

  /** Records a reset, and a counter that returns to its previous value. */
  #count(time: number, value: number, before: number): void {
    this.#sinceFall += 1;
    if (value < before) {
      this.#resets.push({ time, value: before });
      if (this.#resets.length > RESETS) this.#resets.shift();
      this.#sinceFall = 0;
    } else if (this.#sinceFall <= RETURN && value >= (this.#resets.at(-1)?.value ?? Number.POSITIVE_INFINITY)) {
      this.#returns.push(time);
      if (this.#returns.length > RESETS) this.#returns.shift();
    }
  }

  /** Whether several programs answered in turn in (from, to]: the counter fell and immediately returned. Then there is no rate. */
  isMixed(from: number, to: number): boolean {
    return this.#returns.some((time) => time > from && time <= to);
  }

  get last(): Point | undefined {
    const ring = this.#rings[0];
    if (ring === undefined || ring.length === 0) return undefined;
    return { time: ring.time(ring.length - 1), value: ring.value(ring.length - 1) };
  }

  get first(): number | undefined {
    const ring = this.#rings[this.#rings.length - 1];
    return ring === undefined || ring.length === 0 ? undefined : ring.time(0);
  }

  get bytes(): number {
    return this.#rings.reduce((sum, ring) => sum + ring.bytes, 0) + this.#resets.length * 48;
  }

  /** The resets of a counter, oldest first: its program restarted (or the counter overflowed). */
  get resets(): readonly Point[] {
    return this.#resets;
  }

  /** Length of a step (ms) at `time`; 0 if every sample is kept. Neighbours are less than two steps apart. */
  resolution(time: number): number {
    return this.#covering(time)?.step ?? 0;
  }

  /** The newest sample at `time`, not older than `lookback` ms before it; none if the series has ended since. */
  at(time: number, lookback: number): Point | undefined {
    const ring = this.#covering(time - lookback);
    const index = ring?.upTo(time) ?? -1;
    const found = ring?.time(index) ?? Number.NaN;
    if (ring === undefined || !(found > time - lookback)) return undefined;
    if (this.#ends.some((end) => found < end && end <= time)) return undefined;
    return { time: found, value: ring.value(index) };
  }

  /** Times of the remaining samples in (from, to], oldest first. */
  times(from: number, to: number): number[] {
    const ring = this.#covering(from);
    if (ring === undefined) return [];
    const first = ring.upTo(from) + 1;
    return Array.from({ length: Math.max(0, ring.upTo(to) + 1 - first) }, (_, index) => ring.time(first + index));
  }

  /** The summary of the samples in (from, to] that `rate` needs; undefined with fewer than two. */
  window(from: number, to: number): Window | undefined {
    const ring = this.#covering(from);
    if (ring === undefined) return undefined;
    const first = ring.upTo(from) + 1;
    const last = ring.upTo(to);
    if (last - first < 1 || this.isMixed(from, to)) return undefined;
    const start = ring.time(first);
    const end = ring.time(last);
    let gained = ring.value(last) - ring.value(first);
    for (const reset of this.#resets) if (reset.time > start && reset.time <= end) gained += reset.value;
    return { first: { time: start, value: ring.value(first) }, end, gained, samples: last - first + 1 };
  }

  /** The finest ring that reaches back to `time`. */
  #covering(time: number): Ring | undefined {
    for (const ring of this.#rings) if (ring.length > 0 && ring.time(0) <= time) return ring;
    // If none does: the one that reaches back furthest, or the finest of several.
    let best = this.#rings[0];
    for (const ring of this.#rings) if (best !== undefined && ring.time(0) < best.time(0)) best = ring;
    return best;
  }
}

export type Window = {
  first: Point;
  /** Time of the last sample. */
  end: number;
  /** The increase from the first to the last sample, corrected for resets. */
  gained: number;
  samples: number;
};
