import { expect, it } from 'vitest';
import { backupStore } from './store.ts';

const store = backupStore({ PATH: '/nowhere', RESTIC_PASSWORD: 'x' });

it.each([
  [store, 'restic:rest:https://bots:hunter2@host/x', /^the address of the repository holds a password: put it/],
  [backupStore({}), 'restic:/srv', /there is no password for the repository/],
  [store, 'restic:', /no restic repository is named/],
  [store, 'restic:/srv', /restic is not installed on this machine/],
])('says why a restic repository cannot be used: %#', async (given, place, why) => {
  await expect(given.list(place)).rejects.toThrow(why);
});
