import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { ComposeProject } from './project.ts';

/** Every file that a project's configuration follows from: its compose files, `.env`, and the files that these name. */
export async function sourceFiles({ directory, files, envFiles }: ComposeProject): Promise<readonly string[]> {
  const named = await Promise.all(files.map(async (file) => referenced(await readFile(file, 'utf8').catch(() => ''))));
  const own = [...files, ...envFiles, `${directory}/.env`, ...named.flat().map((path) => resolve(directory, path))];
  return [...new Set(own)];
}

/** The paths of `env_file`, `extends.file` and `include` in a compose file, as written; one that cannot be read names none. */
export function referenced(text: string): string[] {
  try {
    return [...pathsIn(parse(text))];
  } catch {
    return [];
  }
}

function* pathsIn(value: unknown, key = ''): Generator<string> {
  if (Array.isArray(value)) {
    for (const entry of value) yield* pathsIn(entry, key);
    return;
  }
  if (typeof value === 'string') {
    if (key === 'env_file' || key === 'include') yield value;
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, entry] of Object.entries(value)) {
    const isPath = (key === 'env_file' || key === 'include') && name === 'path';
    if (isPath || (key === 'extends' && name === 'file')) yield* pathsIn(entry, 'include');
    else yield* pathsIn(entry, name);
  }
}
