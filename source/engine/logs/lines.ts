import { FLAGS } from './flags.ts';
import { FrameReader, STREAMS } from './frames.ts';
import { readStamp, type Stamp } from './stamp.ts';

/** Bytes of one line that are kept. */
export const LINE_LIMIT = 64 * 1024;
/** Docker splits longer lines; each piece has the stamp of the first. */
const PIECE = 16 * 1024;

/** One whole line: its text is `bytes[start, end)`, without stamp and line end. `stamp` is valid only during the call. */
export type OnLine = (flags: number, stamp: Stamp, bytes: Buffer, start: number, end: number) => void;

/**
 * Turns the raw stream of `GET /containers/{id}/logs?timestamps=1` into lines. Bounded: at most `LINE_LIMIT` bytes of an endless line are
 * kept. A line within one chunk is not copied.
 */
export class LogReader {
  readonly #frames?: FrameReader;
  readonly #streams: readonly [LineAssembler, LineAssembler, LineAssembler];

  constructor(tty: boolean, onLine: OnLine) {
    this.#streams = [
      new LineAssembler(tty ? FLAGS.tty : 0, onLine),
      new LineAssembler(FLAGS.stderr, onLine),
      new LineAssembler(FLAGS.note, onLine),
    ];
    if (!tty)
      this.#frames = new FrameReader((stream, bytes, start, end, first) =>
        this.#of(stream).piece(bytes, start, end, first),
      );
  }

  push(chunk: Buffer): void {
    if (this.#frames) this.#frames.push(chunk);
    else this.#streams[0].piece(chunk, 0, chunk.length, false);
  }

  /** Emits lines without a newline, once nothing more will follow. */
  flush(): void {
    for (const stream of this.#streams) stream.flush();
  }

  /** Whether a long line has not ended yet. */
  get unfinished(): boolean {
    return (this.#frames?.whole ?? true) && this.#streams.some((stream) => stream.unfinished);
  }

  /** Emits the received part of such lines. */
  emitUnfinished(): void {
    for (const stream of this.#streams) if (stream.unfinished) stream.emitUnfinished();
  }

  #of(stream: number): LineAssembler {
    if (stream === STREAMS.stderr) return this.#streams[1];
    return stream === STREAMS.engine ? this.#streams[2] : this.#streams[0];
  }
}

const LINE_FEED = 10;
const RETURN = 13;
const NONE = Buffer.alloc(0);

/** Assembles the lines of one stream from pieces. */
class LineAssembler {
  readonly #flags: number;
  readonly #onLine: OnLine;
  readonly #stamp: Stamp = { seconds: 0, nanos: 0 };
  readonly #skipped: Stamp = { seconds: 0, nanos: 0 };
  /** The beginning of a line that has not ended: `#held[0, #length)`, stamp included. */
  #held: Buffer = NONE;
  #length = 0;
  #lost = 0;
  /** The rest of a line that was cut at the limit is skipped. */
  #skipping = false;

  constructor(flags: number, onLine: OnLine) {
    this.#flags = flags;
    this.#onLine = onLine;
  }

  piece(bytes: Buffer, start: number, end: number, first: boolean): void {
    let at = this.#skipping ? this.#skip(bytes, start, end) : start;
    // The previous frame had no newline: this one continues the line, after its own stamp.
    if (first && this.#length > 0) at += readStamp(bytes, start, end, this.#skipped);
    while (at < end) {
      const feed = bytes.indexOf(LINE_FEED, at);
      const until = feed < 0 || feed >= end ? end : feed;
      if (until < end && this.#length === 0) this.#emit(bytes, at, until, 0);
      else {
        this.#hold(bytes, at, until);
        if (until < end) this.flush();
      }
      at = until + 1;
    }
  }

  flush(): void {
    if (this.#length === 0) return;
    const { line, lost } = this.#release();
    this.#emit(line, 0, line.length, lost);
  }

  /** Docker splits a line only when it is longer than a piece; a shorter one is still arriving. */
  get unfinished(): boolean {
    return this.#length >= PIECE;
  }

  emitUnfinished(): void {
    const { line, lost } = this.#release();
    this.#skipping = lost > 0;
    this.#emit(line, 0, line.length, lost, true);
  }

  #release(): { line: Buffer; lost: number } {
    const line = Buffer.from(this.#held.subarray(0, this.#length));
    const lost = this.#lost;
    this.#length = 0;
    this.#lost = 0;
    if (this.#held.length > PIECE) this.#held = NONE;
    return { line, lost };
  }

  #skip(bytes: Buffer, start: number, end: number): number {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed < 0 || feed >= end) return end;
    this.#skipping = false;
    return feed + 1;
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    const room = Math.max(0, Math.min(end - start, LINE_LIMIT - this.#length));
    if (this.#length + room > this.#held.length) this.#grow(this.#length + room);
    bytes.copy(this.#held, this.#length, start, start + room);
    this.#length += room;
    this.#lost += end - start - room;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(LINE_LIMIT, Math.max(512, needed * 2)));
    this.#held.copy(larger, 0, 0, this.#length);
    this.#held = larger;
  }

  #emit(bytes: Buffer, start: number, end: number, lost: number, unfinished = false): void {
    const stampLength = readStamp(bytes, start, end, this.#stamp);
    const last = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    const flags = this.#flags | (stampLength === 0 ? FLAGS.unstamped : 0);
    const from = Math.min(start + stampLength, last);
    if (lost === 0 && !unfinished && last - from <= PIECE) this.#onLine(flags, this.#stamp, bytes, from, last);
    else this.#emitLong(withoutInnerStamps(bytes, start, from, last), flags, lost, unfinished);
  }

  #emitLong(text: Buffer, flags: number, lost: number, unfinished: boolean): void {
    const kept = text.subarray(0, LINE_LIMIT);
    const note = cutNote(lost + text.length - kept.length, unfinished);
    const whole = note === '' ? kept : Buffer.concat([kept, Buffer.from(note)]);
    this.#onLine(note === '' ? flags : flags | FLAGS.cut, this.#stamp, whole, 0, whole.length);
  }
}

function cutNote(missing: number, unfinished: boolean): string {
  if (unfinished)
    return missing === 0 ? ' [no line end yet]' : ` [cut here: ${missing} more bytes so far, and no line end]`;
  return missing === 0 ? '' : ` [cut here: ${missing} more bytes]`;
}

/** A TTY's stream has no frames: the stamps of a long line's pieces stand in its middle, after every 16 KiB. */
function withoutInnerStamps(bytes: Buffer, start: number, from: number, end: number): Buffer {
  const stamp = bytes.subarray(start, from);
  if (stamp.length === 0) return bytes.subarray(from, end);
  const parts: Buffer[] = [];
  let at = from;
  while (
    end - at > PIECE &&
    bytes.compare(stamp, 0, stamp.length, at + PIECE, Math.min(end, at + PIECE + stamp.length)) === 0
  ) {
    parts.push(bytes.subarray(at, at + PIECE));
    at += PIECE + stamp.length;
  }
  parts.push(bytes.subarray(at, end));
  return parts.length === 1 ? (parts[0] ?? NONE) : Buffer.concat(parts);
}
