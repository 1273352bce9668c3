import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import type { Manifest } from '../backup/manifest.ts';
import { backupRows, backups } from './backups.ts';

const HOUR = 3_600_000;

it('shows age and size of each archive, the newest of each volume, and what is wrong with one', () => {
  const world = worldOf([]);
  const backup = (volume: string, hours: number, more: Partial<Manifest> = {}) => ({
    path: `/b/${volume}-${hours}.tar.zst`,
    manifest: {
      volume,
      engine: 'e',
      startedAt: world.state.now - hours * HOUR,
      archiveBytes: 2048,
      files: 3,
      live: false,
      ...more,
    } as Manifest,
  });
  const rows = backupRows([
    backup('a', 1, { live: true }),
    backup('b', 2),
    backup('a', 3),
    { path: '/b/pg-1-pg-dump-x.dump', dump: { name: 'pg-1-pg-dump', at: world.state.now - 4 * HOUR, bytes: 4096 } },
    { path: '/b/stray\u001b[2J.tar.gz', problem: 'it has no manifest' },
  ]);
  const cell = (id: string) => rows.map((row) => backups.columns.find((column) => column.id === id)?.value(row, world));
  expect(cell('age')).toEqual(['1h', '2h', '3h', '4h', '']);
  expect(cell('size')).toEqual(['2KiB', '2KiB', '2KiB', '4KiB', '']);
  expect(cell('note')).toEqual([
    'newest, written to during the backup',
    'newest',
    '',
    'newest, dump',
    'it has no manifest',
  ]);
  expect(cell('archive').at(-1)).toBe('stray.tar.gz');
  expect(backups.target?.(rows[0] as (typeof rows)[0])).toEqual({ kind: 'archive', id: '/b/a-1.tar.zst' });
  expect(backups.target?.(rows[3] as (typeof rows)[0])).toBeUndefined();
  expect(rows.map((row) => backups.faulty?.(row))).toEqual([false, false, false, false, true]);
});
