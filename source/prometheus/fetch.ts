import { Expired, startDeadline } from '../lib/deadline.ts';
import { duration } from '../lib/format.ts';
import { httpGet, readUnzipped } from '../lib/http.ts';

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

/** OpenMetrics first, as Prometheus requests it: it has units. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.6,text/plain;q=0.4,*/*;q=0.1';

/**
 * GET `url`. Redirects are followed three times and only on the same host: a container must not direct the console to another machine. Any
 * answer that is not 2xx is an error when `okOnly` (default). Throws FetchError.
 */
export async function fetchUrl(url: string, options: FetchOptions & { okOnly?: boolean } = {}): Promise<Fetched> {
  const deadline = startDeadline({ signal: options.signal, timeoutMs: options.timeoutMs ?? TIMEOUT_MS });
  try {
    return await follow(parsed(url), options, deadline.signal);
  } finally {
    deadline.end();
  }
}

async function follow(first: URL, options: FetchOptions & { okOnly?: boolean }, signal: AbortSignal): Promise<Fetched> {
  let target = first;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await request(target, options, signal).catch((error: unknown) => {
      throw new FetchError(explain(signal.aborted ? signal.reason : error, target), { cause: error });
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
  const headers = { accept: ACCEPT, 'accept-encoding': 'gzip', ...options.headers };
  const response = await httpGet(target, { signal, headers });
  const body = await readUnzipped(response, options.maxBytes ?? MAX_BYTES);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    location: response.headers.location,
    body,
  };
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

function explain(error: unknown, target: URL): string {
  if (error instanceof Expired) return `${target.href} did not answer within ${duration(error.ms)}`;
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return `${target.href}: cancelled`;
  if (typeof code === 'string' && code.startsWith('HPE_')) return `${target.href}: the answer is not HTTP`;
  return `${target.href}: ${CAUSES[code ?? ''] ?? message}`;
}

/** The first line of an error's body, for the operator. */
function excerpt(body: Buffer): string {
  const line = body.toString('utf8', 0, 200).split('\n', 1)[0]?.trim() ?? '';
  return line === '' ? '' : `: ${line}`;
}
