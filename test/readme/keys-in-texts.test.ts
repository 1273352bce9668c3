import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { allGroups } from '../../source/panes/registry.ts';
import { withKeys } from '../../source/ui/key-words.ts';
import { rebind } from '../../source/ui/keymap.ts';

/** Texts name bindings, never letters: what is rebound must not be named by its old key. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BOUND = new Map(allGroups.map((group) => [group.name, group]));
/** Keys of docker attach, of shells and of the line editor, and the help of command lines, which settings do not change. */
const OWN_KEYS =
  /\/(?:keys|[\w-]+-keys|use-[\w-]+)\.tsx?$|\/(?:ui\/input|ui\/prompt|runtime\/session|simulator)\/|actions\/attach\.ts$|commands\/(?:command-line|man|init\/template)\.ts$|settings\/(?:schema|k9s-files)\.ts$|key-router\.ts$/;
const KEY =
  /\b(?:esc|(?:ctrl|shift|alt)-[a-z])\b|\b(?:space|enter|tab) (?:takes|opens|shows|accepts|clears|starts|stops)\b/;

function sources(): { path: string; text: string }[] {
  return globSync('source/**/*.{ts,tsx}', { cwd: ROOT })
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The strings of a file that have a blank in them: sentences. */
function sentences(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const strings = code.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g) ?? [];
  return strings.filter((one) => one.includes(' '));
}

it('no sentence of the program has a key in it that the settings can change', () => {
  const found = sources()
    .filter(({ path }) => !OWN_KEYS.test(path))
    .flatMap(({ path, text }) =>
      sentences(text)
        .filter((one) => KEY.test(one))
        .map((one) => `${path}: ${one}`),
    );
  expect(found).toEqual([]);
});

it('every binding that a sentence names exists', () => {
  const named = sources().flatMap(({ text }) =>
    sentences(text).flatMap((one) => [...one.matchAll(/(?<!\$)\{([a-z]+)\.([a-zA-Z]+)\}/g)]),
  );
  expect(named.length).toBeGreaterThan(5);
  for (const [token, group = '', id = ''] of named)
    expect([token, BOUND.get(group)?.bindings[id] !== undefined]).toEqual([token, true]);
});

it('writes a binding as the key that it is bound to', () => {
  expect(withKeys('{everywhere.refresh} retries', BOUND)).toBe('<ctrl-r> retries');
  const { groups } = rebind(allGroups, { 'everywhere.refresh': ['f5'] });
  const rebound = new Map(groups.map((group) => [group.name, group]));
  expect(withKeys('{everywhere.refresh} retries', rebound)).toBe('<f5> retries');
  expect(withKeys('{"a.b": 1} {no.such}', BOUND)).toBe('{"a.b": 1} {no.such}');
});
