import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { type Deadline, startDeadline } from '../../lib/deadline.ts';
import { readBody, TooLong } from '../../lib/http.ts';
import { parseJson } from '../../lib/json.ts';
import type { Endpoint } from '../connect/endpoint.ts';
import { notDocker, toEngineError } from '../connect/failure.ts';
import { explainStatus } from '../connect/failure-status.ts';
import { REUSED } from '../connect/modem.ts';
import type { RegistryLogin } from '../connect/registry-login.ts';
import type { SshMasters } from '../connect/ssh-masters.ts';
import { createTransport } from '../connect/transport.ts';
import { type CallOptions, EngineError } from '../engine.ts';
import { ContactLog } from './contact.ts';
import { EngineClock } from './engine-clock.ts';

/** One call to the engine's API. `doing` completes the sentence of a failure: "while …", such as "listing the containers". */
export type Request = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to the API's root, without a query; pass names in it through `segment`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: object;
  /** A tar stream as the body of a PUT; read as fast as the engine accepts it. */
  upload?: Readable;
  /** Credentials for the registry that the engine contacts. */
  login?: RegistryLogin;
  doing: string;
  /** Maximum size of the answer in bytes. */
  limit?: number;
};

/** The engine's API as calls, each with a timeout and cancellable; they fail only with an EngineError. */
export type Call = {
  /** The answer, parsed as JSON. */
  json(request: Request, options?: CallOptions): Promise<unknown>;
  /** For calls whose answer does not matter; 304 (nothing to change) is success. */
  done(request: Request, options?: CallOptions): Promise<void>;
  /** The answer's headers; the body is discarded. */
  headers(request: Request, options?: CallOptions): Promise<IncomingHttpHeaders>;
  /** The answer as soon as its head has arrived, which the timeout covers; the signal ends the stream. */
  stream(request: Request, options?: CallOptions): Promise<IncomingMessage>;
  /** The upgraded connection, for two-way streams; the timeout covers the upgrade, the signal ends the stream. */
  hijack(request: Request, options?: CallOptions): Promise<Duplex>;
  /** dockerode on the same connections, for calls that have no method here. */
  docker: Docker;
  endpoint: Endpoint;
  /** How far the engine's clock differs from the console's. */
  time: EngineClock;
  /** Round-trip times, last answer and unanswered calls. */
  contact: ContactLog;
  /** Ends every connection; the next call dials again. */
  close(): void;
};

/** Default timeout of a call, in milliseconds. */
export const CALL_TIMEOUT = 10_000;
/** The same for calls that may have to log in first, perhaps through jump hosts: as long as ssh itself waits. */
const SSH_TIMEOUT = 30_000;
/** 5,000 containers list in about 15 MB. */
const JSON_LIMIT = 128 * 1024 * 1024;
const ERROR_LIMIT = 64 * 1024;

/** An id or a name, encoded as one path segment. An empty one would name the collection instead. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..')
    throw new EngineError('bad-request', `"${name}" is not a valid name.`);
  return encodeURIComponent(name);
}

export function createCall(endpoint: Endpoint, clock: Clock = systemClock, masters?: SshMasters): Call {
  const { docker, close } = createTransport(endpoint, masters);
  const time = new EngineClock(clock);
  const contact = new ContactLog(clock);
  const usual = endpoint.target.kind === 'ssh' ? SSH_TIMEOUT : CALL_TIMEOUT;

  async function attempt<T, Answer>(
    request: Request,
    options: CallOptions,
    use: (answer: Answer, deadline: Deadline) => Promise<T>,
    dialled: Dialler<Answer>,
  ): Promise<T> {
    const deadline = startDeadline({ timeoutMs: usual, ...options }, clock);
    const over = contact.ask();
    try {
      const answer = await dialled(docker, request, deadline.signal);
      over(true);
      return await use(answer, deadline);
    } catch (error) {
      const reason = deadline.signal.aborted ? deadline.signal.reason : error;
      const why = reason instanceof TooLong ? tooLong(reason, endpoint, request) : reason;
      throw toEngineError(why, { endpoint, doing: request.doing });
    } finally {
      over(false);
      deadline.end();
    }
  }

  function answered<T>(
    request: Request,
    options: CallOptions,
    use: (response: IncomingMessage, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const asked = clock.now();
    const timed: typeof use = (response, deadline) => {
      time.see(response.headers.date, asked);
      return use(response, deadline);
    };
    return attempt(request, options, timed, dialTwice);
  }

  async function accepted(response: IncomingMessage, request: Request): Promise<IncomingMessage> {
    const status = response.statusCode ?? 0;
    if ((status >= 200 && status < 300) || status === 304) return response;
    const { kind, message, advice } = explainStatus(
      status,
      await readBody(response, ERROR_LIMIT),
      endpoint,
      request.doing,
      `${request.method ?? 'GET'} ${request.path}`,
    );
    throw new EngineError(kind, message, advice, { status });
  }

  const headers: Call['headers'] = (request, options = {}) =>
    answered(request, options, async (response) => {
      await readBody(await accepted(response, request), request.limit ?? JSON_LIMIT);
      return response.headers;
    });

  return {
    docker,
    endpoint,
    time,
    contact,
    close,
    json: (request, options = {}) =>
      answered(request, options, async (response) => {
        const body = await readBody(await accepted(response, request), request.limit ?? JSON_LIMIT);
        return parse(body, endpoint, request);
      }),
    async done(request, options) {
      await headers(request, options);
    },
    headers,
    stream: (request, options = {}) =>
      answered(request, options, async (response, deadline) => {
        await accepted(response, request);
        deadline.hand(response);
        return response;
      }),
    hijack: (request, options = {}) =>
      attempt(
        request,
        options,
        async (answer, deadline) => {
          if (answer instanceof IncomingMessage) throw oneWay(await accepted(answer, request), endpoint, request);
          deadline.hand(answer);
          return answer;
        },
        dialUpgrade,
      ),
  };
}

type Dialler<Answer> = (docker: Docker, request: Request, signal: AbortSignal) => Promise<Answer>;

/** If the peer closed a kept-alive connection at this very moment, a read-only call is repeated once. */
async function dialTwice(docker: Docker, request: Request, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    return await dial(docker, request, signal);
  } catch (error) {
    const reused = error instanceof Error && REUSED in error && error[REUSED] === true;
    if (!reused || signal.aborted || (request.method ?? 'GET') !== 'GET') throw error;
    return dial(docker, request, signal);
  }
}

/** Accepts every status: error statuses become messages here. */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [at + 100, true]));

function dial(docker: Docker, request: Request, signal: AbortSignal): Promise<IncomingMessage> {
  return send<IncomingMessage>(docker, request, { abortSignal: signal });
}

/** The upgraded connection, or the answer of an engine that did not upgrade. */
function dialUpgrade(docker: Docker, request: Request, signal: AbortSignal): Promise<IncomingMessage | Duplex> {
  return send<IncomingMessage | Duplex>(docker, request, { abortSignal: signal, hijack: true });
}

function send<Answer>(
  docker: Docker,
  { method = 'GET', path, query = {}, body = {}, upload, login }: Request,
  how: { abortSignal: AbortSignal; hijack?: boolean },
): Promise<Answer> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const options = { _query: Object.fromEntries(given), _body: body };
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `${path}?`,
        method,
        options,
        isStream: true,
        statusCodes: EVERY_STATUS,
        file: upload,
        authconfig: login,
        ...how,
      },
      (error, response) => (error ? reject(error) : resolve(response as Answer)),
    );
  });
}

/** A proxy in between answered instead of the engine, without upgrading the connection. */
function oneWay(response: IncomingMessage, endpoint: Endpoint, { doing }: Request): EngineError {
  response.destroy();
  return new EngineError(
    'bad-request',
    `The connection to the engine at ${endpoint.url} is not bidirectional, which ${doing} needs.`,
    'A proxy in front of the engine does not forward "Upgrade: tcp". Connect without it.',
  );
}

function parse(body: Buffer, endpoint: Endpoint, request: Request): unknown {
  try {
    return parseJson(body.toString('utf8'));
  } catch (cause) {
    const { kind, message, advice } = notDocker(endpoint, `the answer while ${request.doing} is not JSON`);
    throw new EngineError(kind, message, advice, { cause });
  }
}

function tooLong(error: TooLong, endpoint: Endpoint, { doing }: Request): EngineError {
  const size = `${Math.round(error.limit / 1024 / 1024)} MiB`;
  return new EngineError('engine-error', `The engine at ${endpoint.url} sent more than ${size} while ${doing}.`, '', {
    cause: error,
  });
}
