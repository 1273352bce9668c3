import type { Readable } from 'node:stream';
import { addLine, batchOf, createBatch, type LineBatch } from './batch.ts';
import { FLAGS } from './flags.ts';
import { LogReader } from './lines.ts';
import type { Break, Replay } from './replay.ts';
import { type Stamp, toMillis } from './stamp.ts';
import { SLICE_BYTES, type TurnBudget } from './turn-budget.ts';

/** Lines to which the engine gave no time. */
const UNTIMED = FLAGS.unstamped | FLAGS.note;
const NO_TIME: Stamp = { seconds: 0, nanos: 0 };

/** Turns the chunks of one connection into batches of lines that were not emitted before. */
export class Intake {
  readonly #reader: LogReader;
  #batches: LineBatch[] = [];
  #current?: LineBatch;

  /** `words`: the note for a place where lines may be missing. */
  constructor(tty: boolean, replay: Replay, words: (what: Break) => string) {
    this.#reader = new LogReader(tty, (flags, stamp, bytes, start, end) => {
      if (flags & UNTIMED) return this.#takeUntimed(flags, bytes, replay, start, end);
      const isNew = replay.admits(flags, stamp, (what) => this.#note(words(what), stamp));
      if (isNew) addLine(this.#into(bytes), flags, stamp, start, end);
    });
  }

  /** A note of the engine, or a line without a time: it stays in its place. */
  #takeUntimed(flags: number, bytes: Buffer, replay: Replay, start: number, end: number): void {
    if (flags & FLAGS.note && !replay.admitsNote(bytes.toString('utf8', start, end))) return;
    addLine(this.#into(bytes), flags, replay.newest ?? NO_TIME, start, end);
  }

  take(chunk: Buffer): LineBatch[] {
    this.#reader.push(chunk);
    return this.#taken();
  }

  /** Whether a long line has not ended yet. */
  get unfinished(): boolean {
    return this.#reader.unfinished;
  }

  /** The received part of such lines. */
  takeUnfinished(): LineBatch[] {
    this.#reader.emitUnfinished();
    return this.#taken();
  }

  /** The rest, once the last line is known to be complete. */
  finish(): LineBatch[] {
    this.#reader.flush();
    return this.#taken();
  }

  #into(bytes: Buffer): LineBatch {
    if (this.#current?.bytes === bytes) return this.#current;
    this.#current = createBatch(bytes);
    this.#batches.push(this.#current);
    return this.#current;
  }

  #note(text: string, stamp: Stamp): void {
    this.#current = undefined;
    this.#batches.push(batchOf(text, stamp, FLAGS.note));
  }

  #taken(): LineBatch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#current = undefined;
    return batches;
  }
}

/** Reads a stream to its end, or until `onSlice` answers false, in slices that leave the event loop room for keys. */
export async function readInSlices(
  stream: Readable,
  turns: TurnBudget,
  onSlice: (slice: Buffer) => boolean | Promise<boolean>,
): Promise<void> {
  for await (const chunk of stream) {
    const bytes: Buffer = chunk;
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      if (!(await onSlice(slice))) return;
      await turns.take(slice.length);
    }
  }
}

/** Number of lines and time of the newest (ms) in some batches; lines without a time are ignored. */
export function summary(batches: readonly LineBatch[]): { lines: number; newest?: number } {
  let lines = 0;
  let newest: number | undefined;
  for (const { seconds, nanos, starts, flags } of batches) {
    lines += starts.length;
    const last = flags.findLastIndex((of) => (of & UNTIMED) === 0);
    if (last >= 0) newest = toMillis({ seconds: seconds[last] ?? 0, nanos: nanos[last] ?? 0 });
  }
  return { lines, newest };
}

/** Keeps the first `count` lines of the batches. */
export function firstLines(batches: readonly LineBatch[], count: number): LineBatch[] {
  const kept: LineBatch[] = [];
  let left = count;
  for (const batch of batches) {
    if (left <= 0) break;
    for (const column of [batch.starts, batch.ends, batch.seconds, batch.nanos, batch.flags]) column.splice(left);
    left -= batch.starts.length;
    kept.push(batch);
  }
  return kept;
}
