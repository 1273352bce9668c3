import { endsInEof, readyBody } from './body.ts';
import { CR, HASH, LF, OPEN, parseNumber, SPACE, skipBlanks, TAB, tokenEnd } from './bytes.ts';
import { parseComment } from './comments.ts';
import { DEFAULT_LIMITS, type Exposition, type ExpositionLimits, type Series, seriesText } from './exposition.ts';
import { Families, makeSeries } from './families.ts';
import { Gathering } from './gathering.ts';
import { BrokenLine, headEnd, readHead } from './labels.ts';
import { readTail } from './tail.ts';

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

/** How many lines go by between two looks at the clock. */
const CLOCK_LINES = 4096;

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
  /**
   * By name and labels in their order, for a program that writes labels in another order each time. Made when the first
   * new line comes after the first scrape: most programs never need it.
   */
  #identities: Map<string, Known> | undefined;
  #texts = new Map<string, string>();
  /** The lines of the last scrape, in order. */
  #order: Known[] = [];
  /** Those of the scrape that is being read. */
  #next: Known[] = [];
  #scrape = 0;

  constructor(limits: Partial<ExpositionLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  parse(body: string | Uint8Array, options: Omit<ParseOptions, 'limits'> = {}): Exposition {
    const scrape = new Gathering(this.#limits, this.#order.length);
    const { buffer, cut } = readyBody(body, this.#limits.bytes);
    if (cut) scrape.notes.add(`longer than ${this.#limits.bytes} bytes: the rest was left out`);
    scrape.openMetrics = endsInEof(buffer);
    if (!scrape.openMetrics && /openmetrics/i.test(options.contentType ?? '')) {
      scrape.openMetrics = true;
      scrape.notes.add('the answer does not end in # EOF: it was cut off');
    }
    this.#scrape += 1;
    this.#next = [];
    this.#lines(buffer, scrape, options.now);
    this.#order = this.#next;
    if (this.#known.size > 2 * this.#order.length + 1000) this.#forget();
    return scrape.result();
  }

  #lines(buffer: Buffer, scrape: Gathering, now: (() => number) | undefined): void {
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
  #read(buffer: Buffer, at: number, end: number, line: number, scrape: Gathering): Known | undefined {
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
    const identity = this.#scrape === 1 ? undefined : identityOf(name, labels);
    if (identity !== undefined) this.#identities ??= identified(this.#known.values());
    const same = identity === undefined ? undefined : this.#identities?.get(identity);
    if (same !== undefined) return { ...same, key, index: -1 };
    const series = makeSeries(this.#families, name, labels);
    const made: Known = { key, series, comment: undefined, index: -1, seen: { scrape: 0 } };
    if (identity !== undefined) this.#identities?.set(identity, made);
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
  #take(known: Known, buffer: Buffer, at: number, line: number, scrape: Gathering): number {
    known.index = this.#next.length;
    this.#next.push(known);
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
    else return this.#tail(known, value, buffer, end, line, scrape);
    known.seen.scrape = this.#scrape;
    return buffer.indexOf(LF, end) + 1;
  }

  /** A sample with something after its value. */
  #tail(known: Known, value: number, buffer: Buffer, from: number, line: number, scrape: Gathering): number {
    const { series } = known;
    try {
      const { time, exemplar } = readTail(buffer, from, scrape.openMetrics);
      if (series !== undefined) {
        scrape.sample(series, value, time);
        if (exemplar !== undefined) scrape.exemplars.set(series, exemplar);
      }
      known.seen.scrape = this.#scrape;
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      scrape.broken(line, error.message);
    }
    return buffer.indexOf(LF, from) + 1;
  }

  /** Drops the lines that the last scrape did not have, so that series that come and go do not pile up. */
  #forget(): void {
    this.#known = new Map(this.#order.map((known) => [known.key, known]));
    this.#identities = undefined;
    this.#texts.clear();
  }
}

/** Parses one exposition by itself. See ExpositionParser for an endpoint that is read again and again. */
export function parseExposition(body: string | Uint8Array, options: ParseOptions = {}): Exposition {
  return new ExpositionParser(options.limits).parse(body, options);
}

/** Undefined for fewer than two labels: those have no order. */
function identityOf(name: string, labels: readonly string[]): string | undefined {
  return labels.length < 4 ? undefined : `${name}\n${labels.join('\n')}`;
}

function identified(lines: Iterable<Known>): Map<string, Known> {
  const found = new Map<string, Known>();
  for (const known of lines) {
    const identity = known.series && identityOf(known.series.name, known.series.labels);
    if (identity !== undefined) found.set(identity, known);
  }
  return found;
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
