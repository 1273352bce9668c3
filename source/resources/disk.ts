import { type DiskLine, diskLines } from '../actions/disk.ts';
import { bytes, percent } from '../lib/format.ts';
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
    {
      id: 'count',
      title: 'COUNT',
      width: 6,
      align: 'right',
      rank: 1,
      descending: true,
      value: (line) => String(line.count),
      sort: (line) => line.count,
    },
    {
      id: 'active',
      title: 'ACTIVE',
      width: 6,
      align: 'right',
      rank: 2,
      descending: true,
      value: (line) => String(line.active),
      sort: (line) => line.active,
    },
    {
      id: 'size',
      title: 'SIZE',
      width: 9,
      align: 'right',
      rank: 0,
      descending: true,
      value: (line) => bytes(line.size),
      sort: (line) => line.size,
    },
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
