import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, createCall } from '../../source/engine/api/call.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { Engine } from '../../source/engine/engine.ts';
import type { EngineEvent } from '../../source/engine/facts.ts';
import { failure } from '../builders/failure.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { describeEngine, engineHost } from './require-engine.ts';

const NAME = `connection-test-${process.pid}`;
const NETWORK = `${NAME}-net`;
const VOLUME = `${NAME}-volume`;

/** A container with a health check every second, a port, a volume, a network, limits: something in every field. */
const SPEC = {
  Image: IMAGE,
  Cmd: ['sh', '-c', 'trap "exit 3" TERM; echo out; echo err >&2; while :; do sleep 0.1; done'],
  Env: ['DESK=one'],
  Labels: { 'deskhand.room': 'connection' },
  ExposedPorts: { '9090/tcp': {} },
  StopTimeout: 7,
  Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 1e9, Retries: 2, StartPeriod: 0 },
  HostConfig: {
    NetworkMode: NETWORK,
    Binds: [`${VOLUME}:/data:ro`],
    Memory: 64 * 1024 * 1024,
    NanoCpus: 5e8,
    PidsLimit: 50,
    RestartPolicy: { Name: 'unless-stopped' },
    PortBindings: { '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  },
};

/** Reads until the text has come, then lets the stream go. */
async function heard(stream: Readable, text: string): Promise<string> {
  let seen = '';
  for await (const chunk of stream) {
    seen += String(chunk);
    if (seen.includes(text)) break;
  }
  return seen;
}

describeEngine('a real engine', () => {
  let call: Call;
  let engine: Engine;
  let id: string;

  beforeAll(async () => {
    call = createCall(resolveEndpoint({ flags: { host: engineHost }, env: {}, home: '/nonexistent' }));
    engine = createEngine(call.endpoint, call);
    await buildImage(call.docker);
    await call.docker.createNetwork({ Name: NETWORK });
    await call.docker.createVolume({ Name: VOLUME });
    const container = await call.docker.createContainer({ name: NAME, ...SPEC });
    id = container.id;
    await engine.start(id);
  });

  afterAll(async () => {
    await call.docker.getContainer(NAME).remove({ force: true }).catch(ignoreMissing);
    await call.docker.getVolume(VOLUME).remove().catch(ignoreMissing);
    await call.docker.getNetwork(NETWORK).remove().catch(ignoreMissing);
    engine.close();
  });

  it('answers ping and says what it is', async () => {
    await engine.ping();
    const info = await engine.info();
    expect(info).toMatchObject({ simulated: false, apiVersion: expect.stringMatching(/^1\.\d+$/) });
    expect(info.name).not.toBe('');
    expect(info.cpus).toBeGreaterThan(0);
    expect(info.memory).toBeGreaterThan(0);
  });

  it('lists a container as its inspect has it', async () => {
    const listed = (await engine.containers()).find((container) => container.id === id);
    const inspected = await engine.container(id);
    expect(listed).toMatchObject({
      name: NAME,
      image: IMAGE,
      state: 'running',
      status: expect.stringMatching(/^Up /),
      labels: expect.objectContaining(SPEC.Labels),
      mounts: [expect.objectContaining({ type: 'volume', name: VOLUME, target: '/data', writable: false })],
      attachments: [
        expect.objectContaining({ network: NETWORK, address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) }),
      ],
    });
    const { name, image, imageId, labels, state, ports, mounts } = inspected;
    expect(listed).toMatchObject({ name, image, imageId, labels, state, mounts });
    expect(listed?.ports).toEqual(ports);
    expect(ports).toEqual([{ container: 9090, protocol: 'tcp', host: expect.any(Number), address: '127.0.0.1' }]);
    expect(inspected.created - (listed?.created ?? 0)).toBeLessThan(1000);
    expect(inspected.detail).toMatchObject({
      stopTimeoutSeconds: 7,
      tty: false,
      env: expect.arrayContaining(['DESK=one']),
      limits: { memory: 64 * 1024 * 1024, cpus: 0.5, pids: 50 },
      restartPolicy: { name: 'unless-stopped', maximumRetries: 0 },
      networkMode: NETWORK,
      healthCheck: { test: ['CMD', 'true'], interval: 1000, timeout: 1000, retries: 2 },
      startedAt: expect.any(Number),
    });
  });

  it('reports usage, processes and the other objects', async () => {
    expect(await engine.stats(id)).toMatchObject({ cpu_stats: expect.anything(), memory_stats: expect.anything() });
    const top = await engine.top(id);
    expect(top.titles).toContain('CMD');
    expect(top.rows.some((row) => row.join(' ').includes('sleep'))).toBe(true);
    expect((await engine.images()).some(({ tags }) => tags.includes(IMAGE))).toBe(true);
    expect((await engine.volumes()).find(({ name }) => name === VOLUME)).toMatchObject({ driver: 'local' });
    expect((await engine.networks()).find(({ name }) => name === NETWORK)).toMatchObject({
      driver: 'bridge',
      scope: 'local',
    });
    expect(Array.isArray(await engine.swarmServices())).toBe(true);
  });

  it('inspects each kind by id or name', async () => {
    expect(await engine.inspect('container', NAME)).toMatchObject({ Id: id });
    expect(await engine.inspect('image', IMAGE)).toMatchObject({ RepoTags: expect.arrayContaining([IMAGE]) });
    expect(await engine.inspect('volume', VOLUME)).toMatchObject({ Name: VOLUME });
    expect(await engine.inspect('network', NETWORK)).toMatchObject({ Name: NETWORK });
  });

  it('gives the logs as they are and as they come', async () => {
    const finished = await heard(await engine.logs(id, { follow: false, tail: 10 }), 'nothing ends it early');
    expect(finished).toMatch(/\d{4}-\d\d-\d\dT[\d:.]+Z out\n/);
    const abort = new AbortController();
    const following = await engine.logs(id, { follow: true, signal: abort.signal });
    expect(await heard(following, 'err')).toContain('out');
    abort.abort();
  });

  it('answers the head of a log that has not a line yet', async () => {
    const abort = new AbortController();
    const stream = await engine.logs(id, { follow: true, tail: 0, signal: abort.signal });
    const closed = new Promise((resolve) => stream.once('error', resolve));
    abort.abort();
    expect(await closed).toMatchObject({ name: 'AbortError' });
  });

  it('stops, starts and restarts, reports each as an event, and keeps the probes out of them', async () => {
    const abort = new AbortController();
    const events: EngineEvent[] = [];
    const following = Promise.withResolvers<void>();
    const healthy = Promise.withResolvers<void>();
    const ended = failure(
      engine.events({ signal: abort.signal, started: following.resolve }, (event) => {
        if (event.id === id) events.push(event);
        if (event.id === id && event.action === 'health_status: healthy') healthy.resolve();
      }),
    );
    await following.promise;

    await engine.stop(id, 5);
    const stopped = await engine.container(id);
    expect(stopped).toMatchObject({ state: 'exited', exitCode: 3 });
    const listed = (await engine.containers()).find((container) => container.id === id);
    expect(listed).toMatchObject({ state: 'exited', exitCode: 3, health: 'unknown' });
    // Already stopped is no failure; neither is already started.
    await engine.stop(id, 5);
    await engine.start(id);
    await engine.start(id);
    await engine.restart(id, 5);
    expect((await engine.container(id)).detail?.startedAt).toBeGreaterThan(stopped.detail?.startedAt ?? 0);
    await healthy.promise;
    abort.abort();
    expect((await ended).kind).toBe('cancelled');

    const actions = events
      .map(({ action }) => action)
      .filter((action) => !['connect', 'disconnect', 'kill'].includes(action));
    // Engine 26 sends `stop` and `die` in either order.
    const both = (from: number) => actions.slice(from, from + 2).toSorted();
    expect([both(0), actions[2], both(3), ...actions.slice(5)]).toEqual([
      ['die', 'stop'],
      'start',
      ['die', 'stop'],
      ...['start', 'restart', 'health_status: healthy'],
    ]);
    expect(events.every(({ name, type }) => name === NAME && type === 'container')).toBe(true);
    expect(events.find(({ action }) => action === 'die')?.attributes.exitCode).toBe('3');
  });

  it('reports the events since a time', async () => {
    const { created } = await engine.container(id);
    const abort = new AbortController();
    const events: string[] = [];
    const ended = failure(
      engine.events({ since: created - 1000, signal: abort.signal }, (event) => {
        if (event.id === id) events.push(event.action);
        if (event.action === 'restart') abort.abort();
      }),
    );
    await ended;
    expect(events.slice(0, 2)).toEqual(['create', 'start']);
  });

  it('refuses what does not exist, by kind', async () => {
    expect(await failure(engine.container('connection-nonesuch'))).toMatchObject({
      kind: 'not-found',
      status: 404,
      message: 'The engine refused inspecting the container: No such container: connection-nonesuch',
    });
    expect((await failure(engine.restart('connection-nonesuch', 1))).kind).toBe('not-found');
    expect((await failure(engine.inspect('volume', 'nonesuch?all=1'))).kind).toBe('not-found');
  });

  const socket = engineHost.startsWith('unix://') && process.getuid?.() === 0;
  it.skipIf(!socket)('says what to do without permission (needs root and a unix socket)', async () => {
    const groups = process.getgroups?.() ?? [];
    process.setgroups?.([]);
    process.setegid?.(65534);
    process.seteuid?.(65534);
    try {
      const stranger = createEngine(call.endpoint);
      const error = await failure(stranger.ping());
      expect([error.kind, error.message]).toEqual([
        'permission-denied',
        `Permission denied on the engine socket ${engineHost.slice('unix://'.length)} (--host).`,
      ]);
      expect(error.advice).toMatch(/usermod -aG docker.*sudo.*rootless/);
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.setgroups?.(groups);
    }
  });

  const cli = spawnSync('docker', ['--version']).status === 0;
  describe.skipIf(!cli)('through `docker system dial-stdio` (needs the docker CLI)', () => {
    it('serves calls and streams as over its socket', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'connection-ssh-'));
      const path = process.env.PATH;
      writeFileSync(join(directory, 'ssh'), `#!/bin/sh\nexec docker --host=${engineHost} system dial-stdio\n`);
      chmodSync(join(directory, 'ssh'), 0o755);
      process.env.PATH = `${directory}:${path}`;
      const remote = createEngine(resolveEndpoint({ flags: { host: 'ssh://desk' }, env: {}, home: '/nonexistent' }));
      try {
        await remote.ping();
        const log = await remote.logs(id, { follow: true });
        const answers = await Promise.all([
          remote.info(),
          remote.container(id),
          remote.containers(),
          remote.networks(),
        ]);
        expect(answers[1]).toMatchObject({ id, name: NAME });
        expect(await heard(log, 'out')).toContain('Z out');
      } finally {
        remote.close();
        process.env.PATH = path;
        rmSync(directory, { recursive: true, force: true });
      }
    });
  });
});

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
