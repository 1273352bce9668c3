import * as v from 'valibot';
import { expect, it } from 'vitest';
import { fromNextStart, inContext } from './in-context.ts';
import { SettingsSchema } from './schema.ts';

const read = (settings: object) => v.parse(SettingsSchema, settings);

it('puts what a context has of its own over what holds for all', () => {
  const settings = read({
    favourites: ['exness'],
    aliases: { r: 'restart redis', d: 'desk' },
    contexts: { prod: { favourites: ['docker'], aliases: { r: 'logs redis' } }, dev: { readonly: true } },
  });
  expect(inContext(settings, 'prod')).toMatchObject({
    favourites: ['docker'],
    aliases: { r: 'logs redis', d: 'desk' },
  });
  expect(inContext(settings, 'dev')).toBe(settings);
  expect(inContext(settings, undefined)).toBe(settings);
});

it('says what changes with the next start only', () => {
  const before = read({ engine: { poll: 10 }, services: { a: { health: 'http://a/' } } });
  const slos = [{ title: 'orders', bad: 'failed_total', total: 'orders_total', objective: 99 }];
  const after = read({ engine: { poll: 20 }, services: { a: { single: true } }, favourites: ['x'], slos });
  expect(fromNextStart(before, after)).toEqual(['engine', 'slos', 'services (health, metrics)']);
  expect(fromNextStart(before, read({ ...before, readonly: true }))).toEqual([]);
});
