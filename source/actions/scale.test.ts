import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { INFO } from '../../test/builders/fake-engine.ts';
import type { Service } from '../desk/model.ts';
import { engineId } from '../lib/ids.ts';
import type { Plan, Refusal } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { cloneSpec } from './clone.ts';
import { scale } from './scale.ts';

const labels = (number: number, more: Record<string, string> = {}) => ({
  'com.docker.compose.project': 't',
  'com.docker.compose.service': 'worker',
  'com.docker.compose.container-number': `${number}`,
  ...more,
});

/** The inspect of t-worker-1, as Docker 20.10 has it, less what does not matter. */
function inspect(changes: { host?: object; network?: object; config?: object; name?: string } = {}): unknown {
  return {
    Id: 'abcdef0123456789',
    Name: changes.name ?? '/t-worker-1',
    Image: 'sha256:1',
    Config: {
      Hostname: 'abcdef012345',
      MacAddress: '02:42:ac:11:00:02',
      Env: ['A=1'],
      Image: 'worker:1',
      Labels: labels(1, { 'com.docker.compose.replace': 'x', 'com.docker.compose.config-hash': 'h' }),
      ...changes.config,
    },
    HostConfig: { NetworkMode: 't_default', Memory: 1024, PortBindings: {}, ContainerIDFile: '', ...changes.host },
    NetworkSettings: {
      Networks: {
        t_metrics: { Aliases: ['worker', 'abcdef012345'], IPAMConfig: null },
        t_default: { Aliases: ['t-worker-1', 'worker', 'w', 'abcdef012345'], IPAMConfig: {}, ...changes.network },
      },
    },
  };
}

function workers(count: number, changes: Parameters<typeof container>[1] = {}): Service {
  const containers = Array.from({ length: count }, (_, index) =>
    container(`t-worker-${index + 1}`, { labels: labels(index + 1, changes.labels), ...omit(changes) }),
  );
  return service('t', 'worker', { containers });
}
const omit = ({ labels: _, ...rest }: NonNullable<Parameters<typeof container>[1]>) => rest;

function plan(wanted: number, own: Service, json = inspect(), settings?: ActionSettings): Plan & Refusal {
  const { desk, state } = deskOf([own]);
  const [first] = own.containers;
  const template = first && { container: first, inspect: json };
  const known = { ...state, engine: INFO };
  return planOf(
    scale,
    { state: known, desk },
    { engine: engineId('fake'), kind: 'service', id: own.id },
    { settings, parameters: { replicas: wanted }, facts: template },
  );
}

describe('cloneSpec', () => {
  it('keeps everything but what belongs to the old replica alone', () => {
    expect(cloneSpec(inspect(), 3)).toEqual({
      name: 't-worker-3',
      body: {
        Env: ['A=1'],
        Image: 'worker:1',
        Labels: labels(3, { 'com.docker.compose.config-hash': 'h' }),
        HostConfig: { NetworkMode: 't_default', Memory: 1024, PortBindings: {} },
        NetworkingConfig: {
          EndpointsConfig: { t_default: { Aliases: ['worker', 'w'], Links: null, DriverOpts: null } },
        },
      },
      connect: [{ network: 't_metrics', endpoint: { Aliases: ['worker'], Links: null, DriverOpts: null } }],
    });
  });

  it('keeps a host name that was chosen, and the underscores of compose v1', () => {
    const clone = cloneSpec(inspect({ name: '/t_worker_1', config: { Hostname: 'desk', Labels: labels(1) } }), 2);
    expect(clone).toMatchObject({ name: 't_worker_2', body: { Hostname: 'desk' } });
  });
});

describe('the plan of a scale', () => {
  it('shows each new replica, filling gaps in the numbers', () => {
    const own = workers(3);
    const gap = { ...own, containers: own.containers.filter(({ name }) => name !== 't-worker-2') };
    const made = plan(4, gap);
    expect(made.title).toBe('Scale t/worker from 2 to 4');
    expect(made.danger).toBe(1);
    expect(made.objects.map(({ name, note, fresh }) => [name, note, fresh])).toEqual([
      ['t-worker-2', 'new, a clone of t-worker-1', true],
      ['t-worker-4', 'new, a clone of t-worker-1', true],
    ]);
  });

  it('takes the newest away when scaling in', () => {
    const made = plan(1, workers(3));
    expect(made.danger).toBe(2);
    expect(made.objects.map(({ name, note }) => [name, note.slice(0, 20)])).toEqual([
      ['t-worker-3', 'stopped and removed:'],
      ['t-worker-2', 'stopped and removed:'],
    ]);
  });

  it.each([
    ['a fixed host port', inspect({ host: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }), /host port 8080/],
    ['container_name', inspect({ name: '/nanoarb-engine' }), /fixed name nanoarb-engine/],
    ['the host network', inspect({ host: { NetworkMode: 'host' } }), /network of the host/],
    [
      'a static address',
      inspect({ network: { IPAMConfig: { IPv4Address: '10.1.1.1' } } }),
      /static address 10\.1\.1\.1/,
    ],
  ])('refuses %s, and says what would have to change', (_, json, words) => {
    const refusal = plan(2, workers(1), json);
    expect(refusal.refused).toMatch(words);
    expect(refusal.change).toMatch(/compose file|its own network/);
  });

  it('honours what must stay single: by label and by settings', () => {
    expect(plan(2, workers(1, { labels: { 'deskhand.single': 'true' } })).refused).toMatch(/label deskhand\.single/);
    expect(plan(2, workers(1), inspect(), { services: { 't/worker': { single: true } } }).refused).toMatch(/settings/);
    expect(plan(1, workers(2, { labels: { 'deskhand.single': 'true' } })).objects).toHaveLength(1);
  });

  it('takes what does not run first, and says what stays down', () => {
    const mixed = workers(3);
    const containers = mixed.containers.map((one, index) => (index < 2 ? { ...one, state: 'exited' as const } : one));
    const made = plan(2, { ...mixed, containers, running: 1 });
    expect(made.objects.map(({ name, note }) => [name, note])).toEqual([['t-worker-2', 'is exited: removed']]);
    expect(made.warnings).toContain('These stay and are not started: t-worker-1 (exited).');
    expect(made.options).toMatchObject({ wanted: 2, have: 3, running: 1 });
  });

  it('scales to none as compose does, with the name typed', () => {
    const made = plan(0, workers(2));
    expect(made).toMatchObject({ danger: 3, objects: [{ name: 't-worker-2' }, { name: 't-worker-1' }] });
    expect(made.warnings.join()).toContain('only `docker compose up` brings the service back');
  });

  it('lets a port that the engine chooses pass', () => {
    const json = inspect({ host: { PortBindings: { '80/tcp': [{ HostPort: '' }], '81/tcp': [{ HostPort: '0' }] } } });
    expect(plan(2, workers(1), json).objects).toHaveLength(1);
  });

  it('checks the room on the host', () => {
    const big = workers(1, { detail: { limits: { memory: 5 * 2 ** 30, cpus: 1.5 } } });
    expect(plan(2, big).objects[0]?.need).toMatchObject({ memory: 5 * 2 ** 30, cpus: 1.5 });
    expect(plan(3, big).refused).toBe('2 more need 10GiB of memory, the host has 8GiB');
  });

  it('warns of what all replicas would write to', () => {
    const mount = { type: 'volume', name: 'pgdata', source: '/v', target: '/data', writable: true };
    const anonymous = { ...mount, name: 'a'.repeat(64), target: '/cache' };
    const made = plan(2, workers(1, { mounts: [mount, anonymous] }));
    expect(made.warnings[0]).toBe(
      'Every replica writes to the same pgdata (/data). A database on it would be destroyed. Use a volume per replica, or a ' +
        'read-only mount.',
    );
    expect(made.danger).toBe(3);
  });

  it('asks whether what always ran once may run twice, until that is said', () => {
    const asked = /deskhand cannot tell whether worker may run more than once/;
    expect(plan(2, workers(1)).warnings.join()).toMatch(asked);
    expect(plan(3, workers(2)).warnings.join()).not.toMatch(asked);
    expect(plan(2, workers(1, { labels: { 'deskhand.single': 'false' } })).warnings.join()).not.toMatch(asked);
    const settings = { services: { 't/worker': { single: false } } };
    expect(plan(2, workers(1), inspect(), settings).warnings.join()).not.toMatch(asked);
  });

  it('refuses what has no number of replicas', () => {
    expect(plan(2, { ...workers(1), job: true }).refused).toMatch(/job/);
    expect(plan(2, { ...workers(1), kind: 'container' }).refused).toMatch(/no compose project/);
    expect(plan(2, workers(2)).refused).toBe('it has 2 replicas already');
    expect(plan(1, workers(1)).refused).toBe('it has 1 replica already');
  });

  it('sets the number of a replicated Swarm service', () => {
    const swarm = {
      id: 's1',
      name: 'shop_web',
      image: '',
      labels: {},
      mode: 'replicated' as const,
      wanted: 2,
      running: 2,
      ports: [],
      created: 0,
      version: 7,
    };
    const own = service('shop', 'web', { kind: 'swarm', swarm, containers: [] });
    expect(plan(5, own)).toMatchObject({
      options: { wanted: 5, version: 7 },
      objects: [{ kind: 'swarm-service', id: 's1' }],
    });
    expect(plan(5, { ...own, swarm: { ...swarm, mode: 'global' } }).refused).toBe('it is a global service');
  });

  it('asks of a Swarm service what it asks of every other', () => {
    const swarm = { id: 's1', name: 'shop_web', image: '', mode: 'replicated' as const, wanted: 2, running: 2 };
    const more = { labels: {}, ports: [], created: 0, version: 7 };
    const own = (labels: Record<string, string>) =>
      service('shop', 'web', { kind: 'swarm', swarm: { ...swarm, ...more, labels }, containers: [] });
    expect(plan(3, own({ 'deskhand.single': 'true' })).refused).toBe('it must stay single (the label deskhand.single)');
    expect(plan(1, own({ 'deskhand.single': 'true' })).objects).toHaveLength(1);
    expect(plan(3, own({ 'deskhand.protected': '' })).objects[0]?.protectedBy).toBe('the label deskhand.protected');
    const set = { services: { 'shop/web': { protected: true, single: true } } };
    expect(plan(3, own({}), inspect(), set).refused).toMatch(/must stay single \(the settings/);
    expect(plan(1, own({}), inspect(), set)).toMatchObject({
      danger: 2,
      objects: [{ protectedBy: 'the settings', interrupted: true, seen: { state: 'running' } }],
    });
    const held = own({ 'deskhand.memory': 'open orders' });
    expect(plan(1, held).warnings).toEqual(['web keeps state in memory that will be lost: open orders.']);
    expect(plan(3, held).warnings).toEqual([]);
    // To none it is stopped.
    expect(plan(0, own({}))).toMatchObject({ danger: 3, options: { wanted: 0 } });
    // A value that says neither yes nor no was meant to say something.
    expect(plan(3, own({ 'deskhand.single': 'sure' })).refused).toContain('counts as yes');
    expect(plan(3, own({ 'deskhand.single': 'no' })).objects).toHaveLength(1);
  });
});
