import type { LineBatch } from '../engine/logs/batch.ts';

/** Bytes and lines of one segment; a closed segment gives back what it does not need, where that is worth it. */
const SEGMENT_BYTES = 64 * 1024;
const SEGMENT_LINES = 2048;
/** Bytes of a line's columns. */
const COLUMNS = 4 + 4 + 4 + 2 + 1;

type Segment = {
  /** Number of its first line. */
  first: number;
  count: number;
  bytes: Buffer;
  used: number;
  ends: Uint32Array;
  seconds: Uint32Array;
  nanos: Uint32Array;
  sources: Uint16Array;
  flags: Uint8Array;
};

/**
 * The newest lines of all sources within a bound of bytes, the oldest dropped first. Lines have absolute numbers that never
 * change: `first` is the oldest kept, `end` the number that the next one will get. Text is kept as the bytes that came and
 * decoded when it is asked for. Memory is that of the segments: no object per line.
 */
export class LogBuffer {
  readonly #limit: number;
  #segments: Segment[] = [];
  /** The last segment that was dropped whole: its memory is the next one's, so that a torrent makes no garbage. */
  #spare?: Segment;
  #bytes = 0;
  #end = 0;

  /** `limitBytes`: text and columns over all sources. */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get first(): number {
    return this.#segments[0]?.first ?? this.#end;
  }

  get end(): number {
    return this.#end;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends lines `from` up to, not including, `to` of a batch. */
  append(source: number, batch: LineBatch, from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      const start = batch.starts[i] ?? 0;
      const end = batch.ends[i] ?? start;
      const segment = this.#room(end - start);
      batch.bytes.copy(segment.bytes, segment.used, start, end);
      segment.used += end - start;
      const at = segment.count;
      segment.ends[at] = segment.used;
      segment.seconds[at] = batch.seconds[i] ?? 0;
      segment.nanos[at] = batch.nanos[i] ?? 0;
      segment.sources[at] = source;
      segment.flags[at] = batch.flags[i] ?? 0;
      segment.count = at + 1;
      this.#end += 1;
    }
  }

  /** The raw text; empty for a line that is not kept. */
  text(line: number): string {
    const segment = this.#find(line);
    if (!segment) return '';
    const at = line - segment.first;
    return segment.bytes.toString('utf8', at === 0 ? 0 : segment.ends[at - 1], segment.ends[at]);
  }

  /** Milliseconds since the epoch, with a fraction. */
  time(line: number): number {
    const segment = this.#find(line);
    if (!segment) return 0;
    const at = line - segment.first;
    return (segment.seconds[at] ?? 0) * 1000 + (segment.nanos[at] ?? 0) / 1e6;
  }

  source(line: number): number {
    const segment = this.#find(line);
    return segment?.sources[line - segment.first] ?? 0;
  }

  flags(line: number): number {
    const segment = this.#find(line);
    return segment?.flags[line - segment.first] ?? 0;
  }

  has(line: number): boolean {
    return line >= this.first && line < this.#end;
  }

  clear(): void {
    this.#segments = [];
    this.#bytes = 0;
  }

  /** The segment that takes the next line. */
  #room(length: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.count < last.ends.length && last.used + length <= last.bytes.length) return last;
    if (last) this.#bytes -= close(last);
    const made = length <= SEGMENT_BYTES ? this.#reopen() : open(this.#end, length);
    this.#segments.push(made);
    this.#bytes += size(made);
    while (this.#bytes > this.#limit && this.#segments.length > 1) {
      const oldest = this.#segments.shift();
      if (!oldest) break;
      this.#bytes -= size(oldest);
      if (isWhole(oldest)) this.#spare = oldest;
    }
    return made;
  }

  #reopen(): Segment {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare ? Object.assign(spare, { first: this.#end, count: 0, used: 0 }) : open(this.#end, SEGMENT_BYTES);
  }

  #find(line: number): Segment | undefined {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (!segment) return undefined;
      if (line < segment.first) high = middle - 1;
      else if (line >= segment.first + segment.count) low = middle + 1;
      else return segment;
    }
    return undefined;
  }
}

function open(first: number, bytes: number): Segment {
  return {
    first,
    count: 0,
    bytes: Buffer.allocUnsafeSlow(bytes),
    used: 0,
    ends: new Uint32Array(SEGMENT_LINES),
    seconds: new Uint32Array(SEGMENT_LINES),
    nanos: new Uint32Array(SEGMENT_LINES),
    sources: new Uint16Array(SEGMENT_LINES),
    flags: new Uint8Array(SEGMENT_LINES),
  };
}

/** Bytes that a segment takes. */
function size({ bytes, ends }: Segment): number {
  return bytes.length + ends.length * COLUMNS;
}

function isWhole({ bytes, ends }: Segment): boolean {
  return bytes.length === SEGMENT_BYTES && ends.length === SEGMENT_LINES;
}

/** Gives back what a full segment does not need, unless that is little; returns the bytes freed. */
function close(segment: Segment): number {
  const before = size(segment);
  if (segment.used + segment.count * COLUMNS > before * 0.8) return 0;
  const exact = Buffer.allocUnsafeSlow(segment.used);
  segment.bytes.copy(exact, 0, 0, segment.used);
  segment.bytes = exact;
  segment.ends = segment.ends.slice(0, segment.count);
  segment.seconds = segment.seconds.slice(0, segment.count);
  segment.nanos = segment.nanos.slice(0, segment.count);
  segment.sources = segment.sources.slice(0, segment.count);
  segment.flags = segment.flags.slice(0, segment.count);
  return before - size(segment);
}
