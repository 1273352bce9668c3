import { basename } from 'node:path';
import { type ListedBackup, madeAt } from '../backup/read.ts';
import { bytes, plural } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import { ageColumn, numberColumn } from './columns.ts';
import type { Resource } from './resource.ts';

/** `newest`: of its volume, so that its age is what would be lost (RPO). */
type Row = ListedBackup & { newest: boolean };

/** Backups as rows; the newest of a volume, or of one kind of dump, is what would be left. */
export function backupRows(listed: readonly ListedBackup[]): Row[] {
  const seen = new Set<string>();
  return listed
    .toSorted((a, b) => madeAt(b) - madeAt(a))
    .map((backup) => {
      const { manifest, dump } = backup;
      const volume = manifest ? `${manifest.engine}\0${manifest.volume}` : dump && `\0${dump.name}`;
      const newest = volume !== undefined && !seen.has(volume);
      if (volume !== undefined) seen.add(volume);
      return { ...backup, newest };
    });
}

function noteOf({ problem, manifest, dump, newest }: Row): string {
  if (problem !== undefined) return problem;
  return [newest ? 'newest' : '', dump ? 'dump' : '', manifest?.live ? 'written to during the backup' : '']
    .filter(Boolean)
    .join(', ');
}

function sizeOf({ manifest, dump }: Row): number | undefined {
  return manifest?.archiveBytes ?? manifest?.bytes ?? dump?.bytes;
}

function textOf({ path, manifest, dump, problem }: Row): string[] {
  if (dump)
    return [
      path,
      '',
      `dump     ${dump.name}`,
      `made     ${new Date(dump.at).toISOString()}`,
      `size     ${bytes(dump.bytes)}`,
      'Load it with the tools of the database. sha256sum -c compares it with the checksum beside it.',
      ...(problem === undefined ? [] : ['', problem]),
    ].map(safe);
  if (!manifest) return [path, '', problem ?? ''].map(safe);
  const { volume, project, engine, users, live, startedAt, finishedAt, files, archiveBytes, sha256, labels } = manifest;
  return [
    path,
    '',
    `volume   ${volume}${project === undefined ? '' : `, project ${project}`}`,
    `engine   ${engine}`,
    `made     ${new Date(startedAt).toISOString()} to ${new Date(finishedAt).toISOString()}`,
    `users    ${users.join(', ') || 'none'}${live ? ', written to during the backup' : ''}`,
    `holds    ${plural(files, 'file')}, ${bytes(manifest.bytes)}${archiveBytes === undefined ? '' : ` in ${bytes(archiveBytes)}`}`,
    ...(sha256 === undefined ? [] : [`sha256   ${sha256}`]),
    ...Object.entries(labels).map(([name, value]) => `label    ${name}=${value}`),
  ].map(safe);
}

/** Archives, restic snapshots and dumps, with their age and size. */
export const backups: Resource<Row> = {
  name: 'backups',
  title: 'Backups',
  aliases: ['backups', 'archives'],
  sort: { column: 'age', descending: false },
  empty: 'No backups: b on a volume (:volumes) makes one.',
  id: ({ path }) => path,
  nameOf: ({ path }) => safe(path),
  faulty: ({ problem }) => problem !== undefined,
  own: true,
  on: ['archive'],
  fetch: async ({ backups: read }) => backupRows(await read()),
  target: ({ path, dump }) => (dump ? undefined : { kind: 'archive', id: path }),
  enter: (row) => ({ open: 'text', name: safe(basename(row.path)), lines: textOf(row) }),
  columns: [
    {
      id: 'name',
      title: 'VOLUME',
      width: 18,
      grow: { max: 40 },
      rank: 0,
      value: ({ manifest, dump }) => safe(manifest?.volume ?? dump?.name ?? '?'),
    },
    ageColumn((row) => madeAt(row) || undefined, { rank: 0, live: true }),
    numberColumn({ id: 'size', title: 'SIZE', width: 8, rank: 1 }, sizeOf, bytes),
    numberColumn({ id: 'files', title: 'FILES', width: 7, rank: 3 }, ({ manifest }) => manifest?.files),
    {
      id: 'note',
      title: 'NOTE',
      width: 12,
      grow: { max: 60 },
      rank: 1,
      searched: true,
      value: (row) => safe(noteOf(row)),
      tone: ({ problem, newest }) => (problem === undefined ? (newest ? 'good' : 'plain') : 'bad'),
    },
    {
      id: 'archive',
      title: 'ARCHIVE',
      width: 20,
      grow: { max: 90 },
      rank: 2,
      cut: 'middle',
      searched: true,
      value: ({ path }) => safe(basename(path)),
    },
    {
      id: 'engine',
      title: 'ENGINE',
      width: 16,
      grow: { max: 40 },
      rank: 5,
      wide: true,
      value: ({ manifest }) => safe(manifest?.engine ?? ''),
    },
  ],
};
