import { describe, expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { container, exited, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { node, onlyEngine, swarmService } from '../../test/builders/swarm.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import type { ContainerFacts, EngineInfo } from '../engine/facts.ts';
import type { SwarmNode, SwarmService, SwarmTask } from '../engine/swarm-facts.ts';
import { serviceId } from '../lib/ids.ts';
import { selectRows } from '../ui/table/select-rows.ts';
import type { TableScope } from './resource.ts';
import { tasks } from './tasks.ts';

type Swarm = {
  tasks: readonly SwarmTask[];
  nodes?: readonly SwarmNode[];
  services?: readonly SwarmService[];
  containers?: readonly ContainerFacts[];
  project?: string;
};

let made = 0;
const task = (name: string, over: Partial<SwarmTask> = {}): SwarmTask => {
  made += 1;
  const running = { state: 'running', desired: 'running', since: NOON - 60 * MINUTE } as const;
  const place = { serviceId: `id-${name}`, slot: 1, nodeId: 'id-here' };
  return { id: `task-${made}`, ...place, image: `${name}:1`, ...running, error: '', ports: [], created: NOON, ...over };
};
const failed = (name: string, ago: number, error: string, over: Partial<SwarmTask> = {}): SwarmTask =>
  task(name, { state: 'failed', desired: 'shutdown', since: NOON - ago, error, ...over });

const NODES = [node('here'), node('there')];
const SERVICES = [
  swarmService('web', { stack: 'shop' }),
  swarmService('api', { stack: 'shop' }),
  swarmService('agent'),
];

async function rowsOf(swarm: Swarm, scope: TableScope = {}, faults = false) {
  const { containers = [], nodes = NODES, services = SERVICES, project } = swarm;
  const world = worldOf(containers, { project, messages: [{ type: 'swarm', services }] });
  const answers = {
    tasks: async () => [...swarm.tasks],
    nodes: async () => [...nodes],
    swarmServices: async () => [...services],
  };
  const engine = FakeEngine.that(answers, fakeClock());
  const fetched = (await tasks.fetch?.(onlyEngine(engine), new AbortController().signal, {})) ?? [];
  const { state, desk } = world;
  const source = { desk, containers: state.containers, timeline: state.timeline, project };
  const rows = tasks.rows?.(source, scope, fetched) ?? [];
  return { rows: selectRows(rows, tasks, { filter: '', faults, sort: tasks.sort }, world), world };
}

const cells = ({ rows, world }: Awaited<ReturnType<typeof rowsOf>>, ...ids: string[]): string[] =>
  rows.map((row) =>
    ids
      .flatMap((id) => tasks.columns.find((column) => column.id === id) ?? [])
      .map((column) => column.value(row, world))
      .join(' ')
      .trim(),
  );

describe('the tasks', () => {
  it('are named by service and slot, of a global service by node, with where they are and since when', async () => {
    const all = [
      task('web', { slot: 2, nodeId: 'id-there' }),
      task('agent', { slot: undefined, since: NOON - 5 * SECOND }),
      task('gone', { nodeId: undefined }),
    ];
    expect(cells(await rowsOf({ tasks: all }), 'name', 'state', 'for', 'desired', 'node')).toEqual([
      'agent.here running 5s running here',
      'id-gone.1 running 1h running',
      'web.2 running 1h running there',
    ]);
  });

  it('stand the worst first: the last failure of a replica, what is on its way, what runs, and what is past', async () => {
    const all = [
      task('web'),
      failed('web', 20 * MINUTE, 'task: non-zero exit (1)', { slot: 1 }),
      failed('api', 30 * SECOND, 'task: non-zero exit (2)'),
      failed('api', 60 * SECOND, 'task: non-zero exit (3)'),
      task('api', { state: 'starting', since: NOON - SECOND }),
      task('agent', { state: 'pending', nodeId: undefined, since: NOON - MINUTE, error: 'no suitable node (x)' }),
      task('agent', { state: 'shutdown', desired: 'shutdown', since: NOON - MINUTE }),
    ];
    expect(cells(await rowsOf({ tasks: all }), 'name', 'state', 'error')).toEqual([
      'api.1 failed exit 2',
      'agent.1 pending no node fits: x',
      'web.1 failed exit 1',
      'api.1 starting',
      'web.1 running',
      'agent.1 shutdown',
      'api.1 failed exit 3',
    ]);
    expect(cells(await rowsOf({ tasks: all }, {}, true), 'name')).toEqual(['api.1', 'agent.1', 'web.1', 'api.1']);
  });

  it('forget a failure that was made good a quarter of an hour ago, but not one whose successor has yet to start', async () => {
    const long = failed('web', 3 * 60 * MINUTE, 'task: non-zero exit (1)');
    const since = (ago: number) => task('web', { since: NOON - ago });
    const first = async (...all: SwarmTask[]) => cells(await rowsOf({ tasks: all }), 'state')[0];
    expect(await first(long, since(20 * MINUTE))).toBe('running');
    expect(await first(long, since(10 * MINUTE))).toBe('failed');
    expect(await first(long)).toBe('failed');
    // An update that fails while the one before goes on.
    expect(await first(failed('web', MINUTE, 'x'), since(60 * MINUTE))).toBe('failed');
  });

  it.each([
    ['task: non-zero exit (127)', 'exit 127, command not found'],
    ['task: non-zero exit (137)', 'exit 137, killed: out of memory, kill -9 or a stop that timed out'],
    [
      'task: non-zero exit (143): dockerexec: unhealthy container',
      'exit 143, SIGTERM, asked to end: unhealthy container',
    ],
    ['No such image: nosuch/image:9', 'No such image: nosuch/image:9'],
    [
      'no suitable node (scheduling constraints not satisfied on 2 nodes)',
      'no node fits: constraints not met on 2 nodes',
    ],
    [
      'starting container failed: OCI runtime create failed: exec: "/bin/nothing": stat /bin/nothing: no such file or directory: unknown',
      'command not found in the image: /bin/nothing',
    ],
    ['red \u001b[31malert', 'red alert'],
  ])('explain "%s" in words', async (error, words) => {
    expect(cells(await rowsOf({ tasks: [failed('web', MINUTE, error)] }), 'error')).toEqual([words]);
  });

  it('know more of a container on this engine: that it was out of memory', async () => {
    const dead = exited(container('web.1.x'), 137, { oomKilled: true, limits: { memory: 64 * 2 ** 20 } });
    const all = [failed('web', MINUTE, 'task: non-zero exit (137)', { container: dead.id })];
    expect(cells(await rowsOf({ tasks: all, containers: [dead] }), 'error')).toEqual([
      'exit 137, out of memory (limit 64MiB)',
    ]);
  });

  it('do not say that something runs on a node that does not answer', async () => {
    const all = [
      task('web', { nodeId: 'id-there', desired: 'shutdown', since: NOON - MINUTE }),
      task('web', { since: NOON - SECOND }),
    ];
    const table = await rowsOf({ tasks: all, nodes: [node('here'), node('there', { state: 'down' })] });
    expect(cells(table, 'node', 'error')).toEqual(['there (down) may still run: node is silent', 'here']);
    expect(table.rows.filter((row) => tasks.faulty?.(row))).toHaveLength(1);
  });

  it('are those of one service or stack, when one is asked for', async () => {
    const all = [task('web'), task('api'), task('agent')];
    const names = async (scope: TableScope, project?: string) =>
      cells(await rowsOf({ tasks: all, project }, scope), 'name');
    expect(await names({ service: serviceId('swarm:web') })).toEqual(['web.1']);
    expect(await names({ service: serviceId('swarm:nosuch') })).toEqual([]);
    expect(await names({ project: 'shop' })).toEqual(['api.1', 'web.1']);
    expect(await names({}, 'shop')).toEqual(['api.1', 'web.1']);
  });

  it('open their container if it is on this engine, else what Swarm says of them; their logs are the service’s', async () => {
    const here = container('web.1.x');
    const all = [task('web', { container: here.id }), task('web', { slot: 2, container: 'elsewhere' })];
    const { rows, world } = await rowsOf({ tasks: all, containers: [here] });
    expect(rows.map((row) => tasks.enter?.(row))).toMatchObject([
      { open: 'inspect', about: { kind: 'container', id: here.id } },
      { open: 'inspect', about: { kind: 'task', id: all[1]?.id } },
    ]);
    expect(rows.map((row) => tasks.target?.(row))).toEqual([{ kind: 'container', id: here.id }, undefined]);
    expect(rows.map((row) => tasks.service?.(row, world))).toEqual(['swarm:web', 'swarm:web']);
  });

  it.each([
    ['inactive', 'This engine is not a Swarm manager.'],
    ['worker', 'This engine is not a Swarm manager.'],
    ['manager', 'No tasks.'],
    ['unknown', 'The Swarm of this engine is locked, joining or in error.'],
  ] as const)('say why there are none when the engine is %s', async (swarm, words) => {
    const { world } = await rowsOf({ tasks: [] });
    const engine = { swarm } as EngineInfo;
    const empty = typeof tasks.empty === 'function' ? tasks.empty : () => tasks.empty;
    expect(empty({ ...world, state: { ...world.state, engine } })).toBe(words);
  });
});
