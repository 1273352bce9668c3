import { afterEach, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole;
afterEach(() => console.close());

it('knows the users of images and the sizes of volumes, and opens the logs of a whole project', async () => {
  console = await mountConsole({});
  await console.shows('Services(all)');
  await console.type(':images\r');
  await console.shows(/postgres:15-alpine .* 1 /);
  await console.type(':volumes\r');
  // Adding them up takes the engine time: they come with a later reading.
  await console.shows(/postgres_data .*iB/);
  await console.type(':projects\r');
  await console.shows('Projects(all)');
  await console.type('/exness\r');
  await console.press('l');
  await console.shows(/Logs\(.*\+\d+.*\)|Logs\(exness/);
});
