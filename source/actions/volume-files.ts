import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createTarDecoder } from 'modern-tar';
import { runCommand } from '../engine/api/command.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import { systemClock } from '../lib/clock.ts';
import { isUp } from '../lib/container-state.ts';
import { createHelper, HELPER_PATH } from './volume-helper.ts';
import { readerOf, volumeUsers } from './volume-users.ts';

type Reached = Engine & EngineChanges;

export type VolumeEntry = {
  name: string;
  kind: 'directory' | 'file' | 'link' | 'other';
  /** Bytes: of a directory all that is in it, as far as it was read. */
  size: number;
  /** Last change, ms since the epoch. */
  modified: number;
  /** Permission bits, such as 0o644. */
  mode: number;
};

/** `whole`: everything was read; else there may be more, and directories may be larger. */
export type VolumeListing = { entries: readonly VolumeEntry[]; whole: boolean };

/** Bytes of an archive that are read for a listing, at most. */
const READ = 128 * 1024 * 1024;
/** Bytes of a file that are shown. */
const SHOWN = 256 * 1024;
const COMMAND_MS = 10_000;
const OUTPUT = 4 * 1024 * 1024;

/**
 * The entries of one directory of a volume, by name. Through a running container that mounts it and has `find` and `stat`; otherwise
 * from the archive that the engine makes, of which only the beginning is read.
 */
export async function listVolume(
  engine: Reached,
  volume: string,
  path: string,
  signal: AbortSignal,
): Promise<VolumeListing> {
  const users = volumeUsers(volume, await engine.containers({ signal }));
  const running = users.find(({ container }) => isUp(container) && container.state === 'running');
  const listed =
    running &&
    (await listByCommand(engine, running.container.id, posix.join(running.path, path), signal).catch(() => undefined));
  if (listed) return { entries: listed.toSorted(byKindAndName), whole: true };
  return reading(engine, volume, path, signal, listArchive);
}

/** The beginning of a file as text, and whether that is all of it. */
export function readVolumeFile(
  engine: Reached,
  volume: string,
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: Buffer; whole: boolean }> {
  return reading(engine, volume, path, signal, firstFile, '');
}

/** With the archive of a path of the volume, through a container that mounts it or a helper that is never started. */
async function reading<T>(
  engine: Reached,
  volume: string,
  path: string,
  signal: AbortSignal,
  read: (tar: Readable) => Promise<T>,
  suffix = '/.',
): Promise<T> {
  const reader = readerOf(volumeUsers(volume, await engine.containers({ signal })));
  const open = (container: string, base: string) =>
    engine.readArchive(container, `${posix.join(base, path).replace(/\/$/, '')}${suffix}`, { signal });
  if (reader) return read(await open(reader.container.id, reader.path));
  const helper = await createHelper(engine, volume, ['true']);
  try {
    return await read(await open(helper, HELPER_PATH));
  } finally {
    await engine.remove(helper, { force: true, volumes: false });
  }
}

/** Raw mode in hexadecimal, size, seconds, name. A name with a line break is left out. */
const LINE = /^([0-9a-f]+) (\d+) (\d+) ([\s\S]*)$/;

/** Undefined where the container has no such programs. */
async function listByCommand(
  engine: Reached,
  container: string,
  directory: string,
  signal: AbortSignal,
): Promise<VolumeEntry[] | undefined> {
  const output: Buffer[] = [];
  const find = ['find', directory, '-mindepth', '1', '-maxdepth', '1', '-exec', 'stat', '-c', '%f %s %Y %n', '{}', ';'];
  const end = await runCommand(engine, container, find, {
    clock: systemClock,
    timeoutMs: COMMAND_MS,
    limit: OUTPUT,
    signal,
    user: '0',
    onOutput: (stream, bytes) => void (stream === 'stdout' && output.push(Buffer.from(bytes))),
  });
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  const text = Buffer.concat(output).toString('utf8');
  return text.split('\n').flatMap((line) => entryOf(line, directory) ?? []);
}

/** By the upper four bits of st_mode (inode(7)). */
const KINDS: ReadonlyMap<number, VolumeEntry['kind']> = new Map([
  [0x4, 'directory'],
  [0x8, 'file'],
  [0xa, 'link'],
]);

function entryOf(line: string, directory: string): VolumeEntry | undefined {
  const [, hex = '', size, seconds, name = ''] = LINE.exec(line) ?? [];
  if (hex === '') return undefined;
  const mode = Number.parseInt(hex, 16);
  const kind = KINDS.get(mode >> 12) ?? 'other';
  return {
    name: posix.relative(directory, name),
    kind,
    size: kind === 'directory' ? 0 : Number(size),
    modified: Number(seconds) * 1000,
    mode: mode & 0o7777,
  };
}

async function listArchive(tar: Readable): Promise<VolumeListing> {
  const found = new Map<string, VolumeEntry>();
  let read = 0;
  let whole = true;
  const entries = Readable.toWeb(tar).pipeThrough(createTarDecoder({ strict: false }));
  for await (const { header, body } of entries) {
    await body.cancel();
    read += header.size;
    const [first = '', ...deeper] = header.name
      .replace(/^\.?\//, '')
      .split('/')
      .filter(Boolean);
    if (first !== '') {
      const known = found.get(first);
      if (deeper.length > 0 && known) found.set(first, { ...known, size: known.size + header.size });
      else if (!known) found.set(first, tarEntry(first, header));
    }
    if (read > READ) {
      whole = false;
      break;
    }
  }
  tar.destroy();
  return { entries: [...found.values()].toSorted(byKindAndName), whole };
}

type Header = { name: string; size: number; type?: string; mtime?: Date; mode?: number };

function tarEntry(name: string, { size, type = 'file', mtime, mode = 0 }: Header): VolumeEntry {
  const kind =
    type === 'directory' || type === 'file' ? type : type === 'symlink' || type === 'link' ? 'link' : 'other';
  return { name, kind, size, modified: mtime?.getTime() ?? 0, mode: mode & 0o7777 };
}

async function firstFile(tar: Readable): Promise<{ bytes: Buffer; whole: boolean }> {
  const entries = Readable.toWeb(tar).pipeThrough(createTarDecoder({ strict: false }));
  for await (const { header, body } of entries) {
    if (header.type !== undefined && header.type !== 'file') throw new Error(`it is not a file but a ${header.type}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= SHOWN) break;
    }
    tar.destroy();
    return { bytes: Buffer.concat(chunks).subarray(0, SHOWN), whole: header.size <= SHOWN };
  }
  throw new Error('there is no such file');
}

function byKindAndName(a: VolumeEntry, b: VolumeEntry): number {
  return Number(b.kind === 'directory') - Number(a.kind === 'directory') || (a.name < b.name ? -1 : 1);
}
