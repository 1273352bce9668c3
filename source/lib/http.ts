import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** HTTP requests to programs other than the engine: one GET, its own connection, a bounded body. */

/**
 * The head of the answer to a GET of an http: or https: address, whatever its status; redirects are not followed. The signal also ends the
 * body. Fails with Node's own errors.
 */
export function httpGet(
  target: URL,
  { signal, headers }: { signal: AbortSignal; headers?: Readonly<Record<string, string>> },
): Promise<IncomingMessage> {
  const { get } = target.protocol === 'https:' ? https : http;
  const all = { 'user-agent': 'deskhand', connection: 'close', ...headers };
  return new Promise((resolve, reject) => {
    get(target, { agent: false, signal, headers: all }, resolve).on('error', reject);
  });
}

/** An answer longer than the limit. */
export class TooLong extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`the answer is longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/**
 * The whole body. Fails if it is truncated or the call is cancelled, and with TooLong beyond `limit` bytes. Uses events: an asynchronous
 * iterator would cost as much as the request.
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

/** Like readBody, for an answer that may be compressed; `limit` counts uncompressed bytes. */
export async function readUnzipped(response: IncomingMessage, limit: number): Promise<Buffer> {
  if (!/gzip/i.test(response.headers['content-encoding'] ?? '')) return readBody(response, limit);
  const unzipped = response.pipe(createGunzip());
  response.once('error', (error) => unzipped.destroy(error));
  return readBody(unzipped, limit).finally(() => response.destroy());
}

/** The beginning of the body, up to the limit; a truncated body is not a failure. */
export async function readBeginning(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch {
    // The part that arrived is kept.
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, limit);
}
