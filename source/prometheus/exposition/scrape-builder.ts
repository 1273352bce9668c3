import { LF, OPEN } from './bytes.ts';
import {
  type Exposition,
  type ExpositionLimits,
  type Family,
  type LineError,
  type Series,
  seriesText,
} from './exposition.ts';

/** Collects one scrape, in columns. */
export class ScrapeBuilder {
  openMetrics = false;
  /** The number of the current line. */
  line = 0;
  full = false;
  readonly notes = new Set<string>();
  readonly #limits: ExpositionLimits;
  readonly #errors: LineError[] = [];
  #errorCount = 0;
  #native = 0;
  readonly #series: Series[] = [];
  #values: Float64Array;
  #timestamps: Float64Array | undefined;

  constructor(limits: ExpositionLimits, expected: number) {
    this.#limits = limits;
    this.#values = new Float64Array(Math.max(64, expected));
  }

  sample(series: Series, value: number, time: number): void {
    const index = this.#series.length;
    if (index >= this.#limits.series) {
      this.full = true;
      this.notes.add(`more than ${this.#limits.series} series: the rest was left out`);
      return;
    }
    if (index === this.#values.length) this.#grow();
    this.#series.push(series);
    this.#values[index] = value;
    if (!Number.isNaN(time) && this.#timestamps === undefined) {
      this.#timestamps = new Float64Array(this.#values.length).fill(Number.NaN);
    }
    if (this.#timestamps !== undefined) this.#timestamps[index] = time;
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
    if (this.#timestamps === undefined) return;
    const timestamps = new Float64Array(values.length).fill(Number.NaN);
    timestamps.set(this.#timestamps);
    this.#timestamps = timestamps;
  }

  broken(message: string): undefined {
    this.#errorCount += 1;
    if (this.#errors.length < this.#limits.errors) this.#errors.push({ line: this.line, message });
  }

  /** A value that is not a number: a native histogram is noted, anything else is an error. Returns where the next line begins. */
  badValue(buffer: Buffer, at: number, series: Series): number {
    const next = buffer.indexOf(LF, at) + 1;
    if (buffer[at] === OPEN) this.#native += 1;
    else {
      const text = buffer.toString('utf8', at, Math.min(next - 1, at + 40)).trim();
      this.broken(text === '' ? `${seriesText(series)} has no value` : `${JSON.stringify(text)} is not a number`);
    }
    return next;
  }

  result(): Exposition {
    if (this.#native > 0) this.notes.add(`${this.#native} native histogram samples were skipped`);
    const families = new Map<string, Family>();
    let last: Family | undefined;
    for (const { family } of this.#series) {
      if (family !== last) families.set(family.name, family);
      last = family;
    }
    const count = this.#series.length;
    return {
      openMetrics: this.openMetrics,
      families,
      series: this.#series,
      values: this.#values.subarray(0, count),
      ...(this.#timestamps === undefined ? {} : { timestamps: this.#timestamps.subarray(0, count) }),
      errors: this.#errors,
      errorCount: this.#errorCount,
      notes: [...this.notes],
    };
  }
}
