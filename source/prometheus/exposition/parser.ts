import { endsInEof, readyBody } from './body.ts';
import { CR, HASH, isLineEnd, LF, parseNumber, skipBlanks, tokenEnd } from './bytes.ts';
import { parseComment } from './comments.ts';
import { DEFAULT_LIMITS, type Exposition, type ExpositionLimits, type Series, seriesText } from './exposition.ts';
import { Families, makeSeries } from './families.ts';
import { HashIndex } from './hash-index.ts';
import { LabelParser } from './labels.ts';
import { type KnownSeries, Lines } from './lines.ts';
import { ScrapeBuilder } from './scrape-builder.ts';
import { BrokenLine, StringTable } from './string-table.ts';
import { readTimestamp } from './tail.ts';

export type ParseOptions = {
  /** The server's Content-Type. The content decides; the header only shows whether a missing `# EOF` means a truncated answer. */
  contentType?: string;
  /** Clock for the time limit. */
  now?: () => number;
};

/** How much is parsed between two checks of the clock. */
const CLOCK_BYTES = 64 * 1024;

/** One body while it is being read. */
type Reading = {
  readonly buffer: Buffer;
  readonly lines: Lines;
  readonly heads: LabelParser;
  readonly gathering: ScrapeBuilder;
  /** Lines that begin before it are within the limit. */
  shortUntil: number;
};

/**
 * Parses one endpoint's pages, scrape after scrape: Prometheus text 0.0.4 and OpenMetrics 1.0, distinguished by their content (OpenMetrics
 * ends in `# EOF`). An endpoint writes the same lines in the same order each time and only values change, so a line is first compared with
 * the one at this position of the last scrape; only a new one is parsed, and each of its labels is first compared with that of the previous
 * line. Never throws. The body is kept until the next one comes and must not change. More tolerant than Prometheus' own parser about blanks
 * and empty lines: any line with a name and a number is read.
 */
export class ExpositionParser {
  readonly #limits: ExpositionLimits;
  readonly #families = new Families();
  #series = new HashIndex<KnownSeries>();
  #texts = new StringTable();
  /** The last scrape's body. */
  #before = new Lines(new Uint8Array(), 0);
  #scrape = 0;

  constructor(limits: Partial<ExpositionLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  parse(body: string | Uint8Array, options: ParseOptions = {}): Exposition {
    const { buffer, cut } = readyBody(body, this.#limits.bytes);
    const gathering = new ScrapeBuilder(this.#limits, this.#before.length);
    if (cut) gathering.notes.add(`longer than ${this.#limits.bytes} bytes: the rest was left out`);
    gathering.openMetrics = endsInEof(buffer);
    if (!gathering.openMetrics && /openmetrics/i.test(options.contentType ?? '')) {
      gathering.openMetrics = true;
      gathering.notes.add('the answer does not end in # EOF: it was cut off');
    }
    this.#scrape += 1;
    const lines = new Lines(buffer, this.#before.length);
    const heads = new LabelParser(buffer, this.#texts);
    this.#lines({ buffer, lines, heads, gathering, shortUntil: 0 }, options.now);
    this.#before = lines;
    if (this.#series.size > 2 * lines.length + 1000) this.#forget();
    return gathering.result();
  }

  #lines(reading: Reading, now: (() => number) | undefined): void {
    const { buffer, lines, gathering } = reading;
    const before = this.#before;
    const deadline = now === undefined ? 0 : now() + this.#limits.ms;
    let look = CLOCK_BYTES;
    let guess = 0;
    let at = 0;
    for (gathering.line = 1; at < buffer.length; gathering.line += 1) {
      let known: KnownSeries | undefined;
      let end = before.endOf(guess, buffer, at);
      if (end >= 0) {
        known = before.at(guess);
        guess += 1;
      } else {
        known = this.#read(reading, at);
        end = reading.heads.end;
        if (known !== undefined && before.has(known)) guess = known.index + 1;
      }
      if (known === undefined) at = buffer.indexOf(LF, at) + 1;
      else {
        lines.push(known, at, end);
        at = this.#take(known, reading, end);
      }
      if (gathering.full) return;
      if (now === undefined || at < look) continue;
      look = at + CLOCK_BYTES;
      if (now() <= deadline) continue;
      gathering.notes.add(`parsing took longer than ${this.#limits.ms} ms: the rest was left out`);
      return;
    }
  }

  /** The meaning of the line that begins at `at`, up to `heads.end`; undefined for empty and broken lines. */
  #read(reading: Reading, at: number): KnownSeries | undefined {
    const { buffer, heads, gathering } = reading;
    const start = skipBlanks(buffer, at);
    if (isLineEnd(buffer, start)) return undefined;
    if (at >= reading.shortUntil) {
      // All lines up to there are also short.
      reading.shortUntil = buffer.lastIndexOf(LF, at + this.#limits.line) + 1;
      if (at >= reading.shortUntil) return gathering.broken(`longer than ${this.#limits.line} bytes`);
    }
    try {
      if (buffer[start] !== HASH) {
        heads.read(start);
        return this.#sample(heads);
      }
      const end = buffer.indexOf(LF, start);
      heads.end = buffer[end - 1] === CR ? end - 1 : end;
      const apply = parseComment(buffer, start, heads.end, this.#families);
      return { hash: 0, next: undefined, series: undefined, apply, scrape: 0, index: -1 };
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      return gathering.broken(error.message);
    }
  }

  /** The same name and labels are one series, in whatever order they are written. */
  #sample(head: LabelParser): KnownSeries {
    let found = this.#series.first(head.hash);
    while (found !== undefined && !(found.hash === head.hash && isSeries(found.series, head))) found = found.next;
    if (found !== undefined) return found;
    const series = makeSeries(this.#families, head.name, head.labels.slice());
    const made = { hash: head.hash, next: undefined, series, apply: undefined, scrape: 0, index: -1 };
    this.#series.add(made);
    return made;
  }

  /** Reads the sample (or comment) of a line whose value begins at `at`; returns where the next line begins. */
  #take(known: KnownSeries, reading: Reading, at: number): number {
    const { buffer, gathering } = reading;
    const { series } = known;
    if (series === undefined) {
      known.apply?.();
      return buffer.indexOf(LF, at) + 1;
    }
    const start = skipBlanks(buffer, at);
    const end = tokenEnd(buffer, start);
    const value = parseNumber(buffer, start, end);
    if (value === undefined) return gathering.badValue(buffer, start, series);
    if (known.scrape === this.#scrape) gathering.broken(`${seriesText(series)} is there twice`);
    else if (buffer[end] !== LF) this.#tail(known, series, value, reading, end);
    else {
      gathering.sample(series, value, Number.NaN);
      known.scrape = this.#scrape;
    }
    return buffer[end] === LF ? end + 1 : buffer.indexOf(LF, end) + 1;
  }

  /** A sample with something after its value. */
  #tail(known: KnownSeries, series: Series, value: number, { buffer, gathering }: Reading, from: number): void {
    try {
      gathering.sample(series, value, readTimestamp(buffer, from, gathering.openMetrics));
      known.scrape = this.#scrape;
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      gathering.broken(error.message);
    }
  }

  /** Drops series missing from the last scrape, so that short-lived ones do not accumulate. */
  #forget(): void {
    this.#series = new HashIndex();
    this.#texts = new StringTable();
    for (const known of this.#before.series()) this.#series.add(known);
  }
}

function isSeries(series: Series | undefined, { name, labels }: LabelParser): boolean {
  if (series === undefined || series.name !== name || series.labels.length !== labels.length) return false;
  for (let at = 0; at < labels.length; at += 1) if (series.labels[at] !== labels[at]) return false;
  return true;
}
