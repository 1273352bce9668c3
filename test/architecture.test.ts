import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, fault, folderOf, importsOf, roomOf, SOURCE, sourceFiles, textOf } from './architecture/imports.ts';
import { EXCEPTIONS, ROOMS } from './architecture/rooms.ts';

describe('the rooms', () => {
  const imports = sourceFiles().flatMap((file) => importsOf(file));

  it('import only what they and their folders are allowed to', () => {
    expect(imports.flatMap((one) => fault(one) ?? [])).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('refuse an import that is not allowed, however it is written', () => {
    const faults = (file: string, text: string) => importsOf(file, text).flatMap((one) => fault(one) ?? []);
    const engine = '../../engine/api/client.ts';
    expect(faults('panes/health/new.tsx', `import { createEngine } from '${engine}';`)).toEqual([
      'panes/health/new.tsx -> engine/api/client.ts',
    ]);
    expect(faults('panes/health/new.tsx', `import type { Engine } from '${engine}';`)).toEqual([]);
    expect(faults('panes/health/new.tsx', `import { type Engine } from '${engine}';`)).toEqual([]);
    expect(faults('panes/health/new.tsx', `import { type Engine, createEngine } from '${engine}';`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `import {\n  createEngine,\n} from '${engine}';`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `export { createEngine } from '${engine}';`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `export * from '${engine}';`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `import '${engine}';`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `const lazy = await import('${engine}');`)).toHaveLength(1);
    expect(faults('panes/health/new.tsx', `import { Console } from '../console/Console.tsx';`)).toHaveLength(1);
    expect(faults('lib/new.ts', `import type { Engine } from '../engine/engine.ts';`)).toHaveLength(1);
    expect(
      faults('commands/run/new.ts', `import { startSimulator } from '../../simulator/simulator.ts';`),
    ).toHaveLength(1);
    expect(faults('new/file.ts', `import { duration } from '../lib/format.ts';`)).toHaveLength(1);
  });

  it('lie on floors: none may import one that may import it, directly or through others', () => {
    const allowed = Object.entries(ROOMS).flatMap(([file, room]) =>
      Object.keys(room.imports).map((target) => ({ file, target })),
    );
    expect(circles(allowed)).toEqual([]);
  });

  it('are all named, and nothing is named that they do not use', () => {
    const rooms = new Map<string, Set<string>>();
    for (const file of sourceFiles())
      rooms.set(roomOf(file), (rooms.get(roomOf(file)) ?? new Set()).add(folderOf(file)));
    expect([...rooms.keys()].sort()).toEqual(Object.keys(ROOMS).sort());
    for (const [room, folders] of rooms)
      expect([...folders].sort(), room).toEqual(Object.keys(ROOMS[room]?.folders ?? { '': [] }).sort());
    const used = new Set(imports.map(({ file, target }) => `${roomOf(file)} -> ${roomOf(target)}`));
    const unused = Object.entries(ROOMS).flatMap(([name, { imports: allowed }]) =>
      Object.keys(allowed).filter((other) => !used.has(`${name} -> ${other}`)),
    );
    expect(unused).toEqual([]);
    expect(Object.keys(EXCEPTIONS).filter((file) => !sourceFiles().includes(file))).toEqual([]);
  });

  it('have no circles of imports, neither at run time nor of types', () => {
    expect(circles(imports)).toEqual([]);
    const made = [
      ['a', 'b'],
      ['b', 'c'],
      ['b', 'd'],
      ['c', 'a'],
    ] as const;
    expect(circles(made.map(([file, target]) => ({ file, target })))).toEqual([['a', 'b', 'c']]);
  });

  it('reach dockerode through the engine only', () => {
    const users = sourceFiles().filter((file) => /from '(dockerode|docker-modem)'/.test(textOf(file)));
    expect(users.filter((file) => roomOf(file) !== 'engine')).toEqual([]);
  });

  it('read the time from a clock only', () => {
    const users = sourceFiles().filter((file) => /Date\.now\(\)|new Date\(\)/.test(textOf(file)));
    expect(users).toEqual(['lib/clock.ts']);
  });

  it('keep no state at the level of a module: what is remembered belongs to an object', () => {
    const variable = /^(?:export )?(?:let|var) /m;
    const container =
      /^(?:export )?const \w+(?:: (?!Readonly|Fitted)[^=\n]+)? = new (?:Map|Set|WeakMap|WeakSet)(?:<[^\n]*>)?\(\)/m;
    const wrong = sourceFiles().filter((file) => variable.test(textOf(file)) || container.test(textOf(file)));
    expect(wrong).toEqual([]);
    expect(container.test('const known = new Map<string, number>();')).toBe(true);
  });

  it('keep fakes, retries and sleeps out: fakes belong to test/builders, the others hide a flaky test', () => {
    expect(sourceFiles().filter((file) => /from '(\.\.\/)+test\//.test(textOf(file)))).toEqual([]);
    const tests = [SOURCE, import.meta.dirname].flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.test\.tsx?$/.test(name))
        .map((name) => join(root, name)),
    );
    const retries = /\bretry:\s*\d/;
    const sleeps = /from 'node:timers\/promises'|new Promise\b[^;]*\bsetTimeout\(/;
    const flaky = tests.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return retries.test(text) || sleeps.test(text);
    });
    expect(flaky).toEqual([]);
    expect(sleeps.test(['await new Promise((resolve) => setTimeout', '(resolve, 50));'].join(''))).toBe(true);
    expect(tests.length).toBeGreaterThan(100);
  });
});
