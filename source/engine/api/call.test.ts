import { getEventListeners, once } from 'node:events';
import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../test/builders/failure.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import { type Answer, type FakeServer, json, serveBytes, serveHttp } from '../../../test/fake-server.ts';
import { resolveEndpoint } from '../connect/endpoint.ts';
import { type Call, createCall } from './call.ts';

const started: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

function callTo(server: FakeServer, clock = fakeClock()) {
  const endpoint = resolveEndpoint({ flags: { host: server.host }, env: {}, home: '/nonexistent' });
  const call = createCall(endpoint, clock);
  started.push(call);
  return { call, clock, server };
}

async function withHttp(answer: Answer) {
  const server = await serveHttp(answer);
  started.push(server);
  return callTo(server);
}

async function withBytes(talk: (socket: net.Socket) => void) {
  const server = await serveBytes(talk);
  started.push(server);
  return callTo(server);
}

const GET = { path: '/thing', doing: 'reading a thing' };
const POST = { method: 'POST', path: '/thing', doing: 'the change of a thing' } as const;

describe('a peer that misbehaves', () => {
  it('causes a timeout if it never answers', async () => {
    const { call, clock, server } = await withBytes(() => {});
    const requested = server.requested();
    const failed = failure(call.json(GET));
    await requested;
    await clock.advance(9_999);
    await clock.advance(1);
    expect(await failed).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('within 10s while reading a thing'),
    });
    expect(clock.waiting()).toBe(0);
  });

  it('causes a timeout if it stops in the middle of an answer', async () => {
    const { call, clock, server } = await withHttp((response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"half":');
    });
    const requested = server.requested();
    const failed = failure(call.json(GET, { timeoutMs: 500 }));
    await requested;
    await clock.advance(500);
    expect((await failed).kind).toBe('timeout');
  });

  it.each([
    ['cuts an answer short', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":', 'closed'],
    ['closes without an answer', '', 'closed'],
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'not-docker'],
    ['answers no JSON', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'not-docker'],
    ['answers nothing', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'not-docker'],
    ['is a web server', 'HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n<html>no</html>', 'not-docker'],
    ['redirects elsewhere', 'HTTP/1.1 302 Found\r\nLocation: gopher://[\r\nContent-Length: 0\r\n\r\n', 'not-docker'],
    ['speaks TLS only', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n', 'tls'],
    ['refuses with garbage', 'HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\n\u0000\u001b[', 'engine-error'],
  ])('that %s is a failure in words', async (_what, bytes, kind) => {
    const { call } = await withBytes((socket) => socket.once('data', () => socket.end(bytes)));
    const error = await failure(call.json(GET));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });

  it('is cut off if it sends too much', async () => {
    const { call } = await withHttp((response) => response.end('x'.repeat(100_000)));
    expect((await failure(call.json({ ...GET, limit: 1000 }))).kind).toBe('engine-error');
  });

  it('is reported with its status and message', async () => {
    const { call } = await withHttp((response) => json(response, { message: 'No such thing' }, 404));
    expect(await failure(call.json(GET))).toMatchObject({
      kind: 'not-found',
      status: 404,
      message: 'The engine refused reading a thing: No such thing',
    });
  });
});

describe('connections', () => {
  it('are reused across calls', async () => {
    const { call, server } = await withHttp((response) => json(response, {}));
    for (let i = 0; i < 5; i++) await call.json(GET);
    expect(server.connections()).toBe(1);
  });

  it('are reopened if the peer has just closed a kept-alive one; changes never use kept-alive ones', async () => {
    const seen = new Set<net.Socket>();
    const { call, server } = await withHttp((response, request) => {
      const again = seen.has(request.socket);
      seen.add(request.socket);
      if (again) request.socket.destroy();
      else json(response, { ok: true });
    });
    await call.json(GET);
    expect(await call.json(GET)).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
    await call.done(POST);
    await call.done(POST);
    expect(server.requests.slice(3)).toEqual(['POST /thing?', 'POST /thing?']);
    expect(server.connections()).toBe(4);
  });

  it('are not reopened for a change whose answer was lost', async () => {
    const { call, server } = await withHttp((_response, request) => void request.socket.destroy());
    expect((await failure(call.done(POST))).kind).toBe('closed');
    expect(server.requests).toEqual(['POST /thing?']);
  });

  it.each([
    ['reads', GET],
    ['changes', POST],
  ])('end with close, and what %s under way fails', async (_what, request) => {
    const { call, server } = await withBytes(() => {});
    const requested = server.requested();
    const failed = failure(call.json(request));
    await requested;
    call.close();
    expect((await failed).kind).toBe('closed');
  });
});

describe('cancelling', () => {
  it('ends a call at once and leaves nothing open', async () => {
    const { call, clock, server } = await withBytes(() => {});
    const abort = new AbortController();
    const requested = server.requested();
    const failed = failure(call.json(GET, { signal: abort.signal }));
    await requested;
    abort.abort();
    expect(await failed).toMatchObject({ kind: 'cancelled', message: 'Cancelled while reading a thing.' });
    expect((await failure(call.json(GET, { signal: abort.signal }))).kind).toBe('cancelled');
    expect(clock.waiting()).toBe(0);
  });

  it('leaves no listeners on a signal that outlives the calls', async () => {
    const { call, clock } = await withHttp((response) => json(response, {}));
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await call.json(GET, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.waiting()).toBe(0);
  });
});

describe('streams', () => {
  it('have a timeout until their head arrives, and none afterwards', async () => {
    const { call, clock } = await withHttp((response) => response.write('first '));
    const stream = await call.stream(GET);
    await clock.advance(60_000);
    expect(stream.destroyed).toBe(false);
    expect(clock.waiting()).toBe(0);
    stream.destroy();
  });

  it('release their signal when they end by themselves', async () => {
    const { call } = await withHttp((response) => response.end('all'));
    const { signal } = new AbortController();
    const stream = await call.stream(GET, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    const closed = once(stream, 'close');
    stream.resume();
    await closed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('do not crash the program when they fail without a listener', async () => {
    const { call } = await withHttp((response) => response.write('first '));
    const abort = new AbortController();
    const cancelled = await call.stream(GET, { signal: abort.signal });
    const broken = await call.stream(GET);
    const closed = Promise.all(
      [cancelled, broken].map((stream) => new Promise((resolve) => stream.on('close', resolve))),
    );
    abort.abort();
    call.close();
    await closed;
  });

  it('end when their signal aborts, and release it', async () => {
    const { call } = await withHttp((response) => response.write('first '));
    const abort = new AbortController();
    const stream = await call.stream(GET, { signal: abort.signal });
    const closed = new Promise((resolve) => stream.on('error', resolve));
    abort.abort();
    expect(await closed).toMatchObject({ name: 'AbortError' });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });
});

describe('requests', () => {
  it("carry query, headers and body in the engine's format", async () => {
    const seen: { url?: string; host?: string; type?: string; length?: string; body: string }[] = [];
    const { call } = await withHttp(async (response, request) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { host, 'content-type': type, 'content-length': length } = request.headers;
      seen.push({ url: request.url, host, type, length, body });
      json(response, {});
    });
    await call.done({ ...POST, query: { t: 10, gone: undefined, all: true } });
    await call.done({ ...POST, body: { Name: 'ä' } });
    expect(seen).toEqual([
      { url: '/thing?t=10&all=true', host: 'docker', type: undefined, length: '0', body: '' },
      { url: '/thing?', host: 'docker', type: 'application/json', length: '13', body: '{"Name":"ä"}' },
    ]);
  });

  it('treat 304 (not modified) as success', async () => {
    const { call } = await withHttp((response) => response.writeHead(304).end());
    await call.done(POST);
  });

  it('are not affected by the environment variables that docker-modem reads', async () => {
    const kept = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = 'tcp://[not a host';
    process.env.DOCKER_CERT_PATH = '/nonexistent';
    process.env.DOCKER_TLS_VERIFY = '1';
    try {
      const { call, server } = await withHttp((response) => json(response, {}));
      await call.json(GET);
      expect(server.requests).toEqual(['GET /thing?']);
      expect(process.env.DOCKER_HOST).toBe('tcp://[not a host');
    } finally {
      delete process.env.DOCKER_CERT_PATH;
      delete process.env.DOCKER_TLS_VERIFY;
      if (kept === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = kept;
    }
  });
});

describe("dockerode's own methods on the same connections", () => {
  async function engine(answer: Answer): Promise<{ docker: Call['docker']; server: FakeServer }> {
    const { call, server } = await withHttp(answer);
    return { docker: call.docker, server };
  }

  it('return JSON, and fail with the status', async () => {
    const { docker } = await engine((response, { url }) =>
      url === '/info' ? json(response, { ID: 'x' }) : json(response, { message: 'no' }, 409),
    );
    expect(await docker.info()).toEqual({ ID: 'x' });
    await expect(docker.getContainer('a').start()).rejects.toMatchObject({ statusCode: 409 });
  });

  it('fail when an answer is truncated', async () => {
    const { docker } = await engine((response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    });
    await expect(docker.info()).rejects.toThrow('aborted');
  });

  it('work in both directions after an upgrade', async () => {
    const server = await serveBytes((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nready ');
        socket.on('data', (chunk) => socket.end(`echo ${chunk}`));
      }),
    );
    started.push(server);
    const { call } = callTo(server);
    const talk = await call.docker.getExec('x').start({ hijack: true, stdin: true });
    talk.write('hello');
    let heard = '';
    for await (const chunk of talk) heard += chunk;
    expect(heard).toBe('ready echo hello');
  });
});
