import { CR, HASH, LF, OPEN, parseNumber, SPACE, skipBlanks, TAB, tokenEnd } from './bytes.ts';
import { parseComment } from './comments.ts';
import {
  DEFAULT_LIMITS,
  type Exemplar,
  type Exposition,
  type ExpositionLimits,
  type Family,
  type LineError,
  type Series,
  seriesText,
} from './exposition.ts';
import { Families, makeSeries } from './families.ts';
import { BrokenLine, headEnd, readBraces, readHead } from './labels.ts';

export type ParseOptions = {
  limits?: Partial<ExpositionLimits>;
  /** What the server said of it. Content decides; the header only tells whether a missing `# EOF` means a cut answer. */
  contentType?: string;
  /** For the limit on time. */
  now?: () => number;
};

/** A line that was seen before, up to its value: found again by comparing bytes, without reading it anew. */
type Known = {
  /** Its bytes, one character each. */
  key: string;
  /** Undefined for comments and for lines without a sample of their own. */
  series: Series | undefined;
  comment: (() => void) | undefined;
  /** Its place in the last scrape. */
  index: number;
  /** Its sample in the last scrape that had one; shared by all ways to write the same series. */
  readonly seen: { scrape: number };
};

const END = Buffer.from('# EOF');
/** How many lines go by between two looks at the clock. */
const CLOCK_LINES = 4096;
const NONE: ReadonlyMap<Series, Exemplar> = new Map();

/**
 * Parses what one endpoint answers, scrape after scrape: Prometheus text 0.0.4 and OpenMetrics 1.0, told apart by their
 * content (OpenMetrics ends in `# EOF`). An endpoint writes the same lines in the same order each time and only values
 * change, so a line is first compared with the one that came here last time; only a new one is taken apart. Never throws.
 * More tolerant than Prometheus' own parser in blanks and empty lines; whatever has a name and a number is read.
 */
export class ExpositionParser {
  readonly #limits: ExpositionLimits;
  #families = new Families();
  #known = new Map<string, Known>();
  /** By name and labels, those with two or more: labels come in any order. */
  #series = new Map<string, Known>();
  #texts = new Map<string, string>();
  /** The lines of the last scrape, in order. */
  #order: Known[] = [];
  #scrape = 0;

  constructor(limits: Partial<ExpositionLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  parse(body: string | Uint8Array, options: Omit<ParseOptions, 'limits'> = {}): Exposition {
    const scrape = new Scrape(this.#limits, this.#order.length);
    const buffer = ready(body, this.#limits.bytes, scrape);
    scrape.openMetrics = endsInEof(buffer);
    if (!scrape.openMetrics && /openmetrics/i.test(options.contentType ?? '')) {
      scrape.openMetrics = true;
      scrape.notes.add('the answer does not end in # EOF: it was cut off');
    }
    this.#scrape += 1;
    this.#lines(buffer, scrape, options.now);
    this.#order = scrape.order;
    if (this.#known.size > 2 * this.#order.length + 1000) this.#forget();
    return scrape.result();
  }

  #lines(buffer: Buffer, scrape: Scrape, now: (() => number) | undefined): void {
    const before = this.#order;
    const deadline = now === undefined ? 0 : now() + this.#limits.ms;
    let guess = 0;
    let at = 0;
    for (let line = 1; at < buffer.length; line += 1) {
      const expected = before[guess];
      const valueAt = expected === undefined ? -1 : matches(buffer, at, expected);
      if (expected !== undefined && valueAt >= 0) {
        guess += 1;
        at = this.#take(expected, buffer, valueAt, line, scrape);
      } else {
        const end = buffer.indexOf(LF, at);
        const found = this.#read(buffer, at, end, line, scrape);
        if (found !== undefined && before[found.index] === found) guess = found.index + 1;
        if (found !== undefined) this.#take(found, buffer, at + found.key.length, line, scrape);
        at = end + 1;
      }
      if (scrape.full || (now !== undefined && line % CLOCK_LINES === 0 && now() > deadline)) {
        if (!scrape.full) scrape.notes.add(`parsing took longer than ${this.#limits.ms} ms: the rest was left out`);
        return;
      }
    }
  }

  /** The known line that begins at `at`, made when it is new; undefined for empty and broken ones. */
  #read(buffer: Buffer, at: number, end: number, line: number, scrape: Scrape): Known | undefined {
    const start = skipBlanks(buffer, at);
    if (start >= end || (buffer[start] === CR && start + 1 === end)) return undefined;
    if (end - at > this.#limits.line) return scrape.broken(line, `longer than ${this.#limits.line} bytes`);
    const isComment = buffer[start] === HASH;
    const keyEnd = isComment ? end - (buffer[end - 1] === CR ? 1 : 0) : headEnd(buffer, start);
    const key = buffer.toString('latin1', at, keyEnd);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    try {
      const made = isComment
        ? this.#commentLine(key, buffer.subarray(start, keyEnd))
        : this.#sampleLine(key, buffer, start);
      this.#known.set(key, made);
      return made;
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      return scrape.broken(line, error.message);
    }
  }

  /** A new line with a sample. However it is written, the same name and labels are one series. */
  #sampleLine(key: string, buffer: Buffer, at: number): Known {
    const { name, labels } = readHead(buffer, at, this.#intern);
    const identity = labels.length < 4 ? '' : `${name}\n${labels.join('\n')}`;
    const same = identity === '' ? undefined : this.#series.get(identity);
    if (same !== undefined) return { ...same, key, index: -1 };
    const series = makeSeries(this.#families, name, labels);
    const made: Known = { key, series, comment: undefined, index: -1, seen: { scrape: 0 } };
    if (identity !== '') this.#series.set(identity, made);
    return made;
  }

  #commentLine(key: string, line: Buffer): Known {
    const comment = parseComment(line, this.#families);
    return { key, series: undefined, comment, index: -1, seen: { scrape: 0 } };
  }

  readonly #intern = (text: string): string => {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  };

  /** Takes the sample (or comment) of a known line whose value begins at `at`; answers where the next line begins. */
  #take(known: Known, buffer: Buffer, at: number, line: number, scrape: Scrape): number {
    scrape.add(known);
    const { series } = known;
    if (series === undefined) {
      known.comment?.();
      return buffer.indexOf(LF, at) + 1;
    }
    const start = skipBlanks(buffer, at);
    const end = tokenEnd(buffer, start);
    const value = parseNumber(buffer, start, end);
    if (value === undefined) return scrape.badValue(buffer, start, line, series);
    if (known.seen.scrape === this.#scrape) scrape.broken(line, `${seriesText(series)} is there twice`);
    else if (buffer[end] === LF) scrape.sample(series, value, Number.NaN);
    else return this.#rest(known, value, buffer, end, line, scrape);
    known.seen.scrape = this.#scrape;
    return buffer.indexOf(LF, end) + 1;
  }

  /** What may follow a value: a timestamp, an exemplar. */
  #rest(known: Known, value: number, buffer: Buffer, from: number, line: number, scrape: Scrape): number {
    const next = buffer.indexOf(LF, from);
    const { series } = known;
    try {
      let at = skipBlanks(buffer, from);
      let time = Number.NaN;
      if (buffer[at] !== HASH && !isLineEnd(buffer, at)) {
        const end = tokenEnd(buffer, at);
        time = timestamp(buffer, at, end, scrape.openMetrics);
        at = skipBlanks(buffer, end);
      }
      const exemplar = buffer[at] === HASH ? this.#exemplar(buffer, at) : undefined;
      if (exemplar === undefined && !isLineEnd(buffer, at)) throw new BrokenLine('there is more after its timestamp');
      if (series !== undefined) {
        scrape.sample(series, value, time);
        if (exemplar !== undefined) scrape.exemplars.set(series, exemplar);
      }
      known.seen.scrape = this.#scrape;
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      scrape.broken(line, error.message);
    }
    return next + 1;
  }

  #exemplar(buffer: Buffer, hash: number): Exemplar {
    const open = skipBlanks(buffer, hash + 1);
    if (buffer[open] !== OPEN) throw new BrokenLine('the exemplar has no labels');
    const { labels, name, end } = readBraces(buffer, open, (text) => text);
    if (name !== '') throw new BrokenLine(`label ${name} has no equals sign`);
    const start = skipBlanks(buffer, end);
    const stop = tokenEnd(buffer, start);
    const value = parseNumber(buffer, start, stop);
    if (value === undefined) throw new BrokenLine('the exemplar has no number');
    const at = skipBlanks(buffer, stop);
    if (isLineEnd(buffer, at)) return { labels, value };
    const after = tokenEnd(buffer, at);
    const time = timestamp(buffer, at, after, true);
    if (!isLineEnd(buffer, skipBlanks(buffer, after))) throw new BrokenLine('there is more after its exemplar');
    return { labels, value, timestamp: time };
  }

  /** Drops the lines that the last scrape did not have, so that series that come and go do not pile up. */
  #forget(): void {
    this.#known = new Map(this.#order.map((known) => [known.key, known]));
    this.#series.clear();
    this.#texts.clear();
  }
}

/** Parses one exposition by itself. See ExpositionParser for an endpoint that is read again and again. */
export function parseExposition(body: string | Uint8Array, options: ParseOptions = {}): Exposition {
  return new ExpositionParser(options.limits).parse(body, options);
}

/** What one scrape gathers. */
class Scrape {
  openMetrics = false;
  full = false;
  readonly order: Known[] = [];
  readonly notes = new Set<string>();
  readonly exemplars = new Map<Series, Exemplar>();
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

  add(known: Known): void {
    known.index = this.order.length;
    this.order.push(known);
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

  broken(line: number, message: string): undefined {
    this.#errorCount += 1;
    if (this.#errors.length < this.#limits.errors) this.#errors.push({ line, message });
  }

  /** A value that is no number: a native histogram is noted, anything else is an error. Answers where the next line begins. */
  badValue(buffer: Buffer, at: number, line: number, series: Series): number {
    const next = buffer.indexOf(LF, at) + 1;
    if (buffer[at] === OPEN) this.#native += 1;
    else {
      const text = buffer.toString('utf8', at, Math.min(next - 1, at + 40)).trim();
      this.broken(line, text === '' ? `${seriesText(series)} has no value` : `${JSON.stringify(text)} is not a number`);
    }
    return next;
  }

  result(): Exposition {
    if (this.#native > 0) this.notes.add(`${this.#native} native histogram samples were skipped`);
    const families = new Map<string, Family>();
    for (const { family } of this.#series) families.set(family.name, family);
    const count = this.#series.length;
    return {
      openMetrics: this.openMetrics,
      families,
      series: this.#series,
      values: this.#values.subarray(0, count),
      ...(this.#timestamps === undefined ? {} : { timestamps: this.#timestamps.subarray(0, count) }),
      exemplars: this.exemplars.size === 0 ? NONE : this.exemplars,
      errors: this.#errors,
      errorCount: this.#errorCount,
      notes: [...this.notes],
    };
  }
}

/** Where the value of the expected line begins, or the line's end for a comment; -1 when another line stands here. */
function matches(buffer: Buffer, at: number, expected: Known): number {
  const { key } = expected;
  const end = at + key.length;
  if (end >= buffer.length) return -1;
  for (let offset = 0; offset < key.length; offset += 1) {
    if (buffer[at + offset] !== key.charCodeAt(offset)) return -1;
  }
  const next = buffer[end];
  if (expected.series === undefined) return next === LF || (next === CR && buffer[end + 1] === LF) ? end : -1;
  if (next !== SPACE && next !== TAB) return -1;
  return buffer[skipBlanks(buffer, end)] === OPEN ? -1 : end;
}

/** Milliseconds since the epoch: OpenMetrics writes seconds, the text format whole milliseconds. */
function timestamp(buffer: Buffer, start: number, end: number, seconds: boolean): number {
  const value = parseNumber(buffer, start, end);
  if (value === undefined || !Number.isFinite(value)) {
    throw new BrokenLine(`${JSON.stringify(buffer.toString('utf8', start, end))} is not a timestamp`);
  }
  return seconds ? Math.round(value * 1000) : value;
}

function isLineEnd(buffer: Buffer, at: number): boolean {
  return buffer[at] === LF || (buffer[at] === CR && buffer[at + 1] === LF);
}

/** The body as a buffer that ends in a line feed (every scan stops there), cut at the limit. */
function ready(body: string | Uint8Array, limit: number, scrape: Scrape): Buffer {
  let buffer =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (buffer.length > limit) {
    scrape.notes.add(`longer than ${limit} bytes: the rest was left out`);
    buffer = buffer.subarray(0, buffer.lastIndexOf(LF, limit - 1) + 1);
  }
  if (buffer.length > 0 && buffer[buffer.length - 1] !== LF) buffer = Buffer.concat([buffer, Buffer.of(LF)]);
  return buffer;
}

/** Whether the last line, empty ones left aside, is `# EOF`. */
function endsInEof(buffer: Buffer): boolean {
  let end = buffer.length;
  while (end > 0 && (buffer[end - 1] ?? 0) <= SPACE) end -= 1;
  const start = end - END.length;
  if (start < 0 || buffer.compare(END, 0, END.length, start, end) !== 0) return false;
  return start === 0 || buffer[start - 1] === LF;
}
