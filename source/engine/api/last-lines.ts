import { maskLines, maskText } from '../../lib/secrets.ts';
import type { Engine } from '../engine.ts';
import { LogReader } from '../logs/lines.ts';
import { toMillis } from '../logs/stamp.ts';

export type LastLinesQuery = {
  id: string;
  tty: boolean;
  /** Lines before this time (ms) belong to an earlier run and are left out. */
  since?: number;
  lines?: number;
  signal?: AbortSignal;
};

/** Lines as they were written, oldest first. */
export type LastLinesRead = {
  lines: readonly string[];
  /** When each was written, by the engine's clock, ms since the epoch; 0 if the engine does not say. */
  times: readonly number[];
};

/** Enough for a trace of many frames, or goroutines. */
const LINES = 100;
/** Limits: bytes read from the engine's answer, and characters kept per line and in total, newest first. */
const MOST_BYTES = 1024 * 1024;
const KEPT = 4000;
const KEPT_OF_ALL = 64 * 1024;

/** The last lines of a container's log, both streams together, secrets masked by `mask`. Fails as `logs` does. */
export async function readLastLines(
  engine: Pick<Engine, 'logs'>,
  query: LastLinesQuery,
  mask = maskText,
): Promise<LastLinesRead> {
  const { id, tty, since, lines: count = LINES, signal } = query;
  const stream = await engine.logs(id, { follow: false, tail: count, since, signal });
  const destroy = () => void stream.destroy();
  signal?.addEventListener('abort', destroy, { once: true });
  const read: { text: string; time: number }[] = [];
  const reader = new LogReader(tty, (_flags, stamp, bytes, start, end) => {
    // Cut after masking: a secret may be where the cut is.
    read.push({ text: bytes.toString('utf8', start, Math.min(end, start + 2 * KEPT)), time: toMillis(stamp) });
    if (read.length > count) read.shift();
  });
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      reader.push(chunk);
      size += chunk.length;
      if (size >= MOST_BYTES) break;
    }
    reader.flush();
  } finally {
    signal?.removeEventListener('abort', destroy);
    stream.destroy();
  }
  const kept = newest(read);
  return {
    lines: maskLines(
      kept.map(({ text }) => text),
      mask,
    ).map((line) => line.slice(0, KEPT)),
    times: kept.map(({ time }) => time),
  };
}

/** As many of the newest lines as fit. */
function newest<T extends { text: string }>(all: readonly T[]): T[] {
  let size = 0;
  const from = all.findLastIndex(({ text }) => {
    size += Math.min(text.length, KEPT);
    return size > KEPT_OF_ALL;
  });
  return all.slice(from + 1);
}
