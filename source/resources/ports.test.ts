import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { compose } from '../../test/builders/facts.ts';
import { ports } from './ports.ts';

it('reports each published port once, and who may reach it', () => {
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
  const world = worldOf(all);
  const { containers, timeline } = world.state;
  const rows = ports.rows?.({ desk: world.desk, containers, timeline }, {}) ?? [];
  expect(rows.map((row) => ports.columns.map((column) => column.value(row, world)).join(' '))).toEqual([
    '16379 tcp all interfaces 6379 p-open',
    '6379 tcp 127.0.0.1 6379 p-local',
  ]);
});
