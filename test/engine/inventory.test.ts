import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../source/engine/engine.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { IMAGE } from '../stacks/image.ts';
import { describeEngine } from './require-engine.ts';
import { openRoom, type Room, type Watch } from './watch.ts';

/** Polls so seldom that whatever is seen was told by an event. */
const EVENTS_ONLY = { pollSeconds: 3600, inspectsPerSecond: 1000 };
const FOREVER = `trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done`;

const ready = (watch: Watch) => watch.until(() => watch.inventory.connection().state === 'ready');

describeEngine('the inventory on the real engine', () => {
  let room: Room;
  let watch: Watch;
  beforeAll(async () => {
    room = await openRoom('inventory');
    watch = room.watch(EVENTS_ONLY);
    await ready(watch);
  });
  afterAll(() => room.end());

  const until = (id: string, facts: Partial<ContainerFacts>) =>
    watch.until(() => {
      const shown = watch.shown(id);
      return shown !== undefined && Object.entries(facts).every(([key, value]) => shown[key as 'state'] === value);
    });
  const detailed = (id: string, check: (detail: NonNullable<ContainerFacts['detail']>) => boolean) =>
    watch.until(() => {
      const detail = watch.shown(id)?.detail;
      return detail !== undefined && check(detail);
    });
  const events = (id: string) =>
    watch.messages.flatMap((m) => (m.type === 'event' && m.event.id === id ? [m.event.action] : []));

  it('sees a container start, exit with its code, start again and go, by events alone', async () => {
    const id = await room.run('life', 'sleep 0.3; exit 7');
    await until(id, { state: 'exited', exitCode: 7 });
    await detailed(id, ({ finishedAt }) => finishedAt !== undefined);
    expect(watch.shown(id)).toMatchObject({ name: expect.stringMatching(/-inventory-life$/), health: 'none' });
    expect(watch.shown(id)?.status).toMatch(/^Exited \(7\) .+ ago$/);
    await room.engine.start(id);
    await until(id, { state: 'running', exitCode: undefined });
    await room.engine.remove(id, { force: true, volumes: true });
    await watch.until(() => watch.shown(id) === undefined);
    expect(events(id)).toEqual(expect.arrayContaining(['create', 'start', 'die', 'destroy']));
  });

  it('shows the exit with the event itself, before any inspect of it', async () => {
    const id = await room.run('row', FOREVER);
    await detailed(id, () => true);
    await room.engine.kill(id, 'SIGKILL');
    await until(id, { state: 'exited', exitCode: 137 });
    const die = watch.messages.findIndex((m) => m.type === 'event' && m.event.id === id && m.event.action === 'die');
    const exited = { type: 'container', container: { id, state: 'exited', exitCode: 137 } };
    expect(watch.messages[die + 1]).toMatchObject(exited);
    expect(watch.shown(id)?.detail?.oomKilled).toBe(false);
  });

  it('sees health turn, and that a probe by itself costs nothing', async () => {
    let inspects = 0;
    const counting: Engine = {
      ...room.engine,
      container(id, options) {
        inspects += Number(id === checked);
        return room.engine.container(id, options);
      },
    };
    let checked = '';
    const counted = room.watch(EVENTS_ONLY, counting);
    await ready(counted);
    const check = { Test: ['CMD-SHELL', 'echo >> /probes; test ! -e /sick'], Interval: 2e8, Timeout: 5e9, Retries: 2 };
    checked = await room.run('health', `${FOREVER}`, { Healthcheck: check });
    await until(checked, { health: 'healthy' });
    await counted.until(() => counted.shown(checked)?.health === 'healthy');
    await counted.until(() => (counted.shown(checked)?.detail?.probes.length ?? 0) > 0);
    const before = inspects;
    await probed(checked, 5);
    expect(inspects).toBe(before);
    await shell(checked, 'touch /sick');
    await until(checked, { health: 'unhealthy' });
    await detailed(checked, ({ failingStreak }) => failingStreak >= 2);
    await shell(checked, 'rm /sick');
    await until(checked, { health: 'healthy' });
    expect(events(checked).some((action) => action.startsWith('exec_'))).toBe(false);
  });

  it('sees a container killed for its memory', async () => {
    const limit = 16 * 1024 * 1024;
    // Not in its first moments: the engine itself may not yet listen for it then, and says neither oom nor OOMKilled.
    const id = await room.run('oom', 'sleep 1; tail /dev/zero', { HostConfig: { Memory: limit, MemorySwap: limit } });
    await until(id, { state: 'exited' });
    await detailed(id, ({ oomKilled }) => oomKilled);
    expect(watch.shown(id)).toMatchObject({ exitCode: 137, detail: { limits: { memory: limit } } });
    expect(events(id)).toContain('oom');
  });

  it('sees a new name, pause, unpause, changed limits and a network joined', async () => {
    const id = await room.run('changes', FOREVER);
    await detailed(id, () => true);
    const name = `${watch.shown(id)?.name}-renamed`;
    await room.docker.getContainer(id).rename({ name });
    await until(id, { name });
    await room.engine.pause(id);
    await until(id, { state: 'paused' });
    await room.engine.unpause(id);
    await until(id, { state: 'running' });
    await room.docker.getContainer(id).update({ NanoCpus: 250_000_000 });
    await detailed(id, ({ limits }) => limits.cpus === 0.25);
    await room.docker.getNetwork('bridge').disconnect({ Container: id });
    await watch.until(() => watch.shown(id)?.attachments.length === 0);
    await room.engine.connect('bridge', id, {});
    await watch.until(() => watch.shown(id)?.attachments[0]?.network === 'bridge');
  });

  it('sees a restart policy at work: restarting, and the count', async () => {
    const id = await room.run('loop', 'exit 1', { HostConfig: { RestartPolicy: { Name: 'always' } } });
    await until(id, { state: 'restarting' });
    await detailed(id, ({ restartCount }) => restartCount >= 2);
    expect(watch.shown(id)?.exitCode).toBe(1);
  });

  it('repairs by its poll what no event told', async () => {
    const deaf: Engine = { ...room.engine, events: (options) => room.engine.events(options, () => {}) };
    const polling = room.watch({ pollSeconds: 0.5 }, deaf);
    await ready(polling);
    const id = await room.run('missed', FOREVER);
    await polling.until(() => polling.shown(id)?.state === 'running');
    await polling.until(() => polling.shown(id)?.detail !== undefined);
    const began = polling.shown(id)?.detail?.startedAt ?? 0;
    await room.engine.kill(id, 'SIGKILL');
    await polling.until(() => polling.shown(id)?.exitCode === 137 && polling.shown(id)?.detail?.pid === 0);
    await room.engine.start(id);
    await polling.until(() => (polling.shown(id)?.detail?.startedAt ?? 0) > began);
    await room.engine.remove(id, { force: true, volumes: true });
    await polling.until(() => polling.shown(id) === undefined);
  });

  it('finds by its poll nothing new when nothing is: the same objects, list and inspect agreeing', async () => {
    const id = await room.run('quiet', FOREVER, {
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1e8, Retries: 1 },
      ExposedPorts: { '80/tcp': {}, '81/tcp': {}, '82/udp': {} },
      HostConfig: {
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
        Binds: ['/etc/hostname:/a:ro', '/etc/hosts:/b:ro'],
      },
    });
    await detailed(id, () => true);
    await until(id, { health: 'healthy' });
    const lists = () => watch.messages.filter((m) => m.type === 'containers').length;
    for (let polls = 0; polls < 3; polls += 1) {
      const before = lists();
      watch.inventory.refresh();
      await watch.until(() => lists() > before);
    }
    const { status: _, detail: __, ...first } = watch.shown(id) as ContainerFacts;
    const before = lists();
    watch.inventory.refresh();
    await watch.until(() => lists() > before);
    const second = watch.shown(id);
    for (const key of Object.keys(first)) expect(second?.[key as 'ports'], key).toBe(first[key as 'ports']);
  });

  /** Waits for so many probes of a health check to end. */
  async function probed(id: string, times: number): Promise<void> {
    const filters = { container: [id], event: ['exec_die'] };
    const events = await room.docker.getEvents({ filters: JSON.stringify(filters) });
    for (let seen = 0; seen < times; seen += 1) await once(events, 'data');
    (events as Readable).destroy();
  }

  async function shell(id: string, command: string): Promise<void> {
    const exec = await room.docker.getContainer(id).exec({ Cmd: ['sh', '-c', command] });
    await exec.start({ Detach: true });
  }
});

describeEngine('the inventory and an engine that goes', () => {
  let own: TestEngine;
  let room: Room;
  beforeAll(async () => {
    own = await startEngine(mkdtempSync(join(tmpdir(), 'deskhand-inventory-')));
    room = await openRoom('reconnect', own.host);
  });
  afterAll(async () => {
    await room.end();
    await own.remove();
  });

  it('is lost, says so, and is taken up again by itself, with what happened meanwhile', async () => {
    const watch = room.watch({ pollSeconds: 3600, timeoutMs: 2000 });
    await ready(watch);
    const id = await room.run('survivor', FOREVER);
    await watch.until(() => watch.shown(id)?.state === 'running');
    await own.stop();
    await watch.until(() => watch.inventory.connection().state === 'lost');
    expect(watch.shown(id)).toBeDefined();
    await own.start();
    await ready(watch);
    expect(watch.shown(id)?.state).toBe('exited');
    await room.engine.start(id);
    await watch.until(() => watch.shown(id)?.state === 'running');
  });

  it('is noticed when it hangs: it accepts, and never answers', async () => {
    const watch = room.watch({ pollSeconds: 0.2, timeoutMs: 1000 });
    await ready(watch);
    const pid = own.pid() ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      await watch.until(() => watch.inventory.connection().state === 'lost');
      expect(watch.inventory.connection()).toMatchObject({ why: { kind: 'timeout' } });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await ready(watch);
  });

  it('reports Swarm services while the engine is a manager, as they change', async () => {
    const watch = room.watch({ pollSeconds: 3600 });
    await ready(watch);
    expect(watch.messages.some(({ type }) => type === 'swarm')).toBe(false);
    await own.docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
    const swarmOf = ({ messages }: Watch) => messages.findLast((message) => message.type === 'engine')?.info.swarm;
    await watch.until(() => swarmOf(watch) === 'manager');
    const managed = room.watch({ pollSeconds: 0.3 });
    await ready(managed);
    const service = {
      Name: 'quotes',
      TaskTemplate: { ContainerSpec: { Image: IMAGE, Command: ['sleep', '3600'] } },
      Mode: { Replicated: { Replicas: 2 } },
    };
    await room.docker.createService(service);
    const received = () => managed.messages.findLast((message) => message.type === 'swarm')?.services;
    await managed.until(() => received()?.[0]?.running === 2);
    expect(received()).toMatchObject([{ name: 'quotes', mode: 'replicated', wanted: 2 }]);
    await room.docker.getService('quotes').remove();
    await managed.until(() => received()?.length === 0);
    await room.docker.createService(service);
    await managed.until(() => received()?.length === 1);
    await own.docker.swarmLeave({ force: true });
    await managed.until(() => swarmOf(managed) === 'inactive');
    expect(received()).toEqual([]);
  });
});
