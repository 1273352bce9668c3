import type { Writable } from 'node:stream';

/** Resolves when everything that was written before is out: a pipe takes 64 KiB at once, the rest when its reader has read. */
export function written(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => void stream.write('', () => resolve()));
}
