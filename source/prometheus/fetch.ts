import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** HTTP GET for metrics: bounded in time, in bytes and in redirects, one connection for each request. */

export type FetchOptions = {
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Of the body after decompression. */
  maxBytes?: number;
  headers?: Readonly<Record<string, string>>;
};

export type Fetched = { status: number; contentType: string; body: Buffer };

/** Why an endpoint could not be read, in words for the operator. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/** OpenMetrics first, as Prometheus asks: it carries units and exemplars. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.6,text/plain;q=0.4,*/*;q=0.1';

/**
 * GET `url`. Redirects are followed three times and only on the same host: a container's answer must not send the console to
 * another machine. Any answer that is not 2xx is an error when `okOnly` (default). Throws FetchError.
 */
export async function fetchUrl(url: string, options: FetchOptions & { okOnly?: boolean } = {}): Promise<Fetched> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  let target = parsed(url);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await request(target, options, signal).catch((error: unknown) => {
      throw new FetchError(
        explain(error, target, { timeoutMs, cancelled: options.signal?.aborted, late: limit.aborted }),
        { cause: error },
      );
    });
    const { status, location } = answer;
    if (location !== undefined && status >= 300 && status < 400) {
      target = redirected(target, location, redirects);
      continue;
    }
    if (options.okOnly !== false && (status < 200 || status > 299)) {
      throw new FetchError(`${target.href} answered ${status}${excerpt(answer.body)}`);
    }
    return answer;
  }
}

function parsed(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || (target.protocol !== 'http:' && target.protocol !== 'https:')) {
    throw new FetchError(`${JSON.stringify(url)} is not an http or https address`);
  }
  return target;
}

function redirected(from: URL, location: string, count: number): URL {
  const target = parsed(URL.canParse(location, from.href) ? new URL(location, from).href : location);
  if (target.host !== from.host)
    throw new FetchError(`${from.href} redirects to another host, ${target.host}: not followed`);
  if (count >= MAX_REDIRECTS) throw new FetchError(`${from.href} redirects more than ${MAX_REDIRECTS} times`);
  return target;
}

type Answer = Fetched & { location?: string };

async function request(target: URL, options: FetchOptions, signal: AbortSignal): Promise<Answer> {
  const { get } = target.protocol === 'https:' ? https : http;
  const settings: RequestOptions = {
    agent: false,
    signal,
    headers: {
      accept: ACCEPT,
      'accept-encoding': 'gzip',
      'user-agent': 'deskhand',
      connection: 'close',
      ...options.headers,
    },
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(target, settings, resolve).on('error', reject);
  });
  const body = await readBody(response, options.maxBytes ?? MAX_BYTES, signal);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    location: response.headers.location,
    body,
  };
}

async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const zipped = /gzip/i.test(response.headers['content-encoding'] ?? '');
  const stream: Readable = zipped ? response.pipe(createGunzip()) : response;
  if (zipped) response.once('error', (error) => stream.destroy(error));
  const abort = () => stream.destroy(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new FetchError(`the answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    response.destroy();
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  Z_DATA_ERROR: 'the answer is not valid gzip',
};

type Ended = { timeoutMs: number; cancelled: boolean | undefined; late: boolean };

function explain(error: unknown, target: URL, { timeoutMs, cancelled, late }: Ended): string {
  if (error instanceof FetchError) return `${target.href}: ${error.message}`;
  if (cancelled) return `${target.href}: cancelled`;
  if (late) return `${target.href} did not answer within ${timeoutMs / 1000} s`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('HPE_')) return `${target.href}: the answer is not HTTP`;
  return `${target.href}: ${CAUSES[code ?? ''] ?? message}`;
}

/** The first line of an error's body, for the operator. */
function excerpt(body: Buffer): string {
  const line = body.toString('utf8', 0, 200).split('\n', 1)[0]?.trim() ?? '';
  return line === '' ? '' : `: ${line}`;
}
