import type { Writable } from 'node:stream';

/** Resolves when all earlier output is flushed: a pipe takes 64 KiB at once, and the rest as its reader reads. */
export function written(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => void stream.write('', () => resolve()));
}
