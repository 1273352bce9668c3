import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { EXCEPTIONS, ROOMS } from './rooms.ts';

export const SOURCE = resolve(import.meta.dirname, '../../source');

/** One import between two files of `source/`, by their paths there. */
export type Import = { file: string; target: string; typeOnly: boolean };

const STATIC = /^(?:import|export)\s+(?:(type\s+)?([^'";]*?)\s*from\s+)?'(\.[^']+)';/gms;
const DYNAMIC = /\bimport\(\s*'(\.[^']+)'\s*\)/g;
const TYPES_ONLY = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/;

/** The files of `source/` without its tests. */
export function sourceFiles(): string[] {
  const all = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name));
}

export function textOf(file: string): string {
  return readFileSync(join(SOURCE, file), 'utf8');
}

/** What a file imports, loads on demand or exports again. */
export function importsOf(file: string, text = textOf(file)): Import[] {
  const target = (path: string) => relative(SOURCE, resolve(SOURCE, dirname(file), path));
  const fixed = [...text.matchAll(STATIC)].map(([, type, names = '', path = '']) => ({
    ...{ file, target: target(path), typeOnly: type !== undefined || TYPES_ONLY.test(names) },
  }));
  const onDemand = [...text.matchAll(DYNAMIC)].map(([, path = '']) => ({
    file,
    target: target(path),
    typeOnly: false,
  }));
  return [...fixed, ...onDemand];
}

/** The room of a file; empty for the one file that belongs to none. */
export function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

/** The folder of a file inside its room; empty for a file of the room itself. */
export function folderOf(file: string): string {
  return file.split('/').slice(1, -1).join('/');
}

/** Why an import is forbidden; undefined if it is allowed. */
export function fault({ file, target, typeOnly }: Import): string | undefined {
  const [from, to] = [roomOf(file), roomOf(target)];
  const wrong = `${file} -> ${target}${typeOnly ? ' (type)' : ''}`;
  if (from === to) {
    const [own, other] = [folderOf(file), folderOf(target)];
    return own === other || ROOMS[from]?.folders?.[own]?.includes(other) ? undefined : wrong;
  }
  if (EXCEPTIONS[file]?.includes(to)) return undefined;
  const allowed = ROOMS[from]?.imports[to];
  return allowed === 'all' || (allowed === 'type' && typeOnly) ? undefined : wrong;
}

/** Files that import each other, directly or through others. */
export function circles(imports: readonly Pick<Import, 'file' | 'target'>[]): string[][] {
  const targets = Map.groupBy(imports, ({ file }) => file);
  const reached = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const { target } of targets.get(next) ?? []) {
        if (!seen.has(target)) open.push(target);
        seen.add(target);
      }
    return seen;
  };
  const all = new Map([...targets.keys()].map((file) => [file, reached(file)]));
  const round = [...all].map(([file, others]) => [...others].filter((other) => all.get(other)?.has(file)).sort());
  return [...new Map(round.filter((files) => files.length > 0).map((files) => [files.join(), files])).values()];
}
