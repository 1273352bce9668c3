import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';

/** Writes a text to a new file of its own under `directory`, readable by its owner only; answers the path. */
export async function saveText(directory: string, name: string, text: string, clock: Clock): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stamp = new Date(clock.now()).toISOString().replace(/[:.]/g, '-');
  const [, base = name, extension = ''] = /^(.*?)(\.[a-z]+)?$/.exec(name.replace(/[^\w.-]+/g, '_')) ?? [];
  const path = join(directory, `${base.slice(0, 80)}-${stamp}${extension}`);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}
