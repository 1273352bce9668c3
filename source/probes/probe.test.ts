import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { systemClock } from '../lib/clock.ts';
import { NOT_HTTP, probeUrl } from './probe.ts';

const open: net.Server[] = [];
const sockets: net.Socket[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await once(server, 'close');
  }
});

async function port(server: net.Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: net.Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = (answer: http.RequestListener) => port(http.createServer(answer));
const talk = (with_: (socket: net.Socket) => void) => port(net.createServer(with_));

/** A port on which nothing listens. */
async function nobody(): Promise<number> {
  const server = net.createServer();
  const free = await port(server);
  open.pop();
  server.close();
  await once(server, 'close');
  return free;
}

const probe = (url: string, timeoutMs = 5000) => probeUrl(url, { clock: systemClock, timeoutMs });

describe('probing over HTTP', () => {
  it('reports status, latency and the beginning of the body', async () => {
    const at = await serve((_, response) => response.end('{"status":"ok"}'));
    const answer = await probe(`http://127.0.0.1:${at}/health`);
    expect(answer).toMatchObject({ url: `http://127.0.0.1:${at}/health`, status: 200, body: '{"status":"ok"}' });
    expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
    expect(answer.error).toBeUndefined();
  });

  it('reads no more than 2 KiB of an endless body and ends the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const at = await serve((_, response) => {
      const more = () => response.writable && response.write('x'.repeat(1000), () => setImmediate(more));
      response.on('close', closed.resolve);
      more();
    });
    const { body, status } = await probe(`http://127.0.0.1:${at}/`);
    expect(status).toBe(200);
    expect(body).toHaveLength(2048);
    await closed.promise;
  });

  it('keeps the status when the body breaks off', async () => {
    const at = await serve((_, response) => {
      response.writeHead(503, { 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    });
    expect(await probe(`http://127.0.0.1:${at}/`)).toMatchObject({ status: 503, body: 'half' });
  });

  it('does not follow redirects', async () => {
    const paths: (string | undefined)[] = [];
    const at = await serve(({ url }, response) => {
      paths.push(url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    expect(await probe(`http://127.0.0.1:${at}/health`)).toMatchObject({ status: 302 });
    expect(paths).toEqual(['/health']);
  });

  it('masks secrets in the body, and the password of the address that it sends', async () => {
    let sent: string | undefined;
    const at = await serve(({ headers }, response) => {
      sent = headers.authorization;
      response.end('db=postgresql://app:hunter2@db/app');
    });
    const answer = await probe(`http://ops:sesame@127.0.0.1:${at}/health`);
    expect(Buffer.from(sent?.split(' ')[1] ?? '', 'base64').toString()).toBe('ops:sesame');
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|sesame/);
  });

  it('says in words why there is no answer', async () => {
    expect(await probe(`http://127.0.0.1:${await nobody()}/`)).toMatchObject({ error: 'connection refused' });
    const mute = await talk((socket) => void socket.once('data', () => socket.destroy()));
    const closed = await probe(`http://127.0.0.1:${mute}/`);
    expect([closed.error, closed.nothingListens]).toEqual(['connection closed without an answer', undefined]);
    const proxy = await talk((socket) => socket.destroy());
    expect(await probe(`http://127.0.0.1:${proxy}/`)).toMatchObject({
      error: expect.stringMatching(/refused behind the port/),
      nothingListens: true,
    });
    const database = await talk((socket) => socket.end('-ERR unknown command\r\n'));
    expect(await probe(`http://127.0.0.1:${database}/`)).toMatchObject({ error: NOT_HTTP });
    expect(await probe('http://nowhere.invalid/')).toMatchObject({ error: expect.stringMatching(/host name/) });
    expect(await probe('gopher://127.0.0.1/')).toMatchObject({ error: 'gopher: cannot be probed' });
  });

  it('gives up after its time, and at once when it is called off', async () => {
    const clock = fakeClock();
    const asked = Promise.withResolvers<void>();
    const at = await serve(() => asked.resolve());
    const late = probeUrl(`http://127.0.0.1:${at}/`, { clock, timeoutMs: 2000 });
    await asked.promise;
    await clock.advance(2000);
    expect(await late).toMatchObject({ error: 'time-out after 2s' });
    expect(clock.waiting()).toBe(0);
    const ending = new AbortController();
    const called = probeUrl(`http://127.0.0.1:${at}/`, { clock, signal: ending.signal });
    ending.abort();
    expect((await called).error).toBeDefined();
    expect(clock.waiting()).toBe(0);
  });
});

describe('probing a connection', () => {
  it('stands when the server waits, and when it greets', async () => {
    const waiting = await talk(() => {});
    expect(await probe(`tcp://127.0.0.1:${waiting}`)).toMatchObject({ latencyMs: expect.any(Number) });
    const greeting = await talk((socket) => socket.write('INFO {}\r\n'));
    const answer = await probe(`tcp://127.0.0.1:${greeting}`);
    expect([answer.error, answer.status]).toEqual([undefined, undefined]);
  });

  it('fails for no listener, and by a port proxy that accepts and closes at once', async () => {
    expect(await probe(`tcp://127.0.0.1:${await nobody()}`)).toMatchObject({ error: 'connection refused' });
    const proxy = await talk((socket) => socket.end());
    expect((await probe(`tcp://127.0.0.1:${proxy}`)).error).toMatch(/refused behind the port/);
  });

  it('of a WebSocket server is well whatever it answers to a plain GET', async () => {
    const at = await serve((_, response) => response.writeHead(426).end('Upgrade Required'));
    const answer = await probe(`ws://127.0.0.1:${at}`);
    expect([answer.url, answer.status, answer.error]).toEqual([`ws://127.0.0.1:${at}`, undefined, undefined]);
    expect(await probe(`ws://127.0.0.1:${await nobody()}`)).toMatchObject({ error: 'connection refused' });
    const proxy = await talk((socket) => socket.destroy());
    expect((await probe(`ws://127.0.0.1:${proxy}`)).error).toMatch(/refused behind the port/);
  });
});
