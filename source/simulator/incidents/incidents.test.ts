import { describe, expect, it } from 'vitest';
import { statsView } from '../api/stats.ts';
import { statusText } from '../api/view.ts';
import { tradingHost } from '../stacks/index.ts';
import { deleteImage } from '../world/images.ts';
import { guardMemory, start } from '../world/lifecycle.ts';
import { readLog } from '../world/log.ts';
import { runInside } from '../world/shell.ts';
import { restart } from '../world/signals.ts';
import { MINUTE, SECOND } from '../world/time.ts';
import type { Container, World } from '../world/types.ts';
import { advance, containerNamed } from '../world/world.ts';
import { endIncident, incidentNames, incidentOf, playIncident } from './index.ts';

const NOW = Date.UTC(2026, 10, 20, 9);

/** A host on which the incident has been going on for so long; the world before it is in `events`. */
function during(name: string, ms: number): World {
  const world = tradingHost('test', NOW - 5 * MINUTE);
  advance(world, NOW);
  world.events.kept.length = 0;
  playIncident(world, incidentOf(name));
  pass(world, ms);
  return world;
}

function pass(world: World, ms: number): void {
  advance(world, world.now + ms);
}

function get(world: World, name: string): Container {
  const container = containerNamed(world, name);
  if (!container) throw new Error(`no ${name}`);
  return container;
}

function status(world: World, name: string): string {
  return statusText(get(world, name), world.now);
}

function lines(world: World, name: string, tail = 8): string {
  return readLog(get(world, name), { from: 0, to: world.now, tail }, world.seed)
    .map((line) => line.text)
    .join('\n');
}

function events(world: World, name: string): string[] {
  return world.events.kept
    .filter(
      (event) => event.attributes.name === name && event.type === 'container' && !event.action.startsWith('exec_'),
    )
    .map((event) => event.action);
}

function metrics(world: World, name: string): string {
  const container = get(world, name);
  const port = container.program.endpoints?.port ?? 0;
  return container.program.http?.({ path: '/metrics', port }, container, world)?.body ?? '';
}

function eventsTotal(world: World): number {
  return Number(/nanoarb_events_total_total (\d+)/.exec(metrics(world, 'nanoarb-engine'))?.[1]);
}

describe('incidents', () => {
  it('are sixteen, each described in one line', () => {
    expect(Object.keys(incidentNames)).toHaveLength(16);
    for (const received of Object.values(incidentNames)) expect(received).toMatch(/^[^\n]{20,140}$/);
  });

  it.each(Object.keys(incidentNames))('%s is over after its end', (name) => {
    const world = during(name, 3 * MINUTE);
    endIncident(world, incidentOf(name));
    pass(world, 4 * MINUTE);
    const ill = [...world.containers.values()].filter((c) => {
      const well = c.state.status === 'running' || c.name === 'exness-db-migrate';
      return !well || c.mood !== 'normal' || (c.health && c.health.status !== 'healthy');
    });
    expect(ill.map((c) => `${c.name}: ${statusText(c, world.now)} ${c.mood}`)).toEqual([]);
    expect(world.faults.size).toBe(0);
  });

  it('nanoarb-curl-missing: unhealthy while it trades and answers from outside', () => {
    const world = during('nanoarb-curl-missing', 2 * MINUTE);
    expect(status(world, 'nanoarb-engine')).toMatch(/\(unhealthy\)/);
    expect(get(world, 'nanoarb-engine').health?.log.at(-1)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('curl: not found'),
    });
    const before = eventsTotal(world);
    pass(world, SECOND);
    expect(eventsTotal(world)).toBeGreaterThan(before);
  });

  it('nanoarb-crash-loop: restarts with growing pauses, and its last line names the error', () => {
    const world = during('nanoarb-crash-loop', MINUTE);
    expect(status(world, 'nanoarb-engine')).toMatch(/^Restarting \(1\)/);
    expect(get(world, 'nanoarb-engine').state.restartCount).toBeGreaterThan(5);
    expect(lines(world, 'nanoarb-engine', 1)).toContain('Configuration error');
  });

  it('nanoarb-oom: oom before die, exit 137, repeatedly until it has more memory', () => {
    const world = during('nanoarb-oom', 2 * MINUTE);
    const seen = events(world, 'nanoarb-engine').filter((action) => !action.startsWith('health'));
    expect(seen.slice(0, 5)).toEqual(['oom', 'die', 'start', 'oom', 'die']);
    const engine = get(world, 'nanoarb-engine');
    const count = engine.state.restartCount;
    engine.hostConfig = { ...engine.hostConfig, Memory: 6 * 2 ** 30, MemorySwap: 12 * 2 ** 30 };
    guardMemory(world, engine);
    pass(world, 5 * MINUTE);
    expect(engine.state.restartCount).toBe(count);
    expect(JSON.parse(JSON.stringify(statsView(world, engine))).memory_stats.usage).toBeGreaterThan(4.5 * 2 ** 30);
  });

  it('nanoarb-stalled: zero events, no CPU, healthy; a restart resets the counters', () => {
    const world = during('nanoarb-stalled', MINUTE);
    const before = eventsTotal(world);
    pass(world, MINUTE);
    expect(eventsTotal(world)).toBe(before);
    expect(status(world, 'nanoarb-engine')).toMatch(/\(healthy\)/);
    restart(world, get(world, 'nanoarb-engine'), 1, () => undefined);
    pass(world, 11 * SECOND);
    expect(eventsTotal(world)).toBeLessThan(2000);
    expect(eventsTotal(world)).toBeGreaterThan(0);
  });

  it('openalgo: an oom inside the container, exhausted threads, a dead proxy', () => {
    const oom = during('openalgo-strategy-oom', SECOND);
    expect(events(oom, 'openalgo')).toEqual(['oom']);
    expect(get(oom, 'openalgo').state).toMatchObject({ status: 'running', oomKilled: true });
    const threads = during('openalgo-threads', MINUTE);
    expect(lines(threads, 'openalgo', 40)).toContain('OpenBLAS blas_thread_init');
    expect(get(threads, 'openalgo').load.pids).toBeGreaterThan(400);
    const dead = during('openalgo-ws-dead', MINUTE);
    const app = get(dead, 'openalgo');
    expect(app.program.processes(app).some(({ command }) => command.includes('websocket_proxy'))).toBe(false);
    expect(runInside(dead, app, ['curl', 'http://localhost:8765']).exitCode).toBe(7);
    expect(status(dead, 'openalgo')).toMatch(/\(healthy\)/);
  });

  it('trading-api-exit: the api exits seconds after db starts and stays down until it is restarted', () => {
    const world = during('trading-api-exit', 20 * SECOND);
    expect(status(world, 'trading-api-1')).toMatch(/^Exited \(1\)/);
    expect(status(world, 'trading-db-1')).toMatch(/^Up 20 seconds/);
    expect(lines(world, 'trading-api-1', 1)).toContain('cannot connect to database');
    start(world, get(world, 'trading-api-1'));
    pass(world, 10 * SECOND);
    expect(status(world, 'trading-api-1')).toMatch(/^Up/);
  });

  it('maricusco-redis-down: two alarms, both ended by starting redis', () => {
    const world = during('maricusco-redis-down', 2 * MINUTE);
    expect(status(world, 'maricusco-redis')).toMatch(/^Exited \(137\)/);
    expect(status(world, 'maricusco-app')).toMatch(/\(unhealthy\)/);
    expect(metrics(world, 'maricusco-app')).toContain('maricusco_dependency_up{dependency="redis"} 0.0');
    start(world, get(world, 'maricusco-redis'));
    pass(world, MINUTE);
    expect(status(world, 'maricusco-app')).toMatch(/\(healthy\)/);
  });

  it('maricusco-probe-timeouts: flaps, and the probes show why', () => {
    const world = during('maricusco-probe-timeouts', 10 * MINUTE);
    const changes = new Set(events(world, 'maricusco-app'));
    expect(changes).toEqual(new Set(['health_status: unhealthy', 'health_status: healthy']));
    const again = during('maricusco-probe-timeouts', 100 * SECOND);
    const outputs = get(again, 'maricusco-app').health?.log.map((probe) => probe.output);
    expect(outputs).toContain('Health check exceeded timeout (2s)');
  });

  it('exness-migrate-failed: six stay Created; rerun it, then start them', () => {
    const world = during('exness-migrate-failed', 30 * SECOND);
    const created = [...world.containers.values()]
      .filter((c) => statusText(c, world.now) === 'Created')
      .map((c) => c.name);
    expect(created.sort()).toEqual(
      ['backend', 'dbstorage', 'engine', 'prisma-studio', 'snap-shotting', 'web'].map((n) => `exness-${n}`),
    );
    expect(status(world, 'exness-db-migrate')).toMatch(/^Exited \(1\)/);
    expect(lines(world, 'exness-db-migrate')).toContain("P1001: Can't reach database server");
    start(world, get(world, 'exness-db-migrate'));
    pass(world, 5 * SECOND);
    expect(status(world, 'exness-db-migrate')).toMatch(/^Exited \(0\)/);
    for (const name of created) start(world, get(world, name));
    expect(get(world, 'exness-backend').mood).toBe('normal');
  });

  it('redis-oom: redis stays down; its clients stay up, log errors and recover with it', () => {
    const world = during('redis-oom', 30 * SECOND);
    expect(events(world, 'exness-redis')).toEqual(['oom', 'die']);
    expect(get(world, 'exness-redis').state).toMatchObject({ status: 'exited', exitCode: 137, oomKilled: true });
    for (const name of ['backend', 'engine', 'price-poller', 'dbstorage', 'batch-upload', 'websocket-server']) {
      expect(status(world, `exness-${name}`)).toMatch(/^Up 2 days/);
      expect(lines(world, `exness-${name}`, 20)).toMatch(/ENOTFOUND redis|ECONNREFUSED|MaxRetriesPerRequestError/);
    }
    start(world, get(world, 'exness-redis'));
    pass(world, SECOND);
    expect(lines(world, 'exness-backend', 40)).toContain('✅ Redis connected');
  });

  it('exness-price-poller: up and silent, nothing received', () => {
    const world = during('exness-price-poller', MINUTE);
    const poller = get(world, 'exness-price-poller');
    expect(status(world, poller.name)).toMatch(/^Up 2 days/);
    expect(readLog(poller, { from: NOW + 1, to: world.now }, world.seed)).toEqual([]);
    const before = JSON.parse(JSON.stringify(statsView(world, poller))).networks.eth0.rx_bytes;
    pass(world, 10 * SECOND);
    const after = JSON.parse(JSON.stringify(statsView(world, poller))).networks.eth0.rx_bytes;
    expect(after - before).toBeLessThan(10_000);
    restart(world, poller, 10, () => undefined);
    pass(world, 5 * SECOND);
    expect(lines(world, poller.name, 3)).toContain('USDT');
  });

  it('exness-engine-restart: the engine starts empty, and the backend lacks orders', () => {
    const world = during('exness-engine-restart', 10 * SECOND);
    expect(events(world, 'exness-engine')).toEqual(['kill', 'die', 'stop', 'start', 'restart']);
    expect(lines(world, 'exness-engine', 200)).toContain('0 open orders, 0 balances');
    expect(lines(world, 'exness-backend', 40)).toContain('not found in engine');
  });

  it('host-reboot: only containers with a restart policy are back', () => {
    const world = during('host-reboot', MINUTE);
    expect(status(world, 'exness-postgres')).toMatch(/^Exited \(255\)/);
    expect(status(world, 'exness-backend')).toMatch(/^Up About a minute/);
    expect(status(world, 'nanoarb-engine')).toMatch(/^Up About a minute/);
    expect(lines(world, 'exness-backend', 20)).toMatch(/redis|postgres/);
  });

  it('disk-full: databases cannot write and nothing starts until the dangling images are removed', () => {
    const world = during('disk-full', MINUTE);
    expect(lines(world, 'exness-postgres', 4)).toContain('No space left on device');
    restart(world, get(world, 'exness-docs'), 10, () => undefined);
    pass(world, SECOND);
    expect(status(world, 'exness-docs')).toMatch(/^Exited/);
    expect(get(world, 'exness-docs').state.error).toContain('no space left on device');
    for (const image of [...world.images.values()].filter((one) => one.tags.length === 0)) deleteImage(world, image);
    start(world, get(world, 'exness-docs'));
    expect(status(world, 'exness-docs')).toMatch(/^Up/);
    expect(get(world, 'exness-postgres').mood).toBe('normal');
  });
});
