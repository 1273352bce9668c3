import type { SwarmObject } from '../engine/swarm-facts.ts';
import { safe } from '../lib/text.ts';
import { ageCell } from './cells.ts';
import { emptySwarm } from './nodes.ts';
import type { Resource } from './resource.ts';

/** A config or secret of the Swarm with the services that use it; its content is never read. */
type Row = SwarmObject & { users: readonly string[] };

function table(kind: 'configs' | 'secrets', title: string, aliases: readonly string[]): Resource<Row> {
  return {
    name: kind,
    title,
    aliases,
    sort: { column: 'name', descending: false },
    empty: emptySwarm(`No ${kind}.`),
    id: ({ id }) => id,
    nameOf: ({ name }) => safe(name),
    labels: ({ labels }) => labels,
    async fetch({ engine }, signal) {
      const [all, services] = await Promise.all([engine[kind]({ signal }), engine.swarmServices({ signal })]);
      return all.map((one) => ({
        ...one,
        users: services.filter(({ uses = [] }) => uses.includes(one.id)).map(({ name }) => name),
      }));
    },
    details: ({ id, name, users, created, updated, labels }) =>
      [
        name,
        '',
        `id       ${id}`,
        `used by  ${users.join(', ') || 'no service'}`,
        ...(created === undefined ? [] : [`created  ${new Date(created).toISOString()}`]),
        ...(updated === undefined ? [] : [`updated  ${new Date(updated).toISOString()}`]),
        ...Object.entries(labels).map(([label, value]) => `label    ${label}=${value}`),
      ].map(safe),
    columns: [
      { id: 'name', title: 'NAME', width: 20, grow: { max: 60 }, rank: 0, value: ({ name }) => safe(name) },
      {
        id: 'used',
        title: 'USED BY',
        width: 20,
        grow: { max: 60 },
        rank: 1,
        searched: true,
        value: ({ users }) => safe(users.join(' ')),
      },
      {
        id: 'age',
        title: 'AGE',
        width: 6,
        align: 'right',
        rank: 1,
        value: ({ created }, world) => ageCell(created, world),
        sort: ({ created = 0 }, world) => world.state.now - created,
      },
      { id: 'id', title: 'ID', width: 12, rank: 3, wide: true, value: ({ id }) => safe(id.slice(0, 12)) },
    ],
  };
}

export const configs = table('configs', 'Configs', ['configs']);
export const secrets = table('secrets', 'Secrets', ['secrets', 'secret']);
