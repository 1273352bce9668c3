import { expect, it } from 'vitest';
import { parseJson } from './json.ts';

it('reads what JSON.parse reads', () => {
  const text = '{"a":[1,{"b":"[[[{{{\\"[["}],"c":null}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

it.each([`${'['.repeat(6000)}${']'.repeat(6000)}`, `${'{"a":'.repeat(6000)}1${'}'.repeat(6000)}`])(
  'rejects text that nests too deeply',
  (text) => {
    expect(() => parseJson(text)).toThrow('nested more than 200 levels deep');
  },
);

it('ignores brackets in strings', () => {
  expect(parseJson(`["${'['.repeat(6000)}"]`)).toEqual(['['.repeat(6000)]);
});
