import { describe, expect, it } from 'vitest';
import { alone, noTools, planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { type Engine, type EngineChanges, EngineError } from '../engine/engine.ts';
import type { DiskContainer, DiskImage, DiskUse, NetworkFacts, VolumeFacts } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import type { Plan, PlanObject, Refusal, RunContext, Target } from './action.ts';
import { diskLines } from './disk.ts';
import { prune } from './prune.ts';
import { verifyRemoved } from './removal.ts';
import { removeVolume } from './remove-volume.ts';

const image = (id: string, tags: readonly string[], changes: Partial<DiskImage> = {}): DiskImage => ({
  id,
  tags,
  digests: [],
  size: 100,
  shared: 40,
  created: 5,
  containers: 0,
  labels: {},
  ...changes,
});
const volume = (name: string, size?: number): VolumeFacts => ({
  name,
  driver: 'local',
  labels: {},
  mountpoint: '/v',
  size,
});
const network = (name: string): NetworkFacts => ({
  id: `net-${name}`,
  name,
  driver: 'bridge',
  scope: 'local',
  internal: false,
  labels: {},
});
const disk = (name: string, changes: Parameters<typeof container>[1], written = 10): DiskContainer => ({
  ...container(name, changes),
  written,
});

const migrate = container('exness-db-migrate', { state: 'exited', exitCode: 0 });
const anonymous = 'f'.repeat(64);
const use: DiskUse = {
  layers: 1000,
  images: [
    image('used', ['redis:7']),
    image('old', []),
    image('idle', ['worker:1', 'worker:latest']),
    image('back', ['exness/backend:deskhand-rollback-1']),
    image('kept', [], { labels: { 'deskhand.protected': 'true' } }),
  ],
  containers: [
    disk('redis', {
      imageId: 'used',
      mounts: [{ type: 'volume', name: 'redis-data', source: '', target: '/data', writable: true }],
      attachments: [{ network: 'exness', aliases: [] }],
    }),
    disk('crashed', {
      state: 'exited',
      exitCode: 1,
      imageId: 'used',
      attachments: [{ network: 'stopped-net', aliases: [] }],
    }),
    { ...migrate, imageId: 'used', written: 3 },
  ],
  volumes: [volume('redis-data', 500), volume('pgdata', 700), volume(anonymous, 50)],
  buildCache: [
    { id: 'cache1', type: 'regular', description: 'RUN make', size: 30, inUse: false, shared: false },
    { id: 'cache2', type: 'regular', description: 'busy', size: 30, inUse: true, shared: false },
  ],
};
const networks: NetworkFacts[] = [
  ...['bridge', 'host', 'none', 'exness', 'stopped-net', 'idle-net'].map(network),
  { ...network('template'), configOnly: true },
];

function plan(
  what: string,
  { disk: given = use, ...options }: { all?: boolean; kept?: boolean; disk?: DiskUse } = {},
): Plan & Refusal {
  const { desk, state } = deskOf([service('exness', 'db-migrate', { job: true, containers: [migrate] })]);
  const parameters = { all: false, kept: false, ...options };
  const target: Target = { engine: engineId('fake'), kind: 'unused', id: what };
  return planOf(prune, { state, desk }, target, {
    parameters,
    facts: { use: given, networks, histories: new Map(), logs: new Map() },
  });
}
const names = (made: Plan) => made.objects.map(({ name }) => name);

describe('the plan of a prune', () => {
  it('lists every object with its bytes, its age and why it is unused', () => {
    expect(plan('all-images').objects).toEqual([
      expect.objectContaining({
        kind: 'image',
        id: 'old',
        bytes: 60,
        created: 5,
        note: 'dangling: it has no tag and no container',
      }),
      expect.objectContaining({
        id: 'idle',
        name: 'worker:1',
        note: 'no container uses it; tags: worker:1, worker:latest',
      }),
    ]);
    expect(plan('all-images').title).toBe('Prune all unused images (2 objects, 120B)');
  });

  it('takes only dangling images unless all are asked for', () => {
    expect(names(plan('images'))).toEqual(['old']);
  });

  it('keeps rollback images and exited jobs unless they are asked for, and protected things always', () => {
    expect(plan('all-images').warnings).toContain(
      'Kept: exness/backend:deskhand-rollback-1 (rollback images), kept (protected by the label deskhand.protected).',
    );
    expect(plan('all-images', { kept: true }).objects.map(({ id }) => id)).toEqual(['old', 'idle', 'back']);
    expect(names(plan('containers'))).toEqual(['crashed']);
    expect(plan('containers').warnings).toContain('Kept: exness-db-migrate (the result of a job).');
    expect(names(plan('containers', { kept: true }))).toEqual(['crashed', 'exness-db-migrate']);
  });

  it('refuses in one sentence where everything unused is kept', () => {
    const images = [image('back', ['exness/backend:deskhand-rollback-1'])];
    expect(plan('all-images', { disk: { ...use, images } })).toMatchObject({
      refused: expect.stringMatching(/everything unused is kept$/),
      change: 'look at what is kept: exness/backend:deskhand-rollback-1 (rollback images)',
    });
  });

  it('names the service that an untagged image was built for, and keeps the newest to go back to', () => {
    const built = (id: string, created: number, of: string) =>
      image(id, [], {
        created,
        labels: { 'com.docker.compose.project': 'exness', 'com.docker.compose.service': of },
      });
    const images = [built('older', 1, 'db-migrate'), built('newer', 2, 'db-migrate'), built('gone', 3, 'gone')];
    const made = plan('images', { disk: { ...use, images } });
    expect(made.objects.map(({ id, note }) => `${id}: ${note}`)).toEqual([
      'older: dangling: it has no tag and no container; built for exness/db-migrate',
      'gone: dangling: it has no tag and no container; built for exness/gone',
    ]);
    expect(made.warnings).toContain('Kept: newer (the former image of exness/db-migrate, to go back to).');
    expect(plan('images', { disk: { ...use, images }, kept: true }).objects).toHaveLength(3);
  });

  it('keeps networks that a stopped container needs, and those of the engine', () => {
    const made = plan('networks');
    expect(names(made)).toEqual(['idle-net']);
    expect(made.danger).toBe(2);
    expect(made.warnings).toContain('Manual settings, such as a subnet, must be recreated by hand.');
  });

  it('never takes a named volume, nor any volume with the system', () => {
    expect(names(plan('volumes', { kept: true }))).toEqual([anonymous]);
    expect(plan('volumes').danger).toBe(4);
    expect(plan('system').objects.map(({ kind }) => kind)).toEqual(['container', 'image', 'network', 'build-cache']);
    expect(plan('system').warnings).toContain('Volumes are not touched.');
  });

  it('removes one volume by its own name, unless a container mounts it', () => {
    const { desk, state } = deskOf([]);
    const one = (name: string) =>
      planOf(
        removeVolume,
        { state, desk },
        { engine: engineId('fake'), kind: 'volume', id: name },
        { facts: { use, networks, histories: new Map(), logs: new Map() } },
      );
    expect(one('pgdata')).toMatchObject({ danger: 4, name: 'pgdata', title: 'Remove the volume pgdata (700B)' });
    expect(one('redis-data')).toMatchObject({ refused: 'it is in use by a container' });
    expect(one('nothing')).toMatchObject({ refused: 'there is no such volume' });
  });
});

describe('a prune', () => {
  function context(calls: string[], after: DiskUse, alive = true): RunContext {
    const answers: Partial<Engine & EngineChanges> = {
      inspect: async (_kind, id) => {
        const found = use.images.find((one) => one.id === id || one.tags.includes(id));
        return { Id: found?.id, RepoTags: found?.tags };
      },
      removeImage: async (id) => {
        calls.push(id);
        if (id === 'old') throw new EngineError('conflict', 'image is being used by stopped container');
      },
      diskUse: async () => after,
      networks: async () => networks,
      ping: () => (alive ? Promise.resolve() : Promise.reject(new Error('lost'))),
    };
    const engine = FakeEngine.that(answers, fakeClock());
    const signal = new AbortController().signal;
    const idle = {
      state: () => deskOf([]).state,
      now: () => 0,
      wait: async () => undefined,
      ...alone,
      progress: () => undefined,
    };
    return { engine, tools: noTools, begun: 0, signal, ...idle };
  }

  it('goes object by object, tag by tag, and past a failure', async () => {
    const calls: string[] = [];
    const steps = await prune.run(plan('all-images'), context(calls, use));
    expect(calls).toEqual(['old', 'worker:1', 'idle']);
    expect(steps.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('is not called failed when the space freed could not be counted', async () => {
    const calls: string[] = [];
    const at = context(calls, use);
    const busy = new EngineError('engine-error', 'a disk usage operation is already running');
    const engine = FakeEngine.that({ diskUse: () => Promise.reject(busy), networks: async () => [] }, fakeClock());
    const { ok, text } = await verifyRemoved(plan('all-images'), { ...at, engine });
    expect(ok).toBe(true);
    expect(text).toContain('not counted: a disk usage operation is already running');
  });

  it('tries a record of the build cache again that stayed, whatever its size, and one that went by itself is done', async () => {
    const calls: string[] = [];
    const at = context([], { ...use, buildCache: [] });
    // As engine 26 answers for layers that an image shares: the parents stay as long as the child is there.
    const answers: Partial<Engine & EngineChanges> = {
      removeBuildCache: async (id) => {
        calls.push(id);
        return id === 'child' || (id === 'parent' && calls.includes('child'));
      },
      diskUse: async () => ({ ...use, buildCache: [] }),
    };
    const engine = FakeEngine.that(answers, fakeClock());
    const object = (id: string) => ({ kind: 'build-cache' as const, id, name: id, note: '', bytes: 0 });
    const made = { ...plan('build-cache'), objects: ['parent', 'child', 'gone'].map(object) };
    const steps = await prune.run(made, { ...at, engine });
    expect(calls).toEqual(['parent', 'child', 'gone', 'parent', 'gone', 'gone']);
    expect(steps.map(({ object, ok }) => `${object} ${ok}`)).toEqual(['child true', 'parent true', 'gone true']);
  });

  it('ends when the engine is gone', async () => {
    const calls: string[] = [];
    await prune.run(plan('all-images'), context(calls, use, false));
    expect(calls).toEqual(['old']);
  });

  it('holds the bytes freed against those promised', async () => {
    const after = { ...use, layers: 940, images: use.images.filter(({ id }) => id !== 'idle') };
    const received = await prune.verify(plan('all-images'), context([], after), []);
    expect(received).toEqual({
      ok: false,
      text: 'pruned 1 of 2 objects, freed 60B of 120B, after 0ms; still there: old',
    });
  });
});

describe('the plan of a prune of what depends on each other', () => {
  const { desk, state } = deskOf([]);
  const planWith = (what: string, changed: Partial<DiskUse>, all = false) => {
    const parameters = { all, kept: false };
    const target: Target = { engine: engineId('fake'), kind: 'unused', id: what };
    const facts = { use: { ...use, containers: [], ...changed }, networks, histories: new Map(), logs: new Map() };
    return planOf(prune, { state, desk }, target, { parameters, facts });
  };

  it('takes the records of the build cache from the top down', () => {
    const record = (id: string, parents: string[], size: number) => ({
      ...{ id, parents, size, type: 'regular', description: id, inUse: false, shared: false },
    });
    const buildCache = [record('base', [], 900), record('mid', ['base'], 50), record('top', ['mid'], 1)];
    expect(planWith('build-cache', { buildCache }).objects.map(({ id }) => id)).toEqual(['top', 'mid', 'base']);
  });

  it('names what was pulled by its digest, and keeps it unless all is asked for', () => {
    const digest = `127.0.0.1:5566/trade/engine@sha256:${'1b17'.repeat(16)}`;
    const images = [image('sha256:aaa', [], { digests: [digest] }), image('old', [])];
    const some = planWith('images', { images });
    expect(some.objects.map(({ id }) => id)).toEqual(['old']);
    expect(some.warnings.join()).toContain('engine@sha256:1b171b171b17 (pulled by digest; --all removes it)');
    expect(planWith('images', { images }, true).objects).toHaveLength(2);
  });

  it('keeps what images that stay are built on', () => {
    const images = [image('base', ['p/base:1']), image('app', ['p/app:1'], { parent: 'base' })];
    const containers = [disk('app', { imageId: 'app' })];
    const made = planWith('all-images', { images, containers });
    expect(made.refused).toContain('nothing to prune of all images');
    expect(made.change).toContain('p/base:1 (images that stay are built on it)');
  });
});

describe('the disk view', () => {
  it('counts as docker system df does', () => {
    expect(diskLines(use)).toEqual([
      { kind: 'images', count: 5, active: 1, size: 1000, reclaimable: 940 },
      { kind: 'containers', count: 3, active: 1, size: 23, reclaimable: 13 },
      { kind: 'volumes', count: 3, active: 1, size: 1250, reclaimable: 750 },
      { kind: 'build cache', count: 2, active: 1, size: 60, reclaimable: 30 },
    ]);
  });
});

describe('a plan that objects were taken out of', () => {
  it('promises what is left, and says so', () => {
    const object = (id: string, bytes?: number): PlanObject => ({ kind: 'image', id, name: id, note: '', bytes });
    const whole: Plan = {
      action: 'prune',
      title: 'Prune dangling images (3 objects, 3KiB)',
      danger: 2,
      target: { engine: engineId('fake'), kind: 'unused', id: 'images' },
      name: 'images',
      objects: [object('a', 1024), object('b', 2048), object('c')],
      warnings: [],
      options: { what: 'images', promised: 3072, before: 9999 },
    };
    expect(prune.leaveOut?.(whole, new Set(['b']))).toMatchObject({
      title: 'Prune dangling images (2 objects, 1KiB, 1 of unknown size)',
      objects: [{ id: 'a' }, { id: 'c' }],
      warnings: ['Excluded from the plan: 1.'],
      options: { promised: 1024, before: 9999 },
    });
    expect(prune.leaveOut?.(whole, new Set())).toBe(whole);
  });
});
