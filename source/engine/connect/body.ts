import type { Readable } from 'node:stream';

/** An answer that is longer than it may be. */
export class TooLong extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/**
 * The whole body. Fails when it is cut off, when the call is cancelled, and with TooLong beyond `limit` bytes. By events: an
 * asynchronous iterator costs as much as the request.
 */
export function readBody(response: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // Destroying the stream ends the connection too.
      if (size > limit) response.destroy(new TooLong(limit));
      else chunks.push(chunk);
    });
    response.once('end', () => resolve(Buffer.concat(chunks, size)));
    response.once('error', reject);
    response.once('close', () => reject(Object.assign(new Error('cut off'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })));
  });
}
