import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Bytes of a container's log with its rotated files, from the path that the engine names; undefined where they cannot be read here. The
 * engine's API does not report them.
 */
export async function logBytes(path: string): Promise<number | undefined> {
  try {
    const directory = dirname(path);
    const files = (await readdir(directory)).filter((name) => name.startsWith(basename(path)));
    if (path === '' || files.length === 0) return undefined;
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(directory, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}
