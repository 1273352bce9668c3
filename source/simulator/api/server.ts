import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import { Refusal, type World } from '../world/types.ts';
import { advance } from '../world/world.ts';
import { type Answer, type Call, Json, TAKEN } from './call.ts';
import { record } from './create.ts';
import { route } from './router.ts';
import { API, ENGINE_VERSION } from './system.ts';

/** The HTTP side of the simulated engine, without the socket it listens on. */
export type Api = { world: World; clock: Clock; gate: Gate };

/** Called before each request: resolves when it may be answered; false if its connection was broken instead. */
type Gate = (socket: Duplex) => Promise<boolean>;

export function createApi(api: Api): Server {
  const server = createServer((request, response) => void respond(api, request, response));
  server.on(
    'upgrade',
    (request: IncomingMessage, socket: Duplex, head: Buffer) => void upgrade(api, request, socket, head),
  );
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return server;
}

/** exec and attach take over the connection; any other upgrade request is answered as usual and then closed. */
async function upgrade(api: Api, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  // For an upgrade the HTTP module passes on the bare connection; our own response object can still write to it.
  response.assignSocket(socket as Socket);
  response.shouldKeepAlive = false;
  response.on('finish', () => socket.end());
  const body = await readUpgraded(request, socket, head);
  await respond(api, request, response, { socket, body });
}

/** The request's body, by its Content-Length; the bytes after it stay in the connection. */
async function readUpgraded(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? 0);
  let body = head;
  while (body.length < length && !socket.readableEnded) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) body = Buffer.concat([body, chunk]);
    else await new Promise<void>((ready) => socket.once('readable', ready).once('close', ready));
    if (socket.destroyed) break;
  }
  if (body.length > length) socket.unshift(body.subarray(length));
  return body.subarray(0, length);
}

type Upgraded = { socket: Duplex; body: Buffer };

async function respond(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  upgraded?: Upgraded,
): Promise<void> {
  if (!(await api.gate(request.socket))) return;
  advance(api.world, api.clock.now());
  setHeaders(response, api.clock.now());
  try {
    const answer = await answerOf(api, request, response, upgraded);
    if (answer !== TAKEN) send(response, answer);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, errorAnswer(error));
  }
}

function setHeaders(response: ServerResponse, now: number): void {
  // Node would write this machine's time, but the simulation may have its own.
  response.setHeader('Date', new Date(now).toUTCString());
  response.setHeader('Api-Version', API.newest);
  response.setHeader('Docker-Experimental', 'false');
  response.setHeader('Ostype', 'linux');
  response.setHeader('Server', `Docker/${ENGINE_VERSION} (linux)`);
}

function answerOf(
  { world, clock }: Api,
  request: IncomingMessage,
  response: ServerResponse,
  upgraded: Upgraded | undefined,
): Answer | typeof TAKEN | Promise<Answer | typeof TAKEN> {
  const url = new URL(request.url ?? '/', 'http://engine');
  const [, prefix, rest] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname) ?? [];
  checkVersion(prefix);
  const found = route(request.method ?? 'GET', rest ?? url.pathname);
  if (!found) return { status: 404, body: { message: 'page not found' } };
  const call: Call = {
    world,
    clock,
    params: found.params,
    query: url.searchParams,
    version: Number(prefix ?? API.newest),
    request,
    response,
    ...(upgraded && { socket: upgraded.socket }),
    body: async () => parse(upgraded ? upgraded.body.toString() : await readBody(request)),
  };
  return found.handler(call);
}

function checkVersion(prefix: string | undefined): void {
  if (prefix === undefined) return;
  if (minor(prefix) > minor(API.newest)) {
    throw new Refusal(400, `client version ${prefix} is too new. Maximum supported API version is ${API.newest}`);
  }
  if (minor(prefix) < minor(API.oldest)) {
    const advice = `Minimum supported API version is ${API.oldest}, please upgrade your client to a newer version`;
    throw new Refusal(400, `client version ${prefix} is too old. ${advice}`);
  }
}

/** "1.45" → 1045, so that versions can be compared. */
function minor(version: string): number {
  const [major = 0, rest = 0] = version.split('.').map(Number);
  return major * 1000 + rest;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    return record(JSON.parse(text));
  } catch {
    throw new Refusal(400, `invalid character '${text.trim()[0]}' in the request's body: it is no JSON`);
  }
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: { message: error.message } };
  return { status: 500, body: { message: error instanceof Error ? error.message : String(error) } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const bytes = bytesOf(body);
  if (bytes.length > 0 && !response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
  if (status !== 204 && status !== 304) response.setHeader('Content-Length', bytes.length);
  response.writeHead(status);
  response.end(bytes);
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return body instanceof Json ? body.bytes : Buffer.from(`${JSON.stringify(body)}\n`);
}
