import type { LineBatch } from '../engine/logs/batch.ts';

/** Bytes and lines collected before they are moved to a segment of their own. */
const SEGMENT_BYTES = 64 * 1024;
const SEGMENT_LINES = 2048;
/** Bytes of a line's columns: times, ends, flags. */
const COLUMNS = 8 + 4 + 4;
const FLAG_BITS = 8;
const SEGMENT_MOST = SEGMENT_BYTES + SEGMENT_LINES * COLUMNS;

type Segment = {
  /** Number of its first line. */
  first: number;
  count: number;
  /** Bytes of text in it. */
  used: number;
  /** Milliseconds since the epoch, with a fraction. */
  times: Float64Array;
  ends: Uint32Array;
  /** The source and, in the lowest byte, the flags. */
  marks: Uint32Array;
  bytes: Buffer;
  /** The memory that they are in, once moved. */
  memory?: ArrayBuffer;
};

/**
 * The newest lines of all sources within a bound of bytes, the oldest dropped first. Lines have absolute numbers that never
 * change: `first` is the oldest kept, `end` the number that the next one will get. Text is kept as the received bytes and
 * decoded on demand. There is no object per line: lines are collected in one segment that is reused, and moved
 * to segments of exactly their size, each in its own pages. Those are returned to the system at once
 * when they are dropped; parts of malloc's heap would stay with the process.
 */
export class LogBuffer {
  readonly #limit: number;
  #closed: Segment[] = [];
  readonly #open = gathering();
  #room = SEGMENT_BYTES;
  #bytes = 0;
  /** Memory of the last dropped segment, reused for the next one, so that a flood of lines needs no new pages. */
  #spare?: ArrayBuffer;

  /** `limitBytes`: text and columns over all sources. */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get first(): number {
    return this.#closed[0]?.first ?? this.#open.first;
  }

  get end(): number {
    return this.#open.first + this.#open.count;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes + size(this.#open);
  }

  /** Appends lines `from` up to, not including, `to` of a batch. */
  append(source: number, batch: LineBatch, from: number, to: number): void {
    const open = this.#open;
    for (let i = from; i < to; i += 1) {
      const start = batch.starts[i] ?? 0;
      const end = batch.ends[i] ?? start;
      if (open.count === SEGMENT_LINES || open.used + end - start > this.#room) this.#makeRoom(end - start);
      batch.bytes.copy(open.bytes, open.used, start, end);
      open.used += end - start;
      const at = open.count;
      open.times[at] = (batch.seconds[i] ?? 0) * 1000 + (batch.nanos[i] ?? 0) / 1e6;
      open.ends[at] = open.used;
      open.marks[at] = (source << FLAG_BITS) | (batch.flags[i] ?? 0);
      open.count = at + 1;
    }
  }

  /** The raw text; empty for a line that was dropped. */
  text(line: number): string {
    const segment = this.#find(line);
    if (!segment) return '';
    const at = line - segment.first;
    return segment.bytes.toString('utf8', at === 0 ? 0 : segment.ends[at - 1], segment.ends[at]);
  }

  /** Milliseconds since the epoch, with a fraction. */
  time(line: number): number {
    const segment = this.#find(line);
    return segment?.times[line - segment.first] ?? 0;
  }

  source(line: number): number {
    return this.#marks(line) >>> FLAG_BITS;
  }

  flags(line: number): number {
    return this.#marks(line) & (2 ** FLAG_BITS - 1);
  }

  has(line: number): boolean {
    return line >= this.first && line < this.end;
  }

  /** Drops all lines and frees their memory. */
  clear(): void {
    for (const { memory } of this.#closed) memory?.resize(0);
    this.#closed = [];
    this.#bytes = 0;
    this.#spare?.resize(0);
    this.#spare = undefined;
    this.#reopen();
  }

  #marks(line: number): number {
    const segment = this.#find(line);
    return segment?.marks[line - segment.first] ?? 0;
  }

  /** Moves the collected lines to their own segment, and drops the oldest segments to make room. */
  #makeRoom(length: number): void {
    while (this.#bytes + size(this.#open) + SEGMENT_BYTES > this.#limit) {
      const oldest = this.#closed.shift();
      if (!oldest) break;
      this.#bytes -= size(oldest);
      this.#spare?.resize(0);
      this.#spare = oldest.memory;
    }
    if (this.#open.count > 0) {
      const closed = exactly(this.#open, this.#spare);
      if (closed.memory === this.#spare) this.#spare = undefined;
      this.#closed.push(closed);
      this.#bytes += size(closed);
      this.#reopen();
    }
    if (length > this.#room) this.#resize(length);
  }

  #reopen(): void {
    this.#open.first += this.#open.count;
    this.#open.count = 0;
    this.#open.used = 0;
    if (this.#room > SEGMENT_BYTES) this.#resize(SEGMENT_BYTES);
  }

  #resize(room: number): void {
    this.#room = room;
    this.#open.bytes = Buffer.allocUnsafeSlow(room);
  }

  #find(line: number): Segment | undefined {
    if (line >= this.#open.first) return line < this.end ? this.#open : undefined;
    let low = 0;
    let high = this.#closed.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.#closed[middle];
      if (!segment) return undefined;
      if (line < segment.first) high = middle - 1;
      else if (line >= segment.first + segment.count) low = middle + 1;
      else return segment;
    }
    return undefined;
  }
}

function gathering(): Segment {
  return {
    first: 0,
    count: 0,
    used: 0,
    times: new Float64Array(SEGMENT_LINES),
    ends: new Uint32Array(SEGMENT_LINES),
    marks: new Uint32Array(SEGMENT_LINES),
    bytes: Buffer.allocUnsafeSlow(SEGMENT_BYTES),
  };
}

/** A copy of the lines in their own memory, or in the spare one. Resizable memory comes in pages from the system. */
function exactly({ first, count, used, times, ends, marks, bytes }: Segment, spare?: ArrayBuffer): Segment {
  const length = count * COLUMNS + used;
  const fits = spare && spare.maxByteLength >= length;
  const memory = fits ? spare : new ArrayBuffer(length, { maxByteLength: Math.max(length, SEGMENT_MOST) });
  if (fits) memory.resize(length);
  const made = {
    first,
    count,
    used,
    times: new Float64Array(memory, 0, count),
    ends: new Uint32Array(memory, count * 8, count),
    marks: new Uint32Array(memory, count * 12, count),
    bytes: Buffer.from(memory, count * COLUMNS, used),
    memory,
  };
  made.times.set(times.subarray(0, count));
  made.ends.set(ends.subarray(0, count));
  made.marks.set(marks.subarray(0, count));
  bytes.copy(made.bytes, 0, 0, used);
  return made;
}

/** Bytes used by the lines of a segment. */
function size({ count, used }: Segment): number {
  return count * COLUMNS + used;
}
