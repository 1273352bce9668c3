import { expect, it } from 'vitest';
import { keyGroup } from '../../ui/keymap.ts';
import { boundItems } from './row-menu.ts';

const group = keyGroup('row', 'Rows', {
  logs: { keys: ['l'], hint: 'logs', help: 'logs', onRow: true },
  describe: { keys: ['d'], hint: 'describe', help: 'describe', asks: true },
  restart: { keys: ['r'], hint: 'restart', help: 'restart', mutates: true },
  metrics: { keys: ['m'], hint: 'metrics', help: 'metrics' },
});
const nothing = () => {};
const handlers = { logs: nothing, describe: nothing, restart: nothing };

it('a menu lists what has a handler, and only what works now', () => {
  const labels = (readonly: boolean, lost: boolean) =>
    boundItems(group, handlers, { readonly, lost }).map(({ label }) => label);
  expect(labels(false, false)).toEqual(['logs', 'describe', 'restart']);
  expect(labels(true, false)).toEqual(['logs', 'describe']);
  expect(labels(false, true)).toEqual(['logs']);
});
