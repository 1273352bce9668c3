import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = resolve(import.meta.dirname, '../source');

/** The floor of each room. A room may import only from rooms on lower floors. */
const FLOORS: Readonly<Record<string, number>> = {
  lib: 1,
  settings: 1,
  engine: 2,
  prometheus: 2,
  ui: 2,
  probes: 3,
  desk: 3,
  actions: 4,
  logs: 4,
  metrics: 4,
  posture: 4,
  resources: 5,
  panes: 6,
  runtime: 7,
  commands: 8,
};

/** Rooms that know fewer others than their floor allows; `type` means their types only. */
const NARROWER: Readonly<Record<string, Readonly<Record<string, 'all' | 'type'>>>> = {
  lib: {},
  settings: {},
  engine: { lib: 'all' },
  prometheus: { lib: 'all' },
  ui: { lib: 'all' },
  probes: { lib: 'all', engine: 'all' },
  desk: { lib: 'all', engine: 'type', prometheus: 'type' },
  posture: { lib: 'all', engine: 'all', desk: 'all' },
  // A program of its own, started beside the console: it shares the clock with the rest and nothing else.
  simulator: { lib: 'all' },
};

/** The folders inside a room, lowest first; '' is the room itself. A folder may import only from those before it. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  engine: ['', 'parse', 'connect', 'logs', 'api', 'watch'],
  prometheus: ['exposition', ''],
  metrics: ['boards', ''],
  posture: ['model', 'rules', ''],
  lib: ['shell', 'secrets', ''],
};

type Import = { file: string; target: string; from: string; to: string; typeOnly: boolean };

function sourceFiles(): string[] {
  const all = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name));
}

const IMPORT = /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'(\.[^']+)';/gms;

function importsOf(name: string): Import[] {
  const text = readFileSync(join(SOURCE, name), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, names = '', path = '']) => {
    const target = relative(SOURCE, resolve(SOURCE, dirname(name), path));
    const typeOnly = type !== undefined || /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names);
    return { file: name, target, from: roomOf(name), to: roomOf(target), typeOnly };
  });
}

/** The room of a file; empty for the one file that belongs to none (cli). */
function roomOf(name: string): string {
  const [room = ''] = name.split('/');
  return name.includes('/') ? room : '';
}

/** The folder of a file inside its room; empty for a file of the room itself. */
function folderOf(name: string): string {
  return name.split('/').slice(1, -1).join('/');
}

describe('the rooms', () => {
  const imports = sourceFiles().flatMap(importsOf);

  it('import downwards only', () => {
    const wrong = imports.filter(({ file, from, to, typeOnly }) => {
      if (from === '' || from === to) return false;
      if (file === 'commands/demo.ts' && to === 'simulator') return false;
      const allowed = from in NARROWER ? NARROWER[from]?.[to] : (FLOORS[from] ?? 0) > (FLOORS[to] ?? 99) && 'all';
      return !allowed || (allowed === 'type' && !typeOnly);
    });
    expect(wrong.map(({ file, target, typeOnly }) => `${file} -> ${target}${typeOnly ? ' (type)' : ''}`)).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('import downwards between their own folders', () => {
    const wrong = imports.filter(({ file, target, from, to }) => {
      const folders = FOLDERS[from];
      if (from !== to || !folders) return false;
      return folders.indexOf(folderOf(target)) > folders.indexOf(folderOf(file)) || !folders.includes(folderOf(file));
    });
    expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it('reach dockerode through the engine only', () => {
    const users = sourceFiles().filter((name) =>
      /from '(dockerode|docker-modem)'/.test(readFileSync(join(SOURCE, name), 'utf8')),
    );
    expect(users.filter((name) => roomOf(name) !== 'engine')).toEqual([]);
  });

  it('read the time from a clock only', () => {
    const users = sourceFiles().filter(
      (name) => name !== 'lib/clock.ts' && /Date\.now\(\)|new Date\(\)/.test(readFileSync(join(SOURCE, name), 'utf8')),
    );
    expect(users).toEqual([]);
  });
});
