import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import type { Server } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SimulatorError } from './incidents/simulator-error.ts';

/** The socket on which the engine listens: a file that only its owner can open, in a directory that only the owner can enter. */

/** The path to listen on, and a directory to remove afterwards if it was created for it. Throws if the path is taken. */
export async function socketFor(wanted: string | undefined): Promise<{ path: string; directory?: string }> {
  if (wanted === undefined) {
    const directory = await mkdtemp(join(tmpdir(), 'deskhand-'));
    return { path: join(directory, 'docker.sock'), directory };
  }
  await mkdir(dirname(wanted), { recursive: true, mode: 0o700 });
  await clearStale(wanted);
  return { path: wanted };
}

/** Removes a socket without a listener; leaves anything else at that path alone. */
async function clearStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new SimulatorError(`Cannot listen on ${path}: it exists and is not a socket.`);
  const answered = await new Promise<boolean>((done) => {
    const probe = connect(path, () => done(true)).on('error', () => done(false));
    probe.on('close', () => probe.destroy());
    probe.on('connect', () => probe.destroy());
  });
  if (answered) throw new SimulatorError(`Cannot listen on ${path}: another engine answers there.`);
  await rm(path, { force: true });
}

export async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });
  await chmod(path, 0o600);
}

export function unlisten(server: Server): Promise<void> {
  return new Promise((done) => {
    if (server.listening) server.close(() => done());
    else done();
  });
}
