import { maskText } from '../../lib/secrets.ts';
import type { Engine } from '../engine.ts';
import { LogReader } from '../logs/lines.ts';

export type LastLinesQuery = {
  id: string;
  tty: boolean;
  /** Lines written before this time (ms) are of another run and left out. */
  since?: number;
  lines?: number;
  signal?: AbortSignal;
};

const LINES = 20;
/** Bytes that are read of the engine's answer, and characters that are kept of one line before and after masking. */
const MOST_BYTES = 1024 * 1024;
const MASKED = 4000;
const KEPT = 500;

/** The last lines of a container's log, both streams together, oldest first, secrets masked. Fails as `logs` does. */
export async function readLastLines(engine: Pick<Engine, 'logs'>, query: LastLinesQuery): Promise<string[]> {
  const { id, tty, since, lines: count = LINES, signal } = query;
  const stream = await engine.logs(id, { follow: false, tail: count, since, signal });
  const destroy = () => void stream.destroy();
  signal?.addEventListener('abort', destroy, { once: true });
  const lines: string[] = [];
  const reader = new LogReader(tty, (_flags, _stamp, bytes, start, end) => {
    lines.push(bytes.toString('utf8', start, Math.min(end, start + MASKED)));
    if (lines.length > count) lines.shift();
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
  return masked(lines);
}

/** Masked as one text: a key may go over several lines. */
function masked(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return maskText(lines.join('\n'))
    .split('\n')
    .map((line) => line.slice(0, KEPT));
}
