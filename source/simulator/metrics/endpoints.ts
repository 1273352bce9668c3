import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import type { Container, World } from '../world/types.ts';
import { advance, changed, isRunning } from '../world/world.ts';

/**
 * The programs' own HTTP endpoints (/metrics, /health) on loopback ports, open only while their container runs. The documented
 * port may be taken on the real host, so the real address is in labels (`deskhand.metrics.url`, `deskhand.health.url`).
 */
export type Endpoints = {
  /** URL of a container's metrics by container name. */
  metricsUrls: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** `ports`: wanted port by container name; a free one for all others. */
export async function openEndpoints(
  world: World,
  clock: Clock,
  ports: Readonly<Record<string, number>>,
): Promise<Endpoints> {
  const metricsUrls: Record<string, string> = {};
  const closing: (() => Promise<void>)[] = [];
  for (const container of world.containers.values()) {
    const { endpoints } = container.program;
    if (!endpoints) continue;
    const { Labels } = container.config;
    const door = await openDoor(world, clock, container, endpoints.port, ports[container.name] ?? 0);
    closing.push(door.close);
    for (const [label, path] of Object.entries(endpoints.labels)) {
      Labels[label] = `http://127.0.0.1:${door.port}${path}`;
    }
    if (endpoints.webSocket !== undefined) {
      const second = await openDoor(world, clock, container, endpoints.webSocket, 0);
      closing.push(second.close);
      const health = Labels['deskhand.health.url'];
      Labels['deskhand.health.url'] = [...(health ? [health] : []), `ws://127.0.0.1:${second.port}`].join(' ');
    }
    const metrics = container.config.Labels['deskhand.metrics.url'];
    if (metrics) metricsUrls[container.name] = metrics;
    changed(container);
  }
  return { metricsUrls, close: async () => void (await Promise.all(closing.map((close) => close()))) };
}

async function openDoor(
  world: World,
  clock: Clock,
  container: Container,
  inside: number,
  wanted: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = serverFor(world, clock, container, inside);
  await listenOn(server, wanted);
  const { port } = server.address() as AddressInfo;
  // A stopped program refuses connections: its port is closed until it runs again.
  let closed = false;
  let due = false;
  const check = (): void => {
    due = false;
    const open = isRunning(container) && world.containers.has(container.id) && !closed;
    if (open && !server.listening) listenOn(server, port).catch(() => undefined);
    if (!open && server.listening) shut(server);
  };
  // While the simulation catches up, only a container's final state counts.
  const follow = (): void => {
    if (!due) queueMicrotask(check);
    due = true;
  };
  container.watchers.add(follow);
  check();
  return {
    port,
    async close() {
      closed = true;
      container.watchers.delete(follow);
      if (server.listening) await new Promise<void>((done) => shut(server, done));
    },
  };
}

function serverFor(world: World, clock: Clock, container: Container, port: number): Server {
  const { program } = container;
  const server = createServer((request, response) => {
    advance(world, clock.now());
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const answer = program.http?.({ path, port }, container, world);
    // Nothing listens there: behave like Docker's port proxy, which accepts and then finds no listener.
    if (!answer) return void request.socket.destroy();
    if (request.method !== 'GET') return void response.writeHead(405).end();
    const close = program.closesConnections ? { Connection: 'close' } : {};
    clock.after(answer.ms ?? 0, () => {
      response.writeHead(answer.status, { 'Content-Type': answer.type ?? 'text/plain', ...close });
      response.end(answer.body);
    });
  });
  return server;
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      done();
    });
  });
}

function shut(server: Server, done?: () => void): void {
  server.close(() => done?.());
  server.closeAllConnections();
}
