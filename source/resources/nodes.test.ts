import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { node, onlyEngine } from '../../test/builders/swarm.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import type { SwarmTask } from '../engine/swarm-facts.ts';
import { engineId } from '../lib/ids.ts';
import { selectRows } from '../ui/table/select-rows.ts';
import { nodes } from './nodes.ts';

it('reports the worst node first, its role among the managers, and how many tasks run on each that answers', async () => {
  const manager = { role: 'manager', reachability: 'reachable' } as const;
  const all = [
    node('a', { ...manager, leader: true }),
    node('b', { availability: 'drain' }),
    node('c', { state: 'down', message: 'heartbeat \u001b[5mfailure' }),
    node('d', { ...manager, reachability: 'unreachable' }),
  ];
  const on = (nodeId: string, state: SwarmTask['state']) => ({ nodeId, state }) as SwarmTask;
  const tasks = [on('id-a', 'running'), on('id-a', 'running'), on('id-a', 'failed'), on('id-c', 'running')];
  const engine = FakeEngine.that({ nodes: async () => all, tasks: async () => tasks }, fakeClock());
  const fetched = (await nodes.fetch?.(onlyEngine(engine), new AbortController().signal, {})) ?? [];
  const world = worldOf([]);
  const shown = (faults: boolean) =>
    selectRows(fetched, nodes, { filter: '', faults, sort: nodes.sort }, world).map((row) =>
      nodes.columns
        .filter(({ wide }) => wide !== true)
        .map((column) => column.value(row, world))
        .join('|'),
    );
  expect(shown(false)).toEqual([
    'c|down: heartbeat failure|active|worker||20.10.24|10.0.0.1',
    'd|ready|active|manager, unreachable|0|20.10.24|10.0.0.1',
    'b|ready|drain|worker|0|20.10.24|10.0.0.1',
    'a|ready|active|leader|2|20.10.24|10.0.0.1',
  ]);
  expect(shown(true)).toHaveLength(2);
  const [first] = fetched;
  expect(first && nodes.enter?.(first)).toMatchObject({ about: { kind: 'node', id: 'id-a' } });
});

it('leads to the engine of a node that the settings name a way to', async () => {
  const all = [node('lon-1'), node('b', { address: '10.0.0.2' }), node('c', { address: '' })];
  const engine = FakeEngine.that({ nodes: async () => all, tasks: async () => [] }, fakeClock());
  const hosts = () => [
    { name: engineId('lon-1'), where: 'ssh://elsewhere' },
    { name: engineId('second'), where: 'ssh://ops@10.0.0.2:22/run/docker.sock' },
    { name: engineId('local'), where: 'unix:///run/docker.sock' },
  ];
  const fetched = (await nodes.fetch?.({ ...onlyEngine(engine), hosts }, new AbortController().signal, {})) ?? [];
  expect(fetched.map((row) => nodes.enter?.(row))).toMatchObject([
    { open: 'context', name: 'lon-1' },
    { open: 'context', name: 'second' },
    { open: 'inspect' },
  ]);
});
