import type { Readable } from 'node:stream';

/** An answer that is longer than it may be. */
export class TooLong extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/** The whole body. Fails when it is cut off, when the call is cancelled, and with TooLong beyond `limit` bytes. */
export async function readBody(response: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > limit) throw new TooLong(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
