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
  compose: 3,
  backup: 3,
  desk: 3,
  fleet: 4,
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
  settings: { lib: 'all' },
  engine: { lib: 'all' },
  prometheus: { lib: 'all' },
  ui: { lib: 'all' },
  probes: { lib: 'all', engine: 'all' },
  desk: { lib: 'all', engine: 'type', prometheus: 'type', probes: 'type' },
  fleet: { lib: 'all', engine: 'type', desk: 'all' },
  posture: { lib: 'all', engine: 'all', desk: 'all' },
  // Panes only draw: they never call an engine or a metrics endpoint.
  panes: {
    lib: 'all',
    settings: 'type',
    engine: 'type',
    prometheus: 'type',
    ui: 'all',
    desk: 'all',
    fleet: 'all',
    actions: 'all',
    logs: 'all',
    metrics: 'all',
    resources: 'all',
  },
  compose: { lib: 'all', engine: 'all' },
  backup: { lib: 'all' },
  // A program of its own, started beside the console: it shares the clock with the rest and nothing else.
  simulator: { lib: 'all' },
};

/**
 * The folders inside a room, lowest first; '' is the room itself. A folder may import only from those before it. `*` stands
 * for all that are not named: they do not import each other.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  engine: ['', 'parse', 'connect', 'logs', 'api', 'watch'],
  prometheus: ['exposition', '', 'grafana'],
  metrics: ['boards', ''],
  posture: ['model', 'rules', ''],
  lib: ['shell', 'secrets', '', 'log-line'],
  ui: ['skins', 'input', '', 'chart', 'dialog', 'ink-output', 'prompt', 'table', 'text-view'],
  panes: ['shared', 'table', 'health', 'logs', 'metrics', 'text', '', 'console'],
  runtime: ['session', 'collectors', ''],
  commands: ['', '*', 'demo', 'all'],
  simulator: ['world', 'metrics', 'logs', 'programs', 'stacks', 'incidents', 'api', ''],
};

/** Rooms without folders, or whose files are one whole with their folders. */
const WHOLE: ReadonlySet<string> = new Set([
  'settings',
  'probes',
  'desk',
  'fleet',
  'resources',
  'logs',
  'actions',
  'backup',
  'compose',
]);

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

/** Files that import each other, directly or through others. */
function circles(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = [...(targets.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!seen.has(next)) open.push(...(targets.get(next) ?? []));
      seen.add(next);
    }
    return seen;
  };
  const all = new Map([...targets.keys()].map((file) => [file, reached(file)]));
  const round = [...targets.keys()].map((file) =>
    [...(all.get(file) ?? [])].filter((other) => all.get(other)?.has(file)).sort(),
  );
  return [...new Map(round.filter((files) => files.length > 0).map((files) => [files.join(), files])).values()];
}

describe('the rooms', () => {
  const imports = sourceFiles().flatMap(importsOf);

  it('import downwards only', () => {
    const wrong = imports.filter(({ file, from, to, typeOnly }) => {
      if (from === '' || from === to) return false;
      if (file === 'commands/demo/command.ts' && to === 'simulator') return false;
      const allowed = from in NARROWER ? NARROWER[from]?.[to] : (FLOORS[from] ?? 0) > (FLOORS[to] ?? 99) && 'all';
      return !allowed || (allowed === 'type' && !typeOnly);
    });
    expect(wrong.map(({ file, target, typeOnly }) => `${file} -> ${target}${typeOnly ? ' (type)' : ''}`)).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('import downwards between their own folders', () => {
    const wrong = imports.filter(({ file, target, from, to }) => {
      const folders = FOLDERS[from];
      if (from !== to || !folders || folderOf(target) === folderOf(file)) return false;
      const rank = (folder: string) => folders.indexOf(folders.includes(folder) ? folder : '*');
      return rank(folderOf(target)) >= rank(folderOf(file));
    });
    expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it('have an order for their folders, or none', () => {
    const rooms = new Set(sourceFiles().map(roomOf));
    rooms.delete('');
    expect([...rooms].sort()).toEqual([...Object.keys(FOLDERS), ...WHOLE].sort());
    const folders = sourceFiles().filter((name) => WHOLE.has(roomOf(name)) && folderOf(name) !== '');
    expect(folders.filter((name) => roomOf(name) !== 'actions')).toEqual([]);
    const unknown = sourceFiles().filter((name) => {
      const known = FOLDERS[roomOf(name)];
      return known !== undefined && !known.includes('*') && !known.includes(folderOf(name));
    });
    expect(unknown).toEqual([]);
  });

  it('have no circles of imports, not even of types', () => {
    const targets = new Map<string, string[]>();
    for (const { file, target } of imports) targets.set(file, [...(targets.get(file) ?? []), target]);
    expect(circles(targets)).toEqual([]);
    expect(
      circles(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['c', ['a']],
          ['d', []],
        ]),
      ),
    ).toEqual([['a', 'b', 'c']]);
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

  it('keep no state at the level of a module: what is remembered belongs to an object', () => {
    const variable = /^(?:export )?(?:let|var) /m;
    const container =
      /^(?:export )?const \w+(?:: (?!Readonly|Fitted)[^=\n]+)? = new (?:Map|Set|WeakMap|WeakSet)(?:<[^\n]*>)?\(\)/m;
    const wrong = sourceFiles().filter((name) => {
      const text = readFileSync(join(SOURCE, name), 'utf8');
      return variable.test(text) || container.test(text);
    });
    expect(wrong).toEqual([]);
    expect(container.test('const known = new Map<string, number>();')).toBe(true);
  });

  it('keep fakes and retries out: the one belongs to test/builders, the other hides a flaky test', () => {
    const all = sourceFiles().map((name) => readFileSync(join(SOURCE, name), 'utf8'));
    expect(all.filter((text) => /from '(\.\.\/)+test\//.test(text))).toEqual([]);
    const tests = [SOURCE, import.meta.dirname].flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.test\.tsx?$/.test(name))
        .map((name) => join(root, name)),
    );
    expect(tests.filter((file) => /\bretry:\s*\d/.test(readFileSync(file, 'utf8')))).toEqual([]);
    expect(tests.length).toBeGreaterThan(100);
  });
});
