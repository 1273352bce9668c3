import type { Readable } from 'node:stream';

const FEED = 0x0a;

/** Bytes of the longest line; longer lines are left out. */
const LIMIT = 1024 * 1024;

/**
 * Calls `onLine` with each line of a stream; chunks may break lines and characters anywhere. Empty lines and lines above
 * the limit are left out. Resolves at the stream's end; a last line without a newline counts.
 */
export async function readLines(stream: Readable, onLine: (line: string) => void, limit = LIMIT): Promise<void> {
  let held: Buffer[] = [];
  let size = 0;
  const flush = () => {
    if (size > 0 && size <= limit) onLine(Buffer.concat(held, size).toString('utf8'));
    held = [];
    size = 0;
  };
  const hold = (part: Buffer) => {
    size += part.length;
    if (size <= limit) held.push(part);
    else held = [];
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(FEED); at >= 0; at = chunk.indexOf(FEED, from)) {
      hold(chunk.subarray(from, at));
      flush();
      from = at + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  flush();
}
