import { expect, it } from 'vitest';
import { loadSettings } from '../settings/load.ts';
import { guardOf } from './acting.ts';

it('is read-only altogether, or on one docker context', () => {
  const settings = (flags: Record<string, unknown>) => loadSettings({ env: { HOME: '/nowhere' }, flags });
  const readonly = (flags: Record<string, unknown>, context: string) =>
    guardOf(settings(flags), context, 0, () => undefined).readonly;
  const one = { contexts: { prod: { readonly: true } } };
  expect([
    readonly(one, 'prod'),
    readonly(one, 'default'),
    readonly({ readonly: true }, 'default'),
    readonly({}, 'prod'),
  ]).toEqual([true, false, true, false]);
});
