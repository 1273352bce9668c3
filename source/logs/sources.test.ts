import { expect, it } from 'vitest';
import { service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { type PlacedTask, sourcesOf, sourcesOnHosts, taskSources } from './sources.ts';

const db = (project: string, ...states: ContainerFacts['state'][]) =>
  service(project, 'db', {
    containers: states.map((state, i) =>
      container(`${project}-db-${i + 1}`, { id: containerId(`${project}${i}`), state, created: i }),
    ),
  });

it('names containers without their project if all share it, and marks running and never started ones', () => {
  expect(sourcesOf([db('exness', 'running', 'created')], engineId('prod'))).toMatchObject([
    { id: 'exness0', name: 'db-1', running: true, unstarted: false },
    { id: 'exness1', name: 'db-2', running: false, unstarted: true },
  ]);
  const both = sourcesOf([db('exness', 'running'), db('maricusco', 'exited')], engineId('prod'));
  expect(both.map(({ name }) => name)).toEqual(['exness-db-1', 'maricusco-db-1']);
});

it('prefixes each container of a service on many hosts with its host', () => {
  const placed = ['lon-1', 'lon-2'].map((host) => ({ host: engineId(host), service: db('exness', 'running') }));
  expect(sourcesOnHosts(placed).map(({ engine, name }) => [engine, name])).toEqual([
    ['lon-1', 'lon-1 db-1'],
    ['lon-2', 'lon-2 db-1'],
  ]);
});

it('reads tasks on other nodes through the manager, and local ones as containers', () => {
  const swarm = { id: 's1', name: 'web' } as SwarmService;
  const here = container('web.1', { id: containerId('c1') });
  const web = service('shop', 'web', { swarm, containers: [here] });
  const task = (id: string, node: string, more: Partial<PlacedTask> = {}): PlacedTask => ({
    ...{ id, serviceId: 's1', slot: 1, node, image: 'web', state: 'running', desired: 'running', error: '' },
    ...{ container: `of-${id}`, ports: [], created: 0, ...more },
  });
  const tasks = [
    task('t1', 'h1', { container: 'c1' }),
    task('t2', 'h2', { slot: 2, created: 2 }),
    task('t3', 'h3', { slot: undefined, state: 'failed', created: 1 }),
    task('t4', '', { container: undefined, state: 'pending' }),
    task('t5', 'h2', { serviceId: 'another' }),
  ];
  expect(taskSources([web], tasks, engineId('h1'))).toMatchObject([
    { id: 't3', name: 'web@h3', task: true, running: false },
    { id: 't2', name: 'web.2@h2', task: true, running: true },
  ]);
});
