import { type Engine, type EngineChanges, EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { RunContext } from './action.ts';
import { volumeUsers } from './volume-users.ts';

/** Where a helper container mounts the volume that it was made for. */
export const HELPER_PATH = '/volume';

/** A container through which a volume can be read and written. */
export type VolumeAccess = { container: string; path: string };

type Reached = Engine & EngineChanges;

/**
 * Runs `work` with a container that mounts the volume and nothing else. It is never started: the engine reads and writes the files
 * of a container that does not run, too. It is always removed; the volume stays.
 */
export async function throughHelper<T>(
  engine: Reached,
  volume: string,
  work: (access: VolumeAccess) => Promise<T>,
): Promise<T> {
  const container = await createHelper(engine, volume, ['true']);
  try {
    return await work({ container, path: HELPER_PATH });
  } finally {
    await engine.remove(container, { force: true, volumes: false });
  }
}

/** Interval of checks of a running helper (ms). */
const LOOK_MS = 100;
/** How many images are tried, first that of a container which mounts the volume. */
const IMAGES = 5;
/** Not `-delete`: small busyboxes do not know it. */
const each = (...rm: readonly string[]) => [
  HELPER_PATH,
  '-mindepth',
  '1',
  '-maxdepth',
  '1',
  '-exec',
  ...rm,
  '-rf',
  '--',
  '{}',
  ';',
];
/** Images have `find` and `rm`, or at least busybox; others cannot be used. */
const COMMANDS = [
  ['find', ...each('rm')],
  ['busybox', 'find', ...each('busybox', 'rm')],
];

/**
 * Deletes everything in a volume by the `find` of an image that is on the engine. Throws where no image has one, or where it fails:
 * what it could not delete is still there then.
 */
export async function emptyVolume(context: RunContext, volume: string): Promise<void> {
  const { engine, signal } = context;
  const users = volumeUsers(volume, await engine.containers({ signal })).map(({ container }) => container.imageId);
  const all = (await engine.images({ signal })).map(({ id }) => id);
  const images = [...new Set([...users, ...all])].slice(0, IMAGES);
  for (const image of images)
    for (const command of COMMANDS) if (await deletes(context, volume, command, image)) return;
  throw new Error(
    `none of ${images.length} images on the engine has "find" or "busybox" to delete its files with. Restore into a new volume (--into NAME), or load such an image`,
  );
}

/** False where the image has no such program. */
async function deletes(
  context: RunContext,
  volume: string,
  command: readonly string[],
  image: string,
): Promise<boolean> {
  const { engine } = context;
  const id = await createHelper(engine, volume, command, image);
  try {
    await engine.start(id);
    const { exitCode, detail } = await ended(id, context);
    if (exitCode === 0) return true;
    if (exitCode === 126 || exitCode === 127) return false;
    throw new Error(
      `its files could not be deleted (exit code ${exitCode ?? 'unknown'}${detail?.error ? `: ${detail.error}` : ''})`,
    );
  } catch (error) {
    if (error instanceof EngineError && /executable file not found|no such file or directory/i.test(error.message))
      return false;
    throw error;
  } finally {
    await engine.remove(id, { force: true, volumes: false });
  }
}

async function ended(id: string, { engine, signal, wait }: RunContext): Promise<ContainerFacts> {
  for (;;) {
    const container = await engine.container(id);
    if (container.state === 'exited' || container.state === 'dead') return container;
    if (signal.aborted) throw new Error('cancelled');
    await wait(LOOK_MS, signal);
  }
}

/** Only its file system is used, so any image on the engine will do; the one of a container that uses the volume is the best guess. */
export async function createHelper(
  engine: Reached,
  volume: string,
  command: readonly string[],
  image?: string,
): Promise<string> {
  const source = image ?? (await engine.images())[0]?.id;
  if (source === undefined) throw new Error('there is no image on the engine to make a helper container from');
  const [program, ...args] = command;
  const { id } = await engine.create(`deskhand-helper-${crypto.randomUUID().slice(0, 8)}`, {
    Image: source,
    Entrypoint: [program],
    Cmd: args,
    User: '0:0',
    Healthcheck: { Test: ['NONE'] },
    Labels: { 'deskhand.helper': volume },
    HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: volume, Target: HELPER_PATH }] },
  });
  return id;
}
