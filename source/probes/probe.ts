import { connect } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { Expired, startDeadline } from '../lib/deadline.ts';
import { duration } from '../lib/format.ts';
import { httpGet, readBeginning } from '../lib/http.ts';
import { maskText } from '../lib/secrets.ts';

/** The result of one probe of an address from outside the container. */
export type ProbeAnswer = {
  /** As probed, passwords masked. */
  url: string;
  at: number;
  /** HTTP status; undefined if there was none, or if only the connection was probed. */
  status?: number;
  /** Time until the answer began, or the connection was established. */
  latencyMs?: number;
  /** Beginning of the body, secrets masked; hostile text. */
  body?: string;
  /** Why there was no answer, in words. */
  error?: string;
  /** The port is there and nothing listens on it: that needs no earlier answer to mean something. */
  nothingListens?: true;
};

export type ProbeOptions = { clock: Clock; timeoutMs?: number; signal?: AbortSignal };

const TIMEOUT_MS = 3000;
/** Bytes read of a body. */
const BODY_BYTES = 2048;
/**
 * A connection closed within this time (ms) does not count: Docker's port proxy accepts before it finds out that nothing listens in the
 * container.
 */
const HOLD_MS = 300;
const REFUSED_BEHIND = 'connection refused behind the port (accepted and closed at once)';

type Seen = Pick<ProbeAnswer, 'status' | 'latencyMs' | 'body' | 'error' | 'nothingListens'>;

const BEHIND: Seen = { error: REFUSED_BEHIND, nothingListens: true };

/**
 * Probes an address once. `http:`, `https:`: one GET, redirects not followed. `tcp:`: whether a connection can be established. `ws:`,
 * `wss:`: whether a WebSocket server answers, whatever it answers to a plain GET (426): one that is only connected to logs an error. Never
 * fails: errors are part of the result, including an abort by `signal`, which the caller should ignore.
 */
export async function probeUrl(
  url: string,
  { clock, timeoutMs = TIMEOUT_MS, signal }: ProbeOptions,
): Promise<ProbeAnswer> {
  const at = clock.now();
  const deadline = startDeadline({ signal, timeoutMs }, clock);
  try {
    return { url: maskText(url), at, ...(await seen(new URL(url), clock, deadline.signal)) };
  } catch (error) {
    const why = deadline.signal.aborted ? deadline.signal.reason : error;
    const refused = (why as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return { url: maskText(url), at, error: maskText(wordsOf(why)), ...(refused ? { nothingListens: true } : {}) };
  } finally {
    deadline.end();
  }
}

function seen(target: URL, clock: Clock, signal: AbortSignal): Promise<Seen> {
  switch (target.protocol) {
    case 'tcp:':
      return overTcp(target, clock, signal);
    case 'http:':
    case 'https:':
      return overHttp(target, clock, signal);
    case 'ws:':
    case 'wss:':
      return overWebSocket(target, clock, signal);
    default:
      throw new Error(`${target.protocol} cannot be probed`);
  }
}

async function overHttp(target: URL, clock: Clock, signal: AbortSignal): Promise<Seen> {
  const began = clock.now();
  try {
    const response = await httpGet(target, { signal, headers: { accept: '*/*', 'accept-encoding': 'identity' } });
    const latencyMs = clock.now() - began;
    const body = maskText((await readBeginning(response, BODY_BYTES)).toString('utf8'));
    return { status: response.statusCode, latencyMs, ...(body === '' ? {} : { body }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || target.protocol !== 'http:') throw error;
    // A program that closes when it gets a request keeps a connection on which it gets none.
    const connection = await overTcp(target, clock, signal);
    if (connection.error === undefined) throw error;
    return connection;
  }
}

async function overWebSocket(target: URL, clock: Clock, signal: AbortSignal): Promise<Seen> {
  try {
    const { latencyMs, error } = await overHttp(new URL(target.href.replace(/^ws/, 'http')), clock, signal);
    return error === undefined ? { latencyMs } : BEHIND;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return BEHIND;
    throw error;
  }
}

function overTcp(target: URL, clock: Clock, signal: AbortSignal): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const began = clock.now();
    let latencyMs = 0;
    let cancelHold = () => {};
    const socket = connect({ host: bare(target.hostname), port: Number(target.port || 80) });
    const end = (settle: () => void) => {
      cancelHold();
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const stands = () => end(() => resolve({ latencyMs }));
    const abort = () => end(() => reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    socket.once('connect', () => {
      latencyMs = clock.now() - began;
      cancelHold = clock.after(HOLD_MS, stands);
    });
    socket.once('data', stands);
    socket.once('end', () => end(() => resolve(BEHIND)));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(() => (error.code === 'ECONNRESET' ? resolve(BEHIND) : reject(error))),
    );
  });
}

/** An IPv6 address without the brackets of a URL. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EPIPE: 'connection closed without an answer',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  EHOSTUNREACH: 'host not reachable',
  ENETUNREACH: 'network not reachable',
  ETIMEDOUT: 'time-out while connecting',
};

/** A non-HTTP answer to a GET: only the guess was wrong. */
export const NOT_HTTP = 'the answer is not HTTP';

function wordsOf(error: unknown): string {
  if (error instanceof Expired) return `time-out after ${duration(error.ms)}`;
  const { code: said, message = String(error) } = error as NodeJS.ErrnoException;
  // A DOMException's code is a number.
  const code = typeof said === 'string' ? said : '';
  if (code.startsWith('HPE_')) return NOT_HTTP;
  if (/CERT|SSL|TLS|EPROTO|SELF_SIGNED|UNABLE_TO/.test(code)) return `TLS: ${message}`.slice(0, 200);
  return WORDS[code] ?? message.slice(0, 200);
}
