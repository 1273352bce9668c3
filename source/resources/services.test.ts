import { describe, expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { compose, NOON } from '../../test/builders/facts.ts';
import { exness } from '../../test/incidents/stacks.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId } from '../lib/ids.ts';
import { selectRows } from '../ui/table/select-rows.ts';
import type { CellContext } from './resource.ts';
import { services } from './services.ts';

function shown(all: readonly ContainerFacts[], filter = ''): string[] {
  const world = worldOf(all);
  const table = { filter, faults: false, sort: services.sort };
  return selectRows(world.desk.services, services, table, world).map(({ name }) => name);
}

describe('the services', () => {
  it('show the project in the name only when several are on the screen', () => {
    const name = services.columns.find(({ id }) => id === 'name');
    const [redis] = [compose('exness', 'redis')];
    const of = (project?: string) => {
      const world = worldOf(redis ? [redis] : [], { project });
      const [service] = world.desk.services;
      return service && name?.value(service, world);
    };
    expect([of(), of('exness')]).toEqual(['exness/redis', 'redis']);
  });

  it('are found by an anchored expression with their own name, and with that of their project', () => {
    const all = ['seq', 'seqtty', 'tty-seq'].map((name) => compose('exness', name));
    expect(shown(all, '^seq$')).toEqual(['seq']);
    expect(shown(all, '^exness/seq$')).toEqual(['seq']);
    expect(shown(all, 'seq$')).toEqual(['seq', 'tty-seq']);
    expect(shown(all, '!^seq$')).toEqual(['seqtty', 'tty-seq']);
  });

  it('show no usage of a container that has ended, whatever was read last', () => {
    const { redis } = exness();
    if (!redis) throw new Error('the stack has no redis');
    const totals = { received: 0, sent: 0, read: 0, written: 0 };
    const cells = (facts: ContainerFacts) => {
      const usage = { at: NOON, cpuPercent: 3, memory: 2 ** 20, totals };
      const world = worldOf([facts], { messages: [{ type: 'usage', id: facts.id, usage }] });
      const [service] = world.desk.services;
      return services.columns
        .filter(({ id }) => id === 'cpu' || id === 'memory')
        .map((column) => service && column.value(service, world).trim());
    };
    expect(cells(redis)).toEqual(['3.0%', '1MiB']);
    expect(cells({ ...redis, state: 'exited', exitCode: 137 })).toEqual(['', '']);
  });

  it('open their containers, of a Swarm its tasks: those may be on other nodes', () => {
    const swarm = { id: 's1', name: 'shop_web', stack: 'shop', image: '', labels: {}, mode: 'replicated' } as const;
    const received = { ...swarm, wanted: 2, running: 2, ports: [], created: NOON, version: 1 };
    const messages = [{ type: 'swarm' as const, services: [received] }];
    const { desk } = worldOf([exness().redis as ContainerFacts], { messages });
    expect(desk.services.map((service) => services.enter?.(service))).toEqual([
      { open: 'table', resource: 'containers', scope: { service: 'compose:exness/redis' } },
      { open: 'table', resource: 'tasks', scope: { service: 'swarm:shop_web' } },
    ]);
  });

  it('show how the CPU of what runs went, when a past is kept', () => {
    const { redis } = exness();
    if (!redis) throw new Error('the stack has no redis');
    const stopped = { ...redis, id: containerId('stopped'), state: 'exited' as const };
    const world = worldOf([redis, stopped]);
    const column = services.columns.find(({ id }) => id === 'cpu-trend');
    const [service] = world.desk.services;
    const trend = (over: CellContext) => service && column?.value(service, over);
    expect(trend({ ...world, cpuTrend: (ids, cells) => `${ids.join()} ${cells}` })).toBe(`${redis.id} 10`);
    expect(trend(world)).toBe('');
  });

  it('put the one cause on top of what it keeps from starting, whatever its name', () => {
    const { 'db-migrate': migrate, ...rest } = exness();
    const waiting = ['backend', 'engine', 'dbstorage', 'prisma-studio', 'web'];
    const all = Object.entries(rest).map(([name, facts]) =>
      waiting.includes(name)
        ? { ...facts, state: 'created' as const, exitCode: 0, detail: { ...facts.detail, startedAt: undefined } }
        : facts,
    );
    const failed = migrate && { ...migrate, exitCode: 1 };
    const [first, ...others] = shown([...all, ...(failed ? [failed] : [])] as ContainerFacts[]);
    expect(first).toBe('db-migrate');
    expect(others.slice(0, waiting.length)).toEqual([...waiting].sort());
  });
});
