import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FetchError, fetchUrl } from './fetch.ts';

const servers: (Server | NetServer)[] = [];

async function listening(server: Server | NetServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

describe('fetchUrl', () => {
  it('gets plain and compressed text, and closes the connection', async () => {
    const base = await serve((request, response) => {
      expect(request.headers.connection).toBe('close');
      expect(request.headers.accept).toContain('openmetrics');
      if (request.url === '/zip') response.setHeader('content-encoding', 'gzip').end(gzipSync('zipped 1\n'));
      else response.setHeader('content-type', 'text/plain').end('plain 1\n');
    });
    const plain = await fetchUrl(`${base}/metrics`);
    expect([plain.body.toString(), plain.contentType, plain.status]).toEqual(['plain 1\n', 'text/plain', 200]);
    expect((await fetchUrl(`${base}/zip`)).body.toString()).toBe('zipped 1\n');
  });

  it('reads an answer without a length, ended by closing the connection', async () => {
    const base = await listening(
      createTcpServer((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\na 1\n# EOF\n'));
      }),
    );
    expect((await fetchUrl(`${base}/metrics`)).body.toString()).toBe('a 1\n# EOF\n');
  });

  it('stops at the limit on bytes, also for a small compressed body that expands', async () => {
    const base = await serve((request, response) => {
      const big = Buffer.alloc(2_000_000, 'a');
      if (request.url === '/zip') response.setHeader('content-encoding', 'gzip').end(gzipSync(big));
      else response.end(big);
    });
    const tooLong = /longer than 1000000 bytes/;
    await expect(fetchUrl(`${base}/`, { maxBytes: 1_000_000 })).rejects.toThrow(tooLong);
    await expect(fetchUrl(`${base}/zip`, { maxBytes: 1_000_000 })).rejects.toThrow(tooLong);
  });

  it('follows redirects on the same host, three of them, and no others', async () => {
    const base = await serve((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 99) response.writeHead(302, { location: 'http://127.0.0.2:1/metrics' }).end();
      else if (hop > 0) response.writeHead(302, { location: `/${hop - 1}` }).end();
      else response.end('a 1\n');
    });
    expect((await fetchUrl(`${base}/3`)).status).toBe(200);
    await expect(fetchUrl(`${base}/4`)).rejects.toThrow(/redirects more than 3 times/);
    await expect(fetchUrl(`${base}/99`)).rejects.toThrow(/redirects to another host, 127\.0\.0\.2:1: not followed/);
  });

  it('describes what went wrong', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end('no such page\nat all');
      if (request.url === '/garbage') response.setHeader('content-encoding', 'gzip').end('not gzip');
      if (request.url === '/half')
        response.writeHead(200, { 'content-length': '100' }).write('a 1', () => response.destroy());
    });
    const gone = await serve(() => {});
    await new Promise((done) => servers.pop()?.close(done));
    const failed = (url: string, options = {}) => fetchUrl(url, options).then(String, (error: Error) => error.message);
    expect(await failed(`${base}/missing`)).toBe(`${base}/missing answered 404: no such page`);
    expect(await failed(`${gone}/metrics`)).toBe(`${gone}/metrics: nothing listens there (connection refused)`);
    expect(await failed(`${base}/slow`, { timeoutMs: 50 })).toBe(`${base}/slow did not answer within 50ms`);
    expect(await failed(`${base}/garbage`)).toBe(`${base}/garbage: the answer is not valid gzip`);
    expect(await failed(`${base}/half`)).toBe(`${base}/half: the connection was reset`);
    expect(await failed(`${base}/slow`, { signal: AbortSignal.abort() })).toBe(`${base}/slow: cancelled`);
    expect(await failed('file:///etc/passwd')).toBe('"file:///etc/passwd" is not an http or https address');
    await expect(fetchUrl('x')).rejects.toBeInstanceOf(FetchError);
  });

  it('reports a server that does not speak HTTP', async () => {
    const base = await listening(
      createTcpServer(
        (socket) =>
          void socket
            .on('error', () => {})
            .resume()
            .end('+OK redis\r\n'),
      ),
    );
    await expect(fetchUrl(`${base}/`)).rejects.toThrow(/the answer is not HTTP/);
  });
});
