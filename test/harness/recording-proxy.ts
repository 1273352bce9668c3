import { once } from 'node:events';
import { rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';

/** A call that changes something, as it went through the proxy. */
export type RecordedCall = {
  method: string;
  /** Path and query, without the API's version: /containers/1f…/restart?t=10. */
  path: string;
  body: string;
  /** Of the engine's answer; undefined while there is none, or where it was not forwarded. */
  status?: number;
};

/** What happens at a call instead of plain forwarding. */
export type Intervention = {
  /** Runs before the call is forwarded: what someone else does at this very moment. */
  before?: () => Promise<unknown>;
  /** The call reaches the engine so many milliseconds later. */
  delayMs?: number;
  /** The answer reaches deskhand so many milliseconds later. */
  lateMs?: number;
  /** The connection is cut: before the engine has seen the call, or instead of its answer. */
  cut?: 'call' | 'answer';
};

export type RecordingProxy = {
  /** As DOCKER_HOST has it. */
  host: string;
  /** All calls that change something, in the order in which they came. */
  calls(): readonly RecordedCall[];
  /** At the next call whose "METHOD path" matches. */
  at(call: RegExp, intervention: Intervention): void;
  /** Forgets what was recorded. */
  clear(): void;
  close(): Promise<void>;
};

/** Calls that read, though their method says otherwise, are none: exec of health checks is the engine's own. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A unix socket between deskhand and a real engine. It records every call that changes something and can delay it, cut it, keep
 * its answer back, or run something at the moment of the call.
 */
export async function startRecordingProxy(engineSocket: string, socket: string): Promise<RecordingProxy> {
  const calls: RecordedCall[] = [];
  const waiting: { call: RegExp; intervention: Intervention }[] = [];
  const take = (name: string): Intervention => {
    const index = waiting.findIndex(({ call }) => call.test(name));
    return waiting.splice(index, index < 0 ? 0 : 1)[0]?.intervention ?? {};
  };
  const server = http.createServer((request, response) => {
    void forward(request, response).catch(() => response.destroy());
  });

  async function forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const method = request.method ?? 'GET';
    const path = pathOf(request);
    const call: RecordedCall = { method, path, body: body.toString() };
    const changes = !READS.has(method);
    const { before, delayMs, lateMs, cut } = changes ? take(`${method} ${path}`) : {};
    if (changes) calls.push(call);
    await before?.();
    if (delayMs !== undefined) await pause(delayMs);
    if (cut === 'call') return void response.destroy();
    const answer = await send(engineSocket, request, body);
    call.status = answer.statusCode;
    if (cut === 'answer') return void response.destroy();
    if (lateMs !== undefined) await pause(lateMs);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    response.once('close', () => answer.destroy());
  }

  server.on('upgrade', (request, client, head) => {
    calls.push({ method: request.method ?? 'GET', path: pathOf(request), body: '' });
    tunnel(engineSocket, request, client as net.Socket, head);
  });
  rmSync(socket, { force: true });
  server.listen(socket);
  await once(server, 'listening');
  return {
    host: `unix://${socket}`,
    calls: () => calls,
    at: (call, intervention) => void waiting.push({ call, intervention }),
    clear: () => void calls.splice(0),
    async close() {
      server.closeAllConnections();
      server.close();
      rmSync(socket, { force: true });
    },
  };
}

function pathOf({ url = '/' }: http.IncomingMessage): string {
  return url.replace(/^\/v[\d.]+/, '').replace(/\?$/, '');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The call as it came, on a connection of its own. */
async function send(socketPath: string, from: http.IncomingMessage, body: Buffer): Promise<http.IncomingMessage> {
  const { method, url: path, headers } = from;
  const to = http.request({ socketPath, method, path, headers, agent: false });
  to.end(body);
  const [answer] = (await once(to, 'response')) as [http.IncomingMessage];
  return answer;
}

/** Attach and exec take the connection over: bytes both ways. */
function tunnel(path: string, request: http.IncomingMessage, client: net.Socket, head: Buffer): void {
  const engine = net.connect({ path });
  const headers = request.rawHeaders.reduce(
    (text, part, at) => text + (at % 2 === 0 ? `${part}: ` : `${part}\r\n`),
    '',
  );
  engine.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
  engine.write(head);
  engine.pipe(client).pipe(engine);
  for (const end of [engine, client]) end.on('error', () => end.destroy());
}
