import type { Clock } from '../../lib/clock.ts';
import { compareLines, compareTo, type LineBatch, stampAt } from './batch.ts';
import { compareStamps, type Stamp } from './stamp.ts';

/** Lines of source number `source`: those of `batch` from `from` up to, not including, `to`. */
export type OnRun = (source: number, batch: LineBatch, from: number, to: number) => void;

export type MergeOptions = {
  /** Milliseconds that a line waits for earlier lines of other sources. */
  windowMs?: number;
  /** Bytes of waiting lines over all sources; above this, lines are emitted without waiting. */
  limitBytes?: number;
  /** Milliseconds after which a source whose history does not arrive no longer delays the others. */
  patienceMs?: number;
};

type Waiting = {
  batch: LineBatch;
  next: number /** When it arrived; -Infinity if it need not wait. */;
  arrived: number;
};

type Source = {
  queue: Waiting[];
  bytes: number;
  /** Still emitting the lines that existed at the beginning. */
  history: boolean;
  /** Time of its last line, and when it arrived. */
  reached?: Stamp;
  heard: number;
  left: boolean;
  /** Calls of `push` that wait for room. */
  held: (() => void)[];
};

/** Lines of one source this close together (nanoseconds) stay together if they look like one message. */
const TOGETHER = 10e6;

/**
 * Merges the lines of several sources by the engine's times. Existing lines are merged exactly: none is emitted before every source has
 * delivered up to its time. New lines wait for `windowMs`, so that earlier lines of a slower source can come first. The order within a
 * source is never changed, and no more than `limitBytes` wait.
 */
export class Merger {
  readonly #clock: Clock;
  readonly #onRun: OnRun;
  readonly #window: number;
  readonly #limit: number;
  readonly #patience: number;
  readonly #sources = new Map<number, Source>();
  #bytes = 0;
  #timer?: () => void;

  constructor(
    clock: Clock,
    onRun: OnRun,
    { windowMs = 100, limitBytes = 8 * 1024 * 1024, patienceMs = 1000 }: MergeOptions = {},
  ) {
    this.#clock = clock;
    this.#onRun = onRun;
    this.#window = windowMs;
    this.#limit = limitBytes;
    this.#patience = patienceMs;
  }

  join(source: number): void {
    this.#sources.set(source, {
      queue: [],
      bytes: 0,
      history: true,
      heard: this.#clock.now(),
      left: false,
      held: [],
    });
  }

  /** Resolves when there is room for more; undefined when there is. */
  push(source: number, batch: LineBatch): Promise<void> | undefined {
    const state = this.#sources.get(source);
    if (!state || batch.starts.length === 0) return undefined;
    const now = this.#clock.now();
    state.heard = now;
    state.reached = stampAt(batch, batch.starts.length - 1);
    if (this.#sources.size === 1 && this.#bytes === 0) {
      this.#onRun(source, batch, 0, batch.starts.length);
      return undefined;
    }
    state.queue.push({ batch, next: 0, arrived: state.history ? Number.NEGATIVE_INFINITY : now });
    this.#count(state, size(batch));
    this.#drain();
    if (state.bytes <= this.#share()) return undefined;
    return new Promise((resolve) => state.held.push(resolve));
  }

  /** The source has delivered all lines that existed at the beginning. */
  caughtUp(source: number): void {
    const state = this.#sources.get(source);
    if (!state) return;
    state.history = false;
    this.#drain();
  }

  /** Nothing more will come from the source; its waiting lines are still emitted in order. */
  leave(source: number): void {
    const state = this.#sources.get(source);
    if (!state) return;
    state.left = true;
    state.history = false;
    if (state.queue.length === 0) this.#sources.delete(source);
    this.#drain();
  }

  /** Emits all waiting lines. */
  flush(): void {
    this.#emitUntil(undefined);
    this.#settle();
  }

  close(): void {
    this.#timer?.();
    for (const source of this.#sources.values()) release(source);
    this.#sources.clear();
    this.#bytes = 0;
  }

  /** Bytes that one source may have waiting before it is held back. */
  #share(): number {
    return this.#limit / 2 / Math.max(1, this.#sources.size);
  }

  #count(source: Source, bytes: number): void {
    source.bytes += bytes;
    this.#bytes += bytes;
  }

  #drain(): void {
    if (this.#bytes > this.#limit) this.#emitUntil(undefined);
    else {
      const horizon = this.#horizon();
      if (horizon) this.#emitUntil(horizon);
    }
    this.#settle();
  }

  /** Up to where lines may be emitted: the newest line that has waited long enough, but not beyond any incomplete history. */
  #horizon(): Stamp | undefined {
    const now = this.#clock.now();
    let due: Stamp | undefined;
    let limit: Stamp | undefined;
    for (const source of this.#sources.values()) {
      for (const stamp of ripeStamps(source.queue, now - this.#window)) {
        if (!due || compareStamps(stamp, due) > 0) due = stamp;
      }
      if (!source.history || now - source.heard >= this.#patience) continue;
      if (!source.reached) return undefined;
      if (!limit || compareStamps(source.reached, limit) < 0) limit = source.reached;
    }
    return due && limit && compareStamps(limit, due) < 0 ? limit : due;
  }

  #emitUntil(horizon: Stamp | undefined): void {
    for (;;) {
      const [first, second] = this.#heads();
      if (first === undefined) return;
      const head = this.#head(first);
      if (!head || (horizon && compareTo(head.batch, head.next, horizon) > 0)) return;
      const rival = second === undefined ? undefined : this.#head(second);
      this.#run(first, head, runEnd(head, rival, horizon));
    }
  }

  /** The sources with the earliest and the next earliest line. */
  #heads(): [number?, number?] {
    let first: [number, Waiting] | undefined;
    let second: [number, Waiting] | undefined;
    for (const [number, { queue }] of this.#sources) {
      const head = queue[0];
      if (!head) continue;
      if (!first || isBefore(head, first[1])) {
        second = first;
        first = [number, head];
      } else if (!second || isBefore(head, second[1])) second = [number, head];
    }
    return [first?.[0], second?.[0]];
  }

  #head(source: number): Waiting | undefined {
    return this.#sources.get(source)?.queue[0];
  }

  #run(source: number, head: Waiting, to: number): void {
    this.#onRun(source, head.batch, head.next, to);
    head.next = to;
    if (to < head.batch.starts.length) return;
    const state = this.#sources.get(source);
    if (!state) return;
    state.queue.shift();
    this.#count(state, -size(head.batch));
    if (state.left && state.queue.length === 0) this.#sources.delete(source);
  }

  /** Resumes sources that wait for room, and schedules the next check of waiting lines. */
  #settle(): void {
    for (const source of this.#sources.values()) if (source.bytes <= this.#share()) release(source);
    if (this.#bytes === 0 || this.#timer) return;
    this.#timer = this.#clock.after(this.#window, () => {
      this.#timer = undefined;
      this.#drain();
    });
  }
}

/** The end of the run at the head: lines before the other source's next line, and those that belong to them. */
function runEnd({ batch, next }: Waiting, rival: Waiting | undefined, horizon: Stamp | undefined): number {
  let to = next + 1;
  for (; to < batch.starts.length; to += 1) {
    const early =
      (!rival || compareLines(batch, to, rival.batch, rival.next) <= 0) &&
      (!horizon || compareTo(batch, to, horizon) <= 0);
    if (!early && !continues(batch, to)) break;
  }
  return to;
}

/** Whether a line continues the previous one: indented or closing a bracket, and written right after it. */
function continues(batch: LineBatch, index: number): boolean {
  const start = batch.starts[index] ?? 0;
  if (start >= (batch.ends[index] ?? 0)) return false;
  const byte = batch.bytes[start];
  if (byte !== 32 && byte !== 9 && byte !== 125 && byte !== 93 && byte !== 41) return false;
  const seconds = (batch.seconds[index] ?? 0) - (batch.seconds[index - 1] ?? 0);
  return seconds * 1e9 + (batch.nanos[index] ?? 0) - (batch.nanos[index - 1] ?? 0) < TOGETHER;
}

/** The time of a queue's last line that has waited long enough, or of its first, as times may go backwards within it. */
function ripeStamps(queue: readonly Waiting[], before: number): Stamp[] {
  const head = queue[0];
  const last = queue.findLast(({ arrived }) => arrived <= before);
  if (!head || !last) return [];
  return [stampAt(head.batch, head.next), stampAt(last.batch, last.batch.starts.length - 1)];
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return compareLines(a.batch, a.next, b.batch, b.next) < 0;
}

function release(source: Source): void {
  const { held } = source;
  source.held = [];
  for (const resolve of held) resolve();
}

/** Memory of a batch: text and columns, in bytes. */
function size(batch: LineBatch): number {
  return batch.bytes.length + batch.starts.length * 40;
}
