import { expect, it } from 'vitest';
import { compose, NOON } from '../../test/builders/facts.ts';
import { Deriver } from '../desk/derive.ts';
import { initialState, reduce } from '../desk/reduce.ts';
import { ports } from './ports.ts';
import type { CellContext } from './resource.ts';

it('tells each published port once, and who may reach it', () => {
  const tcp = { container: 6379, protocol: 'tcp' };
  const all = [
    compose('p', 'open', {
      ports: [
        { ...tcp, host: 16379, address: '0.0.0.0' },
        { ...tcp, host: 16379, address: '::' },
      ],
    }),
    compose('p', 'local', { ports: [{ ...tcp, host: 6379, address: '127.0.0.1' }] }),
    compose('p', 'hidden', { ports: [tcp] }),
  ];
  const state = reduce(initialState(NOON, 'fake'), { type: 'containers', at: NOON, containers: all });
  const world: CellContext = { state, desk: new Deriver().derive(state), glyph: () => '' };
  const rows = ports.rows?.({ desk: world.desk, containers: state.containers, timeline: state.timeline }, {}) ?? [];
  expect(rows.map((row) => ports.columns.map((column) => column.value(row, world)).join(' '))).toEqual([
    '16379 tcp all interfaces 6379 p-open',
    '6379 tcp 127.0.0.1 6379 p-local',
  ]);
});
