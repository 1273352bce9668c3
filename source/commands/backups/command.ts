import { type ListedBackup, madeAt, verifyDump } from '../../backup/read.ts';
import { isRestic } from '../../backup/restic.ts';
import type { BackupStore } from '../../backup/store.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { age, bytes } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';

export type BackupsFlags = { from?: string; verify?: boolean; json?: boolean };

export type BackupsDeps = {
  /** Directories and restic repositories; --from names another one. */
  places: readonly string[];
  store: BackupStore;
  /** ms since the epoch. */
  now: number;
  print(text: string): void;
  signal: AbortSignal;
};

/** A backup in the report: its facts, age (ms), and problems. */
type Row = {
  path: string;
  kind: 'archive' | 'snapshot' | 'dump';
  volume?: string;
  /** Of a dump: what it is of. */
  name?: string;
  engine?: string;
  ageMs?: number;
  bytes?: number;
  files?: number;
  live?: boolean;
  problem?: string;
};

/** `deskhand backups`: backups of volumes and dumps, newest first. Exit status 0, 1 where one is damaged or cannot be read. */
export async function backups({ from, verify, json }: BackupsFlags, deps: BackupsDeps): Promise<number> {
  const places = from === undefined ? deps.places : [from];
  const listed = (await Promise.all(places.map((place) => list(place, deps)))).flat();
  const rows: Row[] = [];
  for (const backup of listed.toSorted((a, b) => madeAt(b) - madeAt(a)))
    rows.push(await rowOf(backup, verify === true, deps));
  const directory = places.join(', ');
  deps.print(
    json
      ? `${JSON.stringify({ schema: 1, directory, backups: rows }, undefined, 2)}\n`
      : textOf(rows, directory, verify === true),
  );
  return rows.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

/** A repository that does not answer is a line of the report: the archives beside it are shown all the same. */
async function list(place: string, { store }: BackupsDeps): Promise<readonly ListedBackup[]> {
  if (!isRestic(place)) return store.list(place);
  return store.list(place).catch((error: unknown) => [{ path: place, problem: errorWithAdvice(error) }]);
}

async function rowOf(backup: ListedBackup, verify: boolean, { now, signal, store }: BackupsDeps): Promise<Row> {
  const { path, manifest, dump, problem } = backup;
  const kind = dump ? 'dump' : isRestic(path) ? 'snapshot' : 'archive';
  if (dump) {
    const row: Row = { path, kind, name: dump.name, ageMs: now - dump.at, bytes: dump.bytes };
    const found = problem ?? (verify ? await verifyDump(path, signal) : undefined);
    return found === undefined ? row : { ...row, problem: found };
  }
  if (!manifest) return { path, kind, problem };
  const { volume, engine, startedAt, archiveBytes, files, live } = manifest;
  const row: Row = {
    path,
    kind,
    volume,
    engine,
    ageMs: now - startedAt,
    bytes: archiveBytes ?? manifest.bytes,
    files,
    live,
  };
  if (!verify) return row;
  try {
    const { problems } = await store.verify(path, signal);
    return problems.length === 0 ? row : { ...row, problem: problems.join('; ') };
  } catch (error) {
    return { ...row, problem: errorWithAdvice(error) };
  }
}

function textOf(rows: readonly Row[], directory: string, verified: boolean): string {
  if (rows.length === 0) return `No backups in ${safe(directory)}. "deskhand run backup VOLUME --yes" makes one.\n`;
  const width = Math.max(6, ...rows.map(({ volume, name = '' }) => (volume ?? name).length));
  const head = `${'AGE'.padStart(6)}  ${'VOLUME'.padEnd(width)}  ${'SIZE'.padStart(8)}  ${'FILES'.padStart(7)}  ARCHIVE`;
  return `${[head, ...rows.map((row) => lineOf(row, width, verified))].join('\n')}\n`;
}

function lineOf(
  { path, kind, name = '?', volume = name, ageMs, bytes: size, files, live, problem }: Row,
  width: number,
  verified: boolean,
): string {
  const cells = [
    (ageMs === undefined ? '' : age(ageMs)).padStart(6),
    safe(volume).padEnd(width),
    (size === undefined ? '' : bytes(size)).padStart(8),
    (kind === 'dump' ? 'dump' : String(files ?? '')).padStart(7),
    safe(path),
  ];
  const state = problem === undefined ? (verified ? '  verified' : '') : `  NOT USABLE: ${safe(problem)}`;
  return `${cells.join('  ')}${live ? '  (written to during the backup)' : ''}${state}`;
}
