import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, link, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { archiveName, type BackupFacts, type Compression, type Manifest } from './manifest.ts';
import { countTar, passing, type TarCount } from './tar-count.ts';

export type BackupRequest = Pick<Manifest, 'volume' | 'project' | 'engine' | 'labels' | 'users' | 'live'> & {
  /** Where it goes. */
  directory: string;
  /** Contents of the volume, uncompressed. */
  tar: Readable;
  signal: AbortSignal;
  now(): number;
  /** Uncompressed bytes read so far, with each chunk. */
  onProgress?(bytes: number): void;
};

export type Backup = { path: string; manifest: BackupFacts };

/** The volume holds nothing but its own directory: an archive of it would be misleading. */
export class EmptyBackup extends Error {
  override readonly name = 'EmptyBackup';
}

/** Zstandard if this Node has it (22.15 and newer), else gzip. */
function preferredCompression(): Compression {
  return typeof zlib.createZstdCompress === 'function' ? 'zst' : 'gz';
}

/**
 * Writes a tar stream as a compressed archive and its manifest, in constant memory. The archive has a temporary name until it is
 * complete and on disk; a failure before that leaves no file behind. Throws EmptyBackup, or the error of the stream or file.
 */
export async function writeBackup(request: BackupRequest): Promise<Backup> {
  const { directory, tar, signal, now, onProgress } = request;
  const startedAt = now();
  const compression = preferredCompression();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const archive = await freeName(directory, (number) => archiveName(request.volume, startedAt, compression, number));
  const path = join(directory, archive);
  const partial = `${path}.partial`;
  try {
    const { count, sha256 } = await writeArchive(tar, partial, { compression, signal, onProgress });
    if (count.files <= 1 && count.bytes === 0)
      throw new EmptyBackup(`The volume ${request.volume} is empty: nothing was backed up.`);
    await sync(partial);
    const { volume, project, engine, labels, users, live } = request;
    const { size: archiveBytes } = await stat(partial);
    const about = { volume, archive, compression, project, engine, labels: { ...labels }, users: [...users], live };
    const manifest: Manifest = { schema: 1, ...about, startedAt, finishedAt: now(), ...count, archiveBytes, sha256 };
    // Unlike a rename it fails where another program has made that file meanwhile.
    await link(partial, path);
    await rm(partial);
    await writeDurably(`${path}.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
    return { path, manifest };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Two archives of one volume may be made within a second: the second one must not replace the first. */
async function freeName(directory: string, nameOf: (number: number) => string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = nameOf(number);
    const taken = (path: string) =>
      access(path).then(
        () => true,
        () => false,
      );
    if (!(await taken(join(directory, name))) && !(await taken(join(directory, `${name}.partial`)))) return name;
  }
}

type ArchiveOptions = { compression: Compression; signal: AbortSignal; onProgress?(bytes: number): void };

async function writeArchive(
  tar: Readable,
  path: string,
  { compression, signal, onProgress = () => {} }: ArchiveOptions,
): Promise<{ count: TarCount; sha256: string }> {
  const hash = createHash('sha256');
  // The same bytes go to the file and to the count; the slower of the two sets the pace.
  const counted = new PassThrough();
  const copy = passing(onProgress);
  copy.pipe(counted);
  const counting = countTar(counted);
  // An end of writing also ends counting, which would otherwise wait for ever.
  const writing = pipeline(
    tar,
    copy,
    compress(compression),
    hashed(hash),
    createWriteStream(path, { mode: 0o600, flags: 'wx' }),
    {
      signal,
    },
  ).catch((error: unknown) => {
    counted.destroy(error as Error);
    throw error;
  });
  const [written, count] = await Promise.allSettled([writing, counting]);
  if (written.status === 'rejected') throw written.reason;
  if (count.status === 'rejected') throw count.reason;
  return { count: count.value, sha256: hash.digest('hex') };
}

function compress(compression: Compression): Transform {
  return compression === 'zst' ? zlib.createZstdCompress() : zlib.createGzip();
}

function hashed(hash: ReturnType<typeof createHash>): Transform {
  const through = passing(() => {});
  through.on('data', (chunk: Buffer) => hash.update(chunk));
  return through;
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
