import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseJson } from '../lib/json.ts';
import { maskText } from '../lib/secrets.ts';
import type { BackupFacts } from './manifest.ts';
import type { ListedBackup, Verified } from './read.ts';
import { countTar, passing, type TarCount } from './tar-count.ts';
import { type Backup, type BackupRequest, EmptyBackup } from './write.ts';

/**
 * Backups in a restic repository (restic.net): each is a snapshot with one file, the volume's tar, and what is known of it as tags.
 * The repository's password comes from restic's own variables (RESTIC_PASSWORD_FILE, RESTIC_PASSWORD_COMMAND, RESTIC_PASSWORD),
 * never from an argument.
 */

const PREFIX = 'restic:';
const FILE = 'volume.tar';
const TAG = 'deskhand';
/** Lines of restic's words that an error quotes. */
const QUOTED = 400;

/** A repository or a snapshot in one: `restic:/srv/backups`, `restic:sftp:host:/x#1f2e3d4c`; `restic:` is that of RESTIC_REPOSITORY. */
export function isRestic(place: string): boolean {
  return place.startsWith(PREFIX);
}

/** The repository of a snapshot's path. */
export function repositoryOf(path: string): string {
  return parts(path).place;
}

function parts(path: string): { place: string; repository: string; snapshot: string } {
  const [, repository = '', snapshot = ''] = /^restic:(.*?)(?:#([0-9a-f]{8,64}))?$/.exec(path) ?? [];
  return { place: `${PREFIX}${repository}`, repository, snapshot };
}

/** Why restic cannot be used with this repository, in words; undefined where nothing is wrong with it. */
function resticProblem(repository: string, env: NodeJS.ProcessEnv): string | undefined {
  if (repository === '' && !env.RESTIC_REPOSITORY && !env.RESTIC_REPOSITORY_FILE)
    return 'no restic repository is named: use restic:REPOSITORY, or set RESTIC_REPOSITORY';
  if (/:\/\/[^/]*:[^/]*@/.test(repository))
    return 'the address of the repository holds a password: put it into a file, set RESTIC_REPOSITORY_FILE, and use "restic:" alone';
  if (!env.RESTIC_PASSWORD_FILE && !env.RESTIC_PASSWORD_COMMAND && !env.RESTIC_PASSWORD)
    return 'there is no password for the repository: set backups.resticPasswordFile in the settings, or RESTIC_PASSWORD_FILE';
  return undefined;
}

/** The backups of a repository, newest first. */
export async function listRestic(place: string, env: NodeJS.ProcessEnv): Promise<readonly ListedBackup[]> {
  const { repository } = parts(place);
  const text = await output(repository, ['snapshots', '--json', '--tag', TAG], env);
  const snapshots = parseJson(text) as readonly Snapshot[];
  const found = (snapshots ?? []).map((one) => ({
    path: `${parts(place).place}#${one.short_id}`,
    manifest: factsOf(one),
  }));
  return found.sort((a, b) => b.manifest.startedAt - a.manifest.startedAt);
}

type Snapshot = { short_id: string; time: string; tags?: readonly string[]; hostname: string };

/** Tags are `name=value`, percent-encoded, as restic splits them at commas. */
function factsOf({ time, tags = [], hostname }: Snapshot): BackupFacts {
  const values = new Map(tags.map((tag) => [tag.split('=')[0] ?? '', decodeURIComponent(tag.split('=')[1] ?? '')]));
  const startedAt = Date.parse(time);
  const value = (name: string) => values.get(name) || undefined;
  return {
    volume: value('volume') ?? '?',
    project: value('project'),
    engine: value('engine') ?? hostname,
    labels: {},
    users: (value('users') ?? '').split(' ').filter(Boolean),
    live: values.has('live'),
    startedAt,
    finishedAt: Number(value('finished') ?? startedAt),
    files: Number(value('files') ?? 0),
    bytes: Number(value('bytes') ?? 0),
  };
}

const tag = (name: string, value: string | number) => ['--tag', `${name}=${encodeURIComponent(value)}`];

/**
 * Streams a tar into a new snapshot. Its counts become tags once they are known; until then, and after a failure, there is no
 * snapshot of it.
 */
export async function writeRestic(request: BackupRequest, env: NodeJS.ProcessEnv): Promise<Backup> {
  const { directory: place, volume, project, engine, users, live, now } = request;
  const { repository } = parts(place);
  const startedAt = now();
  const run = `run=${randomUUID().slice(0, 8)}`;
  const tags = [
    ...['--tag', TAG, '--tag', run, ...tag('volume', volume), ...tag('engine', engine)],
    ...(project === undefined ? [] : tag('project', project)),
    ...(users.length === 0 ? [] : tag('users', users.join(' '))),
    ...(live ? ['--tag', 'live'] : []),
  ];
  try {
    const count = await streamIn(repository, tags, request, env);
    if (count.files <= 1 && count.bytes === 0)
      throw new EmptyBackup(`The volume ${volume} is empty: nothing was backed up.`);
    const known = { files: count.files, bytes: count.bytes, finished: now() };
    const added = Object.entries(known).flatMap(([name, value]) => ['--add', `${name}=${value}`]);
    await output(repository, ['tag', '--tag', run, ...added], env);
  } catch (error) {
    await forgetRun(repository, run, env).catch(() => undefined);
    throw error;
  }
  const [made] = (await listRestic(place, env)).filter(
    ({ manifest }) => manifest?.volume === volume && manifest.startedAt >= startedAt - 1000,
  );
  if (!made?.manifest) throw new Error('restic does not list the snapshot that it made');
  return { path: made.path, manifest: made.manifest };
}

async function streamIn(
  repository: string,
  tags: readonly string[],
  { tar, signal, onProgress = () => {} }: BackupRequest,
  env: NodeJS.ProcessEnv,
): Promise<TarCount> {
  const child = start(repository, ['backup', '--stdin', '--stdin-filename', FILE, ...tags], env, 'pipe');
  // Before its input ends: what has come until then must not become a snapshot.
  const kill = () => void child.kill('SIGKILL');
  tar.once('error', kill);
  signal.addEventListener('abort', kill, { once: true });
  child.stdout?.resume();
  const counted = new PassThrough();
  const copy = passing(onProgress);
  copy.pipe(counted);
  const counting = countTar(counted);
  const input = child.stdin;
  if (!input) throw new Error('restic takes no input');
  const writing = pipeline(tar, copy, input, { signal }).catch((error: unknown) => {
    kill();
    counted.destroy(error as Error);
    throw error;
  });
  const [ended, written, count] = await Promise.allSettled([finished(child), writing, counting]);
  signal.removeEventListener('abort', kill);
  // Where restic ends first its own words say why.
  for (const one of signal.aborted ? [written] : [ended, written, count])
    if (one.status === 'rejected') throw one.reason;
  if (count.status === 'rejected') throw count.reason;
  return count.value;
}

async function forgetRun(repository: string, run: string, env: NodeJS.ProcessEnv): Promise<void> {
  const left = parseJson(await output(repository, ['snapshots', '--json', '--tag', run], env)) as readonly Snapshot[];
  const ids = (left ?? []).map(({ short_id: id }) => id);
  if (ids.length > 0) await output(repository, ['forget', ...ids], env);
}

/** Removes a snapshot; its data go with the next `restic prune`. */
export async function forgetRestic(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { repository, snapshot } = parts(path);
  await output(repository, ['forget', snapshot], env);
}

/** The tar of a snapshot. restic compares every block with its checksum. */
export function openRestic(path: string, env: NodeJS.ProcessEnv): Readable {
  const { repository, snapshot } = parts(path);
  const child = start(repository, ['dump', snapshot, `/${FILE}`], env, 'ignore');
  const tar = new PassThrough();
  child.stdout?.pipe(tar, { end: false });
  finished(child).then(
    () => tar.end(),
    (error: Error) => tar.destroy(error),
  );
  tar.once('close', () => child.kill('SIGKILL'));
  return tar;
}

/** Reads a snapshot to its end and compares it with its tags. */
export async function verifyRestic(
  path: string,
  env: NodeJS.ProcessEnv,
  { signal, onProgress = () => {} }: { signal: AbortSignal; onProgress?(bytes: number): void },
): Promise<Verified> {
  const listed = await listRestic(repositoryOf(path), env);
  const manifest = listed.find((one) => one.path.startsWith(path) || path.startsWith(one.path))?.manifest;
  if (!manifest) throw new Error(`${path} is not in the repository`);
  const tar = openRestic(path, env);
  const read = passing(onProgress);
  const reading = pipeline(tar, read, { signal });
  const [count, all] = await Promise.allSettled([countTar(read), reading]);
  const failed = all.status === 'rejected' ? all : count;
  if (signal.aborted) throw new Error('cancelled');
  if (failed.status === 'rejected')
    return { ok: false, manifest, problems: [`it cannot be read: ${(failed.reason as Error).message}`] };
  const { files, bytes } = (count as PromiseFulfilledResult<TarCount>).value;
  const same = files === manifest.files && bytes === manifest.bytes;
  const problem = `it holds ${files} entries of ${bytes} bytes, not ${manifest.files} of ${manifest.bytes}`;
  return { ok: same, manifest, problems: same ? [] : [problem] };
}

function start(
  repository: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin: 'pipe' | 'ignore',
): ChildProcess {
  const problem = resticProblem(repository, env);
  if (problem !== undefined) throw new Error(problem);
  const where = repository === '' ? [] : ['--repo', repository];
  return spawn('restic', [...where, ...command], { env, stdio: [stdin, 'pipe', 'pipe'] });
}

/** Resolves when it has ended well and all of its output was read; rejects with restic's last words. */
function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-QUOTED);
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('restic is not installed on this machine') : error),
    );
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const words = said
        .trim()
        .split(/\s*\n+\s*/)
        .join(' ');
      reject(new Error(`restic ended with status ${code ?? 'unknown'}: ${maskText(words)}`));
    });
    child.stdin?.on('error', () => undefined);
  });
}

async function output(repository: string, command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = start(repository, command, env, 'ignore');
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(child);
  return Buffer.concat(chunks).toString('utf8');
}
