import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline as pipe, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { type BackupFacts, type Compression, type Manifest, parseManifest } from './manifest.ts';
import { countTar, passing } from './tar-count.ts';

/** An archive in a directory of backups; one without a readable manifest says why. */
export type ListedBackup = { path: string; manifest?: BackupFacts; dump?: Dump; problem?: string };

/** A file that a runbook wrote: a dump of a database. `name`: the container and the runbook. */
export type Dump = { name: string; at: number; bytes: number };

/** As `dumpName` makes them. */
const DUMP = /^(.+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-\d+)?\.(?!tar\.)[\w.]+$/;

/** The name of a dump: what it is of, and when. */
export function dumpName(of: string, at: number, extension: string): string {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${of.replace(/[^\w.-]/g, '_')}-${time}.${extension}`;
}

/** The archives of a directory, newest first. A directory that does not exist holds none. */
export async function listBackups(directory: string): Promise<readonly ListedBackup[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const archives = names.filter((name) => /\.tar\.(zst|gz)$/.test(name));
  const dumps = names.filter((name) => DUMP.test(name) && !/\.(partial|sha256|json)$/.test(name));
  const found = await Promise.all([
    ...archives.map((name) => listed(join(directory, name))),
    ...dumps.map((name) => listedDump(directory, name)),
  ]);
  return found.sort((a, b) => madeAt(b) - madeAt(a));
}

/** When it was made (ms); 0 where nobody knows. */
export function madeAt({ manifest, dump }: ListedBackup): number {
  return manifest?.startedAt ?? dump?.at ?? 0;
}

async function listedDump(directory: string, name: string): Promise<ListedBackup> {
  const path = join(directory, name);
  const [, of = '', year, month, day, hour, minute, second] = DUMP.exec(name) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const dump = { name: of, at: Number.isNaN(at) ? 0 : at, bytes: size };
  return size === 0 ? { path, dump, problem: 'it is empty, or cannot be read' } : { path, dump };
}

/** Compares a dump with the checksum that was written beside it (`sha256sum -c` reads it, too); what is wrong, in words. */
export async function verifyDump(path: string, signal: AbortSignal): Promise<string | undefined> {
  const beside = await readFile(`${path}.sha256`, 'utf8').catch(() => '');
  const [wanted = ''] = beside.split(' ');
  if (!/^[0-9a-f]{64}$/.test(wanted)) return 'there is no checksum beside it';
  const found = await checksum(path, signal, () => undefined);
  return found === wanted ? undefined : 'its checksum is not the one beside it';
}

async function listed(path: string): Promise<ListedBackup> {
  try {
    return { path, manifest: await readManifest(path) };
  } catch (error) {
    return { path, problem: (error as Error).message };
  }
}

/** The manifest beside an archive. Throws an Error that names the file and what is wrong. */
async function readManifest(archive: string): Promise<Manifest> {
  const path = `${archive}.json`;
  try {
    const manifest = parseManifest(await readFile(path, 'utf8'));
    if (manifest.archive !== basename(archive)) throw new Error(`it describes ${manifest.archive}`);
    return manifest;
  } catch (error) {
    throw new Error(`The manifest ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** The uncompressed tar of an archive. */
export function openArchive(path: string, compression: Compression): Readable {
  const unpack = compression === 'zst' ? zlib.createZstdDecompress() : zlib.createGunzip();
  // An error of either stream is an error of the one that is read.
  return pipe(createReadStream(path), unpack, () => {});
}

export type Verified = { ok: boolean; problems: readonly string[]; manifest: BackupFacts };

/**
 * Reads a whole archive and compares it with its manifest: the checksum of the file, then every entry of the tar. Throws where
 * there is no usable manifest or no file; a damaged archive is a result, not an error.
 */
export async function verifyBackup(
  path: string,
  signal: AbortSignal,
  onProgress = (_bytes: number) => {},
): Promise<Verified> {
  const manifest = await readManifest(path);
  const { size } = await stat(path);
  const problems: string[] = [];
  if (size !== manifest.archiveBytes) problems.push(`it has ${size} bytes, not ${manifest.archiveBytes}`);
  const sha256 = await checksum(path, signal, onProgress);
  if (sha256 !== manifest.sha256) problems.push('its checksum is not that of the manifest');
  if (problems.length === 0) problems.push(...(await contentProblems(path, manifest)));
  return { ok: problems.length === 0, problems, manifest };
}

async function checksum(path: string, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), passing(onProgress), hash, { signal });
  return hash.digest('hex');
}

async function contentProblems(path: string, { compression, files, bytes }: Manifest): Promise<string[]> {
  try {
    const count = await countTar(openArchive(path, compression));
    const same = count.files === files && count.bytes === bytes;
    return same ? [] : [`it holds ${count.files} entries of ${count.bytes} bytes, not ${files} of ${bytes}`];
  } catch (error) {
    return [`it cannot be unpacked: ${(error as Error).message}`];
  }
}

/**
 * Backups that the retention rules no longer keep: more than `keep` of one volume, or older than `maxAgeMs`. The newest always stays. Pure.
 */
export function expired(
  backups: readonly ListedBackup[],
  { keep, maxAgeMs, now }: { keep?: number; maxAgeMs?: number; now: number },
): readonly ListedBackup[] {
  const byVolume = new Map<string, (ListedBackup & { manifest: BackupFacts })[]>();
  for (const { path, manifest } of backups) {
    if (!manifest) continue;
    const key = `${path.startsWith('restic:') ? '' : dirname(path)}\0${manifest.engine}\0${manifest.volume}`;
    byVolume.set(key, [...(byVolume.get(key) ?? []), { path, manifest }]);
  }
  return [...byVolume.values()].flatMap((own) =>
    own
      .sort((a, b) => b.manifest.startedAt - a.manifest.startedAt)
      .filter(({ manifest }, index) => {
        if (index === 0) return false;
        return (keep !== undefined && index >= keep) || (maxAgeMs !== undefined && now - manifest.startedAt > maxAgeMs);
      }),
  );
}
