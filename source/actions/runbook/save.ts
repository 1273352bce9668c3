import { createHash } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytes } from '../../lib/format.ts';

/** A file that is being written: nothing of it has its name before it is complete and on disk. */
export type SavedOutput = {
  write(chunk: Buffer): Promise<void>;
  /** So far, in words. */
  written(): string;
  /** Gives it its name; answers where it is, its size and checksum. Throws where it is empty. */
  keep(): Promise<string>;
  drop(): Promise<void>;
};

/** Readable by its owner alone. Never replaces a file. */
export async function saveOutput({ directory, name }: { directory: string; name: string }): Promise<SavedOutput> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  const partial = `${path}.partial`;
  const file: FileHandle = await open(partial, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  const drop = async () => {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
  };
  return {
    async write(chunk) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    },
    written: () => bytes(size),
    async keep() {
      if (size === 0) throw new Error('it printed nothing: nothing was saved');
      await file.sync();
      await file.close();
      // Unlike a rename it fails where another program has made that file meanwhile.
      await link(partial, path);
      await rm(partial);
      const sum = hash.digest('hex');
      // As sha256sum reads it.
      await writeFile(`${path}.sha256`, `${sum}  ${name}\n`, { mode: 0o600 });
      return `${bytes(size)} in ${path}, SHA-256 ${sum.slice(0, 12)}…`;
    },
    drop,
  };
}
