import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

/** A Docker client of the test's own, as thin as it can be: what is checked is the engine and not a library. */

export type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer; json: unknown; text: string };

export type Client = {
  /** `path` without the version, which is 1.41: the oldest that deskhand speaks, so that both engines speak the same. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Calls the path as it is. */
  raw(method: string, path: string): Promise<Reply>;
  /** Opens a stream; `take` is given what has come so far and ends the stream by answering true. */
  stream(path: string, take: (soFar: Buffer) => boolean): Promise<Buffer>;
  /** A line of the connection after exec start with an upgrade, until the engine closes it. */
  hijack(path: string, body: unknown, input: string): Promise<{ head: string; body: Buffer }>;
};

export function client(socketPath: string): Client {
  const open = (method: string, path: string, body?: unknown): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
      const request = http.request({ socketPath, method, path, headers, agent: false }, resolve);
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const raw = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const response = await open(method, path, body);
    const all = await readAll(response);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: all,
      text: all.toString(),
      json: parsed(all),
    };
  };
  return {
    raw,
    call: (method, path, body) => raw(method, `/v1.41${path}`, body),
    async stream(path, take) {
      const response = await open('GET', `/v1.41${path}`);
      const chunks: Buffer[] = [];
      for await (const chunk of response) {
        chunks.push(chunk);
        if (take(Buffer.concat(chunks))) break;
      }
      response.destroy();
      return Buffer.concat(chunks);
    },
    hijack: (path, body, input) => hijack(socketPath, `/v1.41${path}`, JSON.stringify(body), input),
  };
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function hijack(
  socketPath: string,
  path: string,
  body: string,
  input: string,
): Promise<{ head: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: engine',
      'Connection: Upgrade',
      'Upgrade: tcp',
      'Content-Type: application/json',
    ];
    socket.write(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    let all = Buffer.alloc(0);
    let sent = false;
    socket.on('data', (chunk) => {
      all = Buffer.concat([all, chunk]);
      if (!sent && all.includes('\r\n\r\n')) {
        sent = true;
        socket.end(input);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const at = all.indexOf('\r\n\r\n');
      resolve({ head: all.subarray(0, at).toString(), body: all.subarray(at + 4) });
    });
  });
}

export type Frame = { stream: 'stdout' | 'stderr'; text: string };

/** Takes a framed log stream apart; a frame that is not whole at the end is left out. */
export function frames(bytes: Buffer): Frame[] {
  const found: Frame[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const kind = bytes[at];
    if (kind !== 1 && kind !== 2) throw new Error(`no frame at byte ${at}: stream ${kind}`);
    const size = bytes.readUInt32BE(at + 4);
    if (at + 8 + size > bytes.length) break;
    found.push({ stream: kind === 1 ? 'stdout' : 'stderr', text: bytes.subarray(at + 8, at + 8 + size).toString() });
    at += 8 + size;
  }
  return found;
}
