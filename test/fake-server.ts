import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A peer on a unix socket that behaves as a test says, in the place of an engine. */
export type FakeServer = {
  /** As DOCKER_HOST has it. */
  host: string;
  socket: string;
  /** "GET /path?query" of each request, in order. */
  requests: string[];
  /** Connections taken so far. */
  connections: () => number;
  /** Resolves when the next request is there. */
  requested: () => Promise<void>;
  close: () => Promise<void>;
};

export type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void;

/** An HTTP server; `answer` is called for each request. */
export function serveHttp(answer: Answer): Promise<FakeServer> {
  const requests: string[] = [];
  const events = new EventEmitter();
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(response, request);
    events.emit('request');
  });
  return listen(server, requests, events);
}

/** A server of bytes: `talk` is called with each connection. */
export function serveBytes(talk: (socket: net.Socket) => void): Promise<FakeServer> {
  const events = new EventEmitter();
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => events.emit('request'));
    talk(socket);
  });
  return listen(server, [], events);
}

async function listen(server: net.Server, requests: string[], events: EventEmitter): Promise<FakeServer> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-fake-'));
  const socket = join(directory, 'engine.sock');
  const sockets = new Set<net.Socket>();
  let connections = 0;
  server.on('connection', (peer: net.Socket) => {
    connections += 1;
    sockets.add(peer);
    peer.on('close', () => sockets.delete(peer));
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    host: `unix://${socket}`,
    socket,
    requests,
    connections: () => connections,
    requested: async () => {
      await once(events, 'request');
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const peer of sockets) peer.destroy();
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Answers JSON with the header by which an engine tells its API version. */
export function json(response: http.ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Api-Version': '1.41' });
  response.end(JSON.stringify(value));
}
