import type { Clock } from '../../lib/clock.ts';
import type { Engine } from '../engine.ts';
import { FLAGS } from './flags.ts';
import { LogReader } from './lines.ts';
import { compareStamps, type Stamp } from './stamp.ts';

/** Silence of a live stream after which the engine is asked, and the interval of further questions (ms). */
const SILENT = 60_000;

/**
 * Asks from time to time, while a live stream is silent, whether the engine has newer lines than it gave out: where a log was
 * truncated or rotated under its reader, the engine may leave the stream open and say nothing more (moby/moby #45728).
 */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #isStale: () => Promise<boolean>;
  readonly #onStale: () => void;
  #cancel?: () => void;
  #stopped = false;

  constructor(clock: Clock, isStale: () => Promise<boolean>, onStale: () => void) {
    this.#clock = clock;
    this.#isStale = isStale;
    this.#onStale = onStale;
    this.#arm();
  }

  /** Data arrived. */
  touch(): void {
    this.#cancel?.();
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #arm(): void {
    if (!this.#stopped) this.#cancel = this.#clock.after(SILENT, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const cancel = this.#cancel;
    // If the engine is out of reach, the stream ends anyway.
    const stale = await this.#isStale().catch(() => false);
    if (this.#stopped || cancel !== this.#cancel) return;
    if (stale) this.#onStale();
    else this.#arm();
  }
}

/** Whether the newest line of a log differs from `known`, or there is no line any more. */
export async function hasMoved(
  engine: Pick<Engine, 'logs'>,
  { id, tty, signal }: { id: string; tty: boolean; signal: AbortSignal },
  known: Stamp,
): Promise<boolean> {
  const stream = await engine.logs(id, { follow: false, tail: 1, signal });
  let newest: Stamp | undefined;
  const reader = new LogReader(tty, (flags, { seconds, nanos }) => {
    if ((flags & (FLAGS.note | FLAGS.unstamped)) === 0) newest = { seconds, nanos };
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) reader.push(chunk);
    reader.flush();
  } finally {
    stream.destroy();
  }
  return newest === undefined || compareStamps(newest, known) > 0;
}
