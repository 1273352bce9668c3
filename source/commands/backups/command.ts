import { type ListedBackup, listBackups, verifyBackup } from '../../backup/read.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { age, bytes } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';

export type BackupsFlags = { from?: string; verify?: boolean; json?: boolean };

export type BackupsDeps = {
  /** The directory of archives; --from overrides it. */
  directory: string;
  /** ms since the epoch. */
  now: number;
  print(text: string): void;
  signal: AbortSignal;
};

/** An archive in the report: its manifest, age (ms), and problems. */
type Row = {
  path: string;
  volume?: string;
  engine?: string;
  ageMs?: number;
  bytes?: number;
  files?: number;
  live?: boolean;
  problem?: string;
};

/** `deskhand backups`: archives of volumes, newest first. Exit status 0, 1 where one is damaged or has no manifest. */
export async function backups({ from, verify, json }: BackupsFlags, deps: BackupsDeps): Promise<number> {
  const directory = from ?? deps.directory;
  const listed = await listBackups(directory);
  const rows: Row[] = [];
  for (const backup of listed) rows.push(await rowOf(backup, verify === true, deps));
  deps.print(
    json
      ? `${JSON.stringify({ schema: 1, directory, backups: rows }, undefined, 2)}\n`
      : textOf(rows, directory, verify === true),
  );
  return rows.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

async function rowOf(
  { path, manifest, problem }: ListedBackup,
  verify: boolean,
  { now, signal }: BackupsDeps,
): Promise<Row> {
  if (!manifest) return { path, problem };
  const { volume, engine, startedAt, archiveBytes, files, live } = manifest;
  const row = { path, volume, engine, ageMs: now - startedAt, bytes: archiveBytes, files, live };
  if (!verify) return row;
  try {
    const { problems } = await verifyBackup(path, signal);
    return problems.length === 0 ? row : { ...row, problem: problems.join('; ') };
  } catch (error) {
    return { ...row, problem: errorWithAdvice(error) };
  }
}

function textOf(rows: readonly Row[], directory: string, verified: boolean): string {
  if (rows.length === 0) return `No backups in ${safe(directory)}. "deskhand run backup VOLUME --yes" makes one.\n`;
  const width = Math.max(6, ...rows.map(({ volume = '' }) => volume.length));
  const head = `${'AGE'.padStart(6)}  ${'VOLUME'.padEnd(width)}  ${'SIZE'.padStart(8)}  ${'FILES'.padStart(7)}  ARCHIVE`;
  return `${[head, ...rows.map((row) => lineOf(row, width, verified))].join('\n')}\n`;
}

function lineOf(
  { path, volume = '?', ageMs, bytes: size, files, live, problem }: Row,
  width: number,
  verified: boolean,
): string {
  const cells = [
    (ageMs === undefined ? '' : age(ageMs)).padStart(6),
    safe(volume).padEnd(width),
    (size === undefined ? '' : bytes(size)).padStart(8),
    String(files ?? '').padStart(7),
    safe(path),
  ];
  const state = problem === undefined ? (verified ? '  verified' : '') : `  NOT USABLE: ${safe(problem)}`;
  return `${cells.join('  ')}${live ? '  (written to meanwhile)' : ''}${state}`;
}
