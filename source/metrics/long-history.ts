import type { ChartSeries } from '../ui/chart/chart.ts';
import type { Span } from './span.ts';

/** Milliseconds between two values that are kept, and how long they are kept. */
export const LONG_STEP = 5 * 60_000;
const KEPT = 35 * 86_400_000;
/** Lines that are kept; more would take more than 40 KiB each. */
const MOST_LINES = 400;

/** A line of a chart: of what (engine and service), in which chart, and its legend. */
export type LongKey = readonly [subject: string, chart: string, legend: string];
export type LongValue = readonly [key: LongKey, value: number];

/** Where the values of charts are kept for weeks. */
export type Recorder = { history: LongHistory; record(at: number, values: readonly LongValue[]): void };

/** The values of the charts every five minutes for five weeks. They belong to the service and outlive its containers. */
export class LongHistory {
  readonly #lines = new Map<string, { key: LongKey; line: LongLine }>();

  /** Adds values measured at `at` (ms). */
  record(at: number, values: readonly LongValue[]): void {
    const slot = Math.floor(at / LONG_STEP);
    for (const [key, value] of values) {
      const id = JSON.stringify(key);
      const known = this.#lines.get(id);
      if (known) known.line.push(slot, value);
      else if (this.#lines.size < MOST_LINES) {
        const line = new LongLine();
        line.push(slot, value);
        this.#lines.set(id, { key, line });
      }
    }
  }

  /** Everything that is kept, oldest first, one entry for each time. */
  *all(now: number): Generator<{ at: number; values: LongValue[] }> {
    const first = Math.floor((now - KEPT) / LONG_STEP);
    for (let slot = first; slot <= Math.floor(now / LONG_STEP); slot += 1) {
      const values = [...this.#lines.values()].flatMap(({ key, line }): LongValue[] => {
        const value = line.at(slot, 0);
        return Number.isNaN(value) ? [] : [[key, value]];
      });
      if (values.length > 0) yield { at: slot * LONG_STEP, values };
    }
  }

  /** The lines of a chart with what is kept in the place of gaps before their own first value. */
  extended(subject: string, chart: string, lines: readonly ChartSeries[], span: Span): ChartSeries[] {
    const kept = [...this.#lines.values()].filter(({ key }) => key[0] === subject && key[1] === chart);
    const legends = new Set(lines.map(({ legend }) => legend));
    const gone = kept
      .filter(({ key }) => !legends.has(key[2]))
      .map(({ key }) => ({ legend: key[2], values: gaps(span) }));
    return [...lines, ...gone]
      .map((line) => filled(line, kept.find(({ key }) => key[2] === line.legend)?.line, span))
      .filter((line, index) => index < lines.length || hasValue(line));
  }
}

function gaps({ columns }: Span): Float64Array {
  return new Float64Array(columns).fill(Number.NaN);
}

function hasValue({ values }: ChartSeries): boolean {
  for (let index = 0; index < values.length; index += 1) if (!Number.isNaN(values[index])) return true;
  return false;
}

function filled(series: ChartSeries, line: LongLine | undefined, { from, to, columns }: Span): ChartSeries {
  if (!line) return series;
  const step = (to - from) / Math.max(1, columns - 1);
  const values = gaps({ from, to, columns });
  let own = false;
  for (let index = 0; index < columns; index += 1) {
    const value = series.values[index] ?? Number.NaN;
    own ||= !Number.isNaN(value);
    // The slot before: nothing is shown before it was measured.
    const slot = Math.floor((from + index * step) / LONG_STEP) - 1;
    values[index] = own ? value : line.at(slot, Math.max(1, Math.ceil(step / LONG_STEP) - 1));
  }
  const extremes = (all: ArrayLike<number> | undefined) =>
    values.map((value, index) => {
      const one = all?.[index] ?? Number.NaN;
      return Number.isNaN(one) ? value : one;
    });
  return { legend: series.legend, values, low: extremes(series.low), high: extremes(series.high) };
}

/** Values by slot, oldest first. */
class LongLine {
  #slots: number[] = [];
  #values: number[] = [];

  push(slot: number, value: number): void {
    const last = this.#slots.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (slot < last) return;
    if (slot === last) {
      this.#values[this.#values.length - 1] = value;
      return;
    }
    this.#slots.push(slot);
    this.#values.push(value);
    const oldest = slot - KEPT / LONG_STEP;
    // In steps, as each takes time.
    if ((this.#slots[0] ?? slot) < oldest - 500) {
      const gone = this.#slots.findIndex((one) => one >= oldest);
      this.#slots.splice(0, gone);
      this.#values.splice(0, gone);
    }
  }

  /** The newest value at a slot or at most `back` slots before it; NaN if there is none. */
  at(slot: number, back: number): number {
    let [low, high] = [0, this.#slots.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#slots[middle] ?? 0) <= slot) low = middle + 1;
      else high = middle;
    }
    const found = this.#slots[low - 1];
    return found === undefined || found < slot - back ? Number.NaN : (this.#values[low - 1] ?? Number.NaN);
  }
}
