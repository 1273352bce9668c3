import { describe, expect, it } from 'vitest';
import { MINUTE, NOON } from '../../test/builders/facts.ts';
import { swarmService } from '../../test/builders/swarm.ts';
import type { SwarmService, SwarmTask } from '../engine/swarm-facts.ts';
import { engineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import type { Service } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

const BASE = swarmService('gw', { id: 's', image: 'gw', wanted: 2, running: 2 });

function serviceOf(over: Partial<SwarmService>, now = NOON): Service {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'swarm', services: [{ ...BASE, ...over }] },
    { type: 'tick', now },
  ]);
  const [service] = new Deriver().derive(state).services;
  if (!service) throw new Error('no service');
  return service;
}
const said = ({ verdict, running, wanted }: Service) =>
  `${verdict.level} ${verdict.code}: ${verdict.reason} [${running}/${wanted}]`;

let count = 0;
function task(state: SwarmTask['state'], over: Partial<SwarmTask> = {}): SwarmTask {
  count += 1;
  const defaults = { slot: 1, image: 'gw', desired: 'running', error: '', ports: [], created: NOON + count } as const;
  return { id: `t${count}`, serviceId: 's', state, ...defaults, ...over };
}
const onNode = { slot: undefined, nodeId: 'n1' };

describe('a global service', () => {
  const mount = 'invalid mount config for type "bind": bind source path does not exist: /does/not/exist';
  it('whose only task is rejected repeatedly is down, although the engine currently wants none', () => {
    const tasks = [
      task('rejected', { ...onNode, desired: 'shutdown', error: mount }),
      task('ready', { ...onNode, desired: 'ready' }),
    ];
    expect(said(serviceOf({ mode: 'global', wanted: undefined, desired: 0, running: 0, tasks }))).toBe(
      'down replicas-missing: 0 of 1 tasks run; mount missing: /does/not/exist does not exist on the host [0/1]',
    );
  });

  it('that no node accepts is not ok', () => {
    expect(said(serviceOf({ mode: 'global', wanted: undefined, desired: 0, running: 0 }))).toBe(
      'degraded replicas-missing: 0 of 0 tasks run; no node fits its placement constraints [0/0]',
    );
  });

  it('wants no task on a drained node', () => {
    const tasks = [task('running', onNode), task('shutdown', { ...onNode, nodeId: 'n2', desired: 'shutdown' })];
    expect(said(serviceOf({ mode: 'global', wanted: undefined, desired: 1, running: 1, tasks }))).toContain(
      'ok running: 1 of 1',
    );
  });
});

it('a task without a suitable node says why', () => {
  const tasks = [task('pending', { error: 'no suitable node (scheduling constraints not satisfied on 1 node)' })];
  expect(said(serviceOf({ wanted: 1, running: 0, tasks }))).toBe(
    'down replicas-missing: 0 of 1 tasks run; no node fits: constraints not met on 1 node [0/1]',
  );
});

describe('a service without restarts', () => {
  const once = { wanted: 1, running: 0, restartCondition: 'none' } as const;
  const over = (state: 'complete' | 'failed', error = '') => ({
    ...once,
    tasks: [task(state, { desired: 'shutdown', error, since: NOON })],
  });

  it('is done if it succeeded', () => {
    expect(said(serviceOf(over('complete')))).toContain('done completed: completed (1 of 1 tasks, exit 0)');
    expect(said(serviceOf({ ...over('complete'), restartCondition: 'on-failure' }))).toContain('done completed');
  });

  it('is down if it failed', () => {
    expect(said(serviceOf(over('failed', 'task: non-zero exit (3)')))).toContain(
      'down job-failed: exit 3; not restarted (restart condition none)',
    );
  });

  it('counts running and completed tasks together', () => {
    const tasks = [task('complete', { slot: 1, desired: 'shutdown' }), task('running', { slot: 2 })];
    expect(said(serviceOf({ ...once, wanted: 2, running: 1, tasks }))).toContain('ok running: 1 running, 1 completed');
  });

  it('with restart condition any has a missing task when one ended', () => {
    expect(said(serviceOf({ ...over('complete'), restartCondition: 'any' }))).toContain(
      'down replicas-missing: 0 of 1',
    );
  });
});

describe('a job', () => {
  const job = { mode: 'job', wanted: 2, total: 4, restartCondition: 'none' } as const;
  it('is judged by its completed tasks, with and without its containers', () => {
    expect(said(serviceOf({ ...job, running: 2, completed: 1 }))).toBe(
      'ok job-running: 2 running, 1 of 4 completed [1/4]',
    );
    expect(said(serviceOf({ ...job, running: 0, completed: 4 }))).toBe('done completed: 4 of 4 completed [4/4]');
    const global = { mode: 'job', wanted: undefined, desired: 1, running: 0, completed: 1 } as const;
    expect(said(serviceOf(global))).toContain('done completed: 1 of 1');
  });

  it('that failed shows the error', () => {
    const tasks = [task('failed', { desired: 'shutdown', error: 'task: non-zero exit (3)' })];
    expect(said(serviceOf({ ...job, running: 0, completed: 0, tasks }))).toContain(
      'down job-failed: job failed: exit 3',
    );
  });
});

describe('an update', () => {
  const message = 'rollback completed due to failure or early termination of task x7';
  const update = (updateState: string, running = 2, updateMessage?: string) =>
    ({ updateState, updateMessage, updatedAt: NOON, running }) satisfies Partial<SwarmService>;

  it('that was rolled back is reported for a quarter of an hour, and noted after that', () => {
    expect(said(serviceOf(update('rollback_completed', 2, message), NOON + MINUTE))).toContain(
      'degraded replicas-missing: 2 of 2 tasks run; its last update was rolled back',
    );
    expect(said(serviceOf(update('rollback_completed', 2, message), NOON + 16 * MINUTE))).toMatch(
      /^ok running: .*; its last update was rolled back/,
    );
  });

  it.each([
    ['updating', 2, 'starting starting: 2 of 2 tasks run; an update is in progress'],
    ['updating', 1, 'degraded replicas-missing: 1 of 2 tasks run; an update is in progress'],
    ['rollback_started', 1, 'degraded replicas-missing: 1 of 2 tasks run; its update is being rolled back'],
    ['paused', 0, 'down replicas-missing: 0 of 2 tasks run; its update is paused'],
    ['paused', 2, 'degraded replicas-missing: 2 of 2 tasks run; its update is paused'],
    ['completed', 2, 'ok running: 2 of 2 tasks run'],
  ])('%s with %i running is reported', (state, running, expected) => {
    expect(said(serviceOf(update(state, running)))).toContain(expected);
  });
});

describe('a service whose tasks fail repeatedly', () => {
  const failed = (at: number) => task('failed', { desired: 'shutdown', error: 'task: non-zero exit (1)', since: at });
  const missing = (...tasks: SwarmTask[]): DeskMessage => ({
    type: 'swarm',
    services: [{ ...BASE, wanted: 1, running: 0, tasks }],
  });
  const verdictAfter = (...messages: DeskMessage[]) =>
    new Deriver().derive(reduceAll(initialState(NOON, engineId('fake')), messages)).services[0]?.verdict;

  it('is down since the oldest failure seen, however many newer ones there are', () => {
    const [first, second, third] = [failed(NOON), failed(NOON + MINUTE), failed(NOON + 2 * MINUTE)];
    expect(verdictAfter(missing(first, second))?.since).toBe(NOON);
    expect(verdictAfter(missing(first, second), missing(second, third))?.since).toBe(NOON);
    const mended: DeskMessage = { type: 'swarm', services: [BASE] };
    expect(verdictAfter(missing(first), mended, missing(third))?.since).toBe(NOON + 2 * MINUTE);
  });
});
