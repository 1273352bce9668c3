import { type DiskLine, diskLines } from '../actions/disk.ts';
import { bytes, percent } from '../lib/format.ts';
import { numberColumn } from './columns.ts';
import type { Resource } from './resource.ts';

const TABLES: Readonly<Record<string, string>> = { images: 'images', containers: 'containers', volumes: 'volumes' };

/** The engine's disk use, and how much could be pruned. Slow, as the engine walks its directories. */
export const disk: Resource<DiskLine> = {
  name: 'disk',
  unused: 'system',
  title: 'Disk',
  aliases: ['disk', 'df'],
  sort: { column: 'reclaimable', descending: true },
  empty: 'Nothing on disk.',
  id: (line) => line.kind,
  nameOf: (line) => line.kind,
  fetch: async ({ engine }, signal) => diskLines(await engine.diskUse({ signal })),
  enter(line) {
    const resource = TABLES[line.kind];
    return resource === undefined ? undefined : { open: 'table', resource, scope: {} };
  },
  columns: [
    { id: 'name', title: 'KIND', width: 14, rank: 0, value: (line) => line.kind },
    numberColumn({ id: 'count', title: 'COUNT', width: 6, rank: 1 }, ({ count }) => count),
    numberColumn({ id: 'active', title: 'ACTIVE', width: 6, rank: 2 }, ({ active }) => active),
    numberColumn({ id: 'size', title: 'SIZE', width: 9, rank: 0 }, ({ size }) => size, bytes),
    {
      id: 'reclaimable',
      title: 'RECLAIMABLE',
      width: 17,
      align: 'right',
      rank: 0,
      descending: true,
      value: (line) =>
        `${bytes(line.reclaimable)} (${percent(line.size > 0 ? (100 * line.reclaimable) / line.size : 0)})`,
      tone: (line) => (line.reclaimable > 0.5 * line.size && line.size > 0 ? 'warn' : 'plain'),
      sort: (line) => line.reclaimable,
    },
  ],
};
