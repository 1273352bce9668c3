import type { Readable } from 'node:stream';
import { EngineError } from '../engine/engine.ts';
import { bytes, duration } from '../lib/format.ts';
import type { RunContext } from './action.ts';
import { throughHelper, type VolumeAccess } from './volume-helper.ts';
import { readerOf, type VolumeUser, volumeUsers, writers } from './volume-users.ts';

/** How often the progress is reported (ms). */
const REPORT_MS = 500;

export type CopyRequest = { volume: string; directory: string };

/** Writes an archive of a volume through a container that mounts it, else through a helper. Answers the archive's path. */
export async function copyVolume(request: CopyRequest, context: RunContext): Promise<string> {
  const { engine, signal } = context;
  const users = await currentUsers(volumeUsers(request.volume, await engine.containers({ signal })), context);
  const reader = readerOf(users);
  const tar = reader && (await openTar({ container: reader.container.id, path: reader.path }, context));
  if (tar) return copyOut(request, tar, users, context);
  return throughHelper(engine, request.volume, async ({ container, path }) =>
    copyOut(request, await engine.readArchive(container, `${path}/.`, { signal }), users, context),
  );
}

/** The list of engine 26 may still show a container as running that it has just stopped; its inspect does not. */
function currentUsers(users: readonly VolumeUser[], { engine, signal }: RunContext): Promise<VolumeUser[]> {
  return Promise.all(
    users.map(async (user) => {
      const container = await engine.container(user.container.id, { signal }).catch(() => user.container);
      return { ...user, container };
    }),
  );
}

/** Undefined where the container is gone, or does not show the volume: another one may be removing it. */
async function openTar(
  { container, path }: VolumeAccess,
  { engine, signal }: RunContext,
): Promise<Readable | undefined> {
  return engine.readArchive(container, `${path}/.`, { signal }).catch((error: unknown) => {
    if (error instanceof EngineError && error.kind === 'not-found') return undefined;
    throw error;
  });
}

async function copyOut(
  { volume, directory }: CopyRequest,
  tar: Readable,
  users: readonly VolumeUser[],
  context: RunContext,
): Promise<string> {
  const { engine, signal, tools } = context;
  const labels = (await engine.volumes({ signal })).find(({ name }) => name === volume)?.labels ?? {};
  const { path } = await tools.backups.write({
    volume,
    project: labels['com.docker.compose.project'],
    engine: engine.id,
    labels,
    users: users.map((user) => user.container.name),
    live: writers(users).length > 0,
    directory,
    tar,
    signal,
    now: tools.wallTime,
    onProgress: reporter(volume, context),
  });
  return path;
}

function reporter(volume: string, { now, progress }: RunContext): (read: number) => void {
  const begun = now();
  let reported = begun;
  return (read) => {
    const at = now();
    if (at - reported < REPORT_MS) return;
    reported = at;
    const rate = bytes((read * 1000) / Math.max(1, at - begun));
    progress(`${volume}: ${bytes(read)} read, ${rate}/s, for ${duration(at - begun)}`);
  };
}
