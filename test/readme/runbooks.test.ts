import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { allRunbooks } from '../../source/actions/runbook/shipped.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';

const PAGE = readFileSync(new URL('../../docs/runbooks.md', import.meta.url), 'utf8');

it.each([...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text))(
  'its settings are valid: %#',
  (text) => {
    expect(v.safeParse(SettingsSchema, parse(text)).issues).toBeUndefined();
  },
);

it('lists every runbook that is built in, with its danger', () => {
  const rows = PAGE.matchAll(/^\| ([\w, -]+) \|[^|]*\| ([\d, ]+) \|/gm);
  const listed = [...rows].flatMap(([, names = '', dangers = '']) => {
    const all = dangers.split(', ').map(Number);
    return names.split(', ').map((name, index) => [name.trim(), all[index] ?? all[0]] as const);
  });
  const built = allRunbooks([]).map(({ name, danger }) => [name, danger]);
  expect(listed.toSorted()).toEqual(built.toSorted());
});
