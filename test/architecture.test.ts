import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Imports go one way: each room knows those below it, and no import ever runs back up. `type` means its types only. */
const SOURCE = resolve(import.meta.dirname, '../source');
const KNOWS: Readonly<Record<string, Readonly<Record<string, 'all' | 'type'>>>> = {
  ui: {},
  settings: {},
  engine: {},
  prometheus: {},
  simulator: {},
  desk: { engine: 'type', prometheus: 'type' },
  actions: { engine: 'all', desk: 'all' },
  resources: { engine: 'all', desk: 'all', actions: 'all', ui: 'all' },
  panes: {
    engine: 'all',
    prometheus: 'all',
    settings: 'type',
    desk: 'all',
    actions: 'all',
    resources: 'all',
    ui: 'all',
  },
  commands: {
    engine: 'all',
    prometheus: 'all',
    settings: 'all',
    desk: 'all',
    actions: 'all',
    resources: 'all',
    ui: 'all',
    panes: 'all',
  },
};

type Import = { file: string; from: string; to: string; typeOnly: boolean };

function sourceFiles(): string[] {
  const all = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => /\.tsx?$/.test(name) && !/(\.test\.tsx?|fake[\w-]*\.tsx?)$/.test(name));
}

const IMPORT = /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'(\.[^']+)';/gms;

function importsOf(name: string): Import[] {
  const text = readFileSync(join(SOURCE, name), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, names = '', path = '']) => ({
    file: name,
    from: roomOf(name),
    to: roomOf(relative(SOURCE, resolve(SOURCE, dirname(name), path))),
    typeOnly: type !== undefined || /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names),
  }));
}

/** The room of a file; empty for the few files that belong to none (cli, clock, format). */
function roomOf(name: string): string {
  const [room = ''] = name.split('/');
  return name.includes('/') ? room : '';
}

describe('the rooms', () => {
  const imports = sourceFiles().flatMap(importsOf);

  it('import downwards only', () => {
    const wrong = imports.filter(({ file, from, to, typeOnly }) => {
      if (from === '' || to === '' || from === to) return false;
      if (file === 'commands/demo.ts' && to === 'simulator') return false;
      const allowed = KNOWS[from]?.[to];
      return allowed === undefined || (allowed === 'type' && !typeOnly);
    });
    expect(wrong.map(({ file, to, typeOnly }) => `${file} -> ${to}${typeOnly ? ' (type)' : ''}`)).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('reach dockerode through the engine only', () => {
    const users = sourceFiles().filter((name) =>
      /from '(dockerode|docker-modem)'/.test(readFileSync(join(SOURCE, name), 'utf8')),
    );
    expect(users.filter((name) => roomOf(name) !== 'engine')).toEqual([]);
  });

  it('read the time from a clock only', () => {
    const users = sourceFiles().filter(
      (name) => name !== 'clock.ts' && /Date\.now\(\)|new Date\(\)/.test(readFileSync(join(SOURCE, name), 'utf8')),
    );
    expect(users).toEqual([]);
  });
});
