import { expect, it } from 'vitest';
import { boundGroups } from './bound-groups.ts';

it('binds the hotkeys of the settings, and refuses a key that has a meaning in the tables', () => {
  const pulse = { shortCut: 'Shift-1', description: '', command: 'pulse' };
  const { groups, errors } = boundGroups({ keys: {}, hotkeys: { pulse } });
  expect(groups[0]?.bindings.pulse).toMatchObject({ keys: ['shift-1'], help: ':pulse' });
  expect(errors).toEqual([]);
  const clash = boundGroups({ keys: {}, hotkeys: { pulse: { ...pulse, shortCut: 'r' } } });
  expect(clash.errors).toEqual([
    'hotkeys: r means both services.restart and hotkeys.pulse',
    'hotkeys: r means both storage.restore and hotkeys.pulse',
  ]);
});
