import { compareStamps, fromMillis, type Stamp } from './stamp.ts';

/**
 * Consecutive lines of one source, as columns: at hundreds of thousands of lines per second an object per line would
 * cost more than the line. The text of line i is `bytes[starts[i], ends[i])`, UTF-8 as the program wrote it.
 */
export type LineBatch = {
  readonly bytes: Buffer;
  readonly starts: number[];
  readonly ends: number[];
  readonly seconds: number[];
  readonly nanos: number[];
  /** Bits of `FLAGS`. */
  readonly flags: number[];
  /** Existed when the log was opened, rather than written since. */
  history?: boolean;
};

export function createBatch(bytes: Buffer): LineBatch {
  return { bytes, starts: [], ends: [], seconds: [], nanos: [], flags: [] };
}

export function addLine(batch: LineBatch, flags: number, stamp: Stamp, start: number, end: number): void {
  batch.starts.push(start);
  batch.ends.push(end);
  batch.seconds.push(stamp.seconds);
  batch.nanos.push(stamp.nanos);
  batch.flags.push(flags);
}

/** A batch of one line. */
export function batchOf(text: string, stamp: Stamp, flags: number): LineBatch {
  const bytes = Buffer.from(text);
  const batch = createBatch(bytes);
  addLine(batch, flags, stamp, 0, bytes.length);
  return batch;
}

export function stampAt(batch: LineBatch, index: number): Stamp {
  return { seconds: batch.seconds[index] ?? 0, nanos: batch.nanos[index] ?? 0 };
}

/** Like `compareStamps`, for line i of one batch and line k of another. */
export function compareLines(a: LineBatch, i: number, b: LineBatch, k: number): number {
  return (a.seconds[i] ?? 0) - (b.seconds[k] ?? 0) || (a.nanos[i] ?? 0) - (b.nanos[k] ?? 0);
}

/** Like `compareStamps`, for line i and a time. */
export function compareTo(batch: LineBatch, i: number, stamp: Stamp): number {
  return compareStamps(stampAt(batch, i), stamp);
}

/** Gives lines without a time in front of all others, such as the engine's first message about a stream, this one (ms). */
export function stampFirst(batch: LineBatch, at: number): void {
  const { seconds, nanos } = fromMillis(at);
  for (let line = 0; batch.seconds[line] === 0; line += 1) {
    batch.seconds[line] = seconds;
    batch.nanos[line] = nanos;
  }
}

/** The same lines at other times, `by` ms later; to the nanosecond. */
export function movedBatch(batch: LineBatch, by: number): LineBatch {
  if (by === 0) return batch;
  const shift = fromMillis(by);
  const seconds: number[] = [];
  const nanos: number[] = [];
  for (let at = 0; at < batch.starts.length; at += 1) {
    const sum = (batch.nanos[at] ?? 0) + shift.nanos;
    seconds.push((batch.seconds[at] ?? 0) + shift.seconds + (sum >= 1e9 ? 1 : 0));
    nanos.push(sum >= 1e9 ? sum - 1e9 : sum);
  }
  return { ...batch, seconds, nanos };
}
