import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { BackupFacts } from './manifest.ts';
import { type ListedBackup, listBackups, openArchive, type Verified, verifyBackup } from './read.ts';
import { forgetRestic, isRestic, listRestic, openRestic, repositoryOf, verifyRestic, writeRestic } from './restic.ts';
import { type Backup, type BackupRequest, writeBackup } from './write.ts';

/** Where backups are: a directory of this machine, or a restic repository (`restic:…`). A path is a place and one backup in it. */
export type BackupStore = {
  /** Newest first. */
  list(place: string): Promise<readonly ListedBackup[]>;
  /** Reads all of it and compares; throws where it is not there. */
  verify(path: string, signal: AbortSignal, onProgress?: (bytes: number) => void): Promise<Verified>;
  /** Its uncompressed tar. */
  open(path: string, facts: Pick<BackupFacts, 'compression'>): Readable;
  write(request: BackupRequest): Promise<Backup>;
  remove(path: string): Promise<void>;
};

/** `env`: restic's, with what its password is read from. */
export function backupStore(env: NodeJS.ProcessEnv): BackupStore {
  return {
    list: (place) => (isRestic(place) ? listRestic(place, env) : listBackups(place)),
    verify: (path, signal, onProgress) =>
      isRestic(path) ? verifyRestic(path, env, { signal, onProgress }) : verifyBackup(path, signal, onProgress),
    open: (path, { compression = 'zst' }) => (isRestic(path) ? openRestic(path, env) : openArchive(path, compression)),
    write: (request) => (isRestic(request.directory) ? writeRestic(request, env) : writeBackup(request)),
    async remove(path) {
      if (isRestic(path)) return forgetRestic(path, env);
      await rm(path);
      await rm(`${path}.json`, { force: true });
    },
  };
}

/** Where one more backup goes that belongs to this one. */
export function placeOf(path: string): string {
  return isRestic(path) ? repositoryOf(path) : dirname(path);
}
