import { expect, it } from 'vitest';
import { boundGroups } from './bound-groups.ts';

it('binds the hotkeys of the settings, and refuses a key that has a meaning in the tables', () => {
  const pulse = { shortCut: 'Shift-1', description: '', command: 'pulse' };
  const { groups, errors } = boundGroups({ keys: {}, plugins: {}, hotkeys: { pulse } });
  expect(groups[0]?.bindings.pulse).toMatchObject({ keys: ['!'], help: ':pulse' });
  expect(errors).toEqual([]);
  const path = ['hotkeys', 'pulse', 'shortCut'];
  const clash = boundGroups({ keys: {}, plugins: {}, hotkeys: { pulse: { ...pulse, shortCut: 'r' } } });
  const text = 'r means services.restart and storage.restore: take another key, or say override: true';
  expect(clash.errors).toEqual([{ path, text }]);
  const over = boundGroups({ keys: {}, plugins: {}, hotkeys: { pulse: { ...pulse, shortCut: 'r', override: true } } });
  expect(over.errors).toEqual([]);
  expect(
    boundGroups({ keys: {}, plugins: {}, hotkeys: { pulse: { ...pulse, shortCut: 'hyper-x' } } }).errors,
  ).toMatchObject([{ path, text: expect.stringContaining('there is no key "hyper-x"') }]);
});
