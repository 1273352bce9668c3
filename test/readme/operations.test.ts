import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { actionNamed, actions } from '../../source/actions/list.ts';
import { readWords } from '../../source/actions/parameters.ts';
import { commandHelps } from '../../source/commands/helps.ts';
import { pages } from '../../source/panes/registry.ts';
import { resourceOf } from '../../source/resources/registry.ts';

/** What docs/operations.md tells people to type exists, with these arguments. */
const PAGE = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const written = [...PAGE.matchAll(/`([^`]+)`/g)]
  .map(([, text = '']) => text)
  .filter((text) => !text.includes('SERVICE'));

const runs = written.filter((text) => text.startsWith('deskhand run '));
it.each(runs)('%s', (text) => {
  const [name = '', , ...words] = text.replace('deskhand run ', '').split(' ');
  if (name === '') return expect(text).toBe('deskhand run');
  const action = actionNamed(name);
  if (!action) throw new Error(`there is no action ${name}`);
  expect(readWords(action, words)).not.toHaveProperty('error');
});

const commands = written.filter((text) => /^deskhand (?!run)/.test(text));
it.each(commands)('%s', (text) => {
  const [, name = '', ...flags] = text.split(' ');
  const help = Object.entries(commandHelps()).find(([command]) => command === name)?.[1];
  expect(help?.flags).toEqual(expect.arrayContaining(flags.map((flag) => flag.replace('--', ''))));
});

const views = written.filter((text) => /^:\w+/.test(text)).map((text) => text.slice(1).split(' ')[0] ?? '');
it.each(views)(':%s', (name) => {
  const page = pages.some(({ command }) => command.names.includes(name));
  expect(page || resourceOf(name) !== undefined || actionNamed(name) !== undefined).toBe(true);
});

it.each(actions.map(({ name }) => name))('says how %s is done', (name) => {
  const said = written.some((text) => text.startsWith(`deskhand run ${name} `) || text.startsWith(`:${name}`));
  expect(said).toBe(true);
});
