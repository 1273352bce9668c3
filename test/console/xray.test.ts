import { afterEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole;
afterEach(() => console.close());

it('is a tree whose nodes fold, and act as their rows do elsewhere', async () => {
  console = await mountConsole({ incident: 'redis-oom' });
  await console.shows('Services(all)');
  await console.type(':xray exness\r');
  await console.shows(/▾ redis .*out of memory/);
  expect(console.text()).toMatch(/needed by batch-upload/);
  await console.press('down', 'left');
  await console.shows(/▸ redis/);
  expect(console.text()).not.toMatch(/needed by batch-upload/);
  await console.press('right');
  await console.shows(/needed by batch-upload/);
  await console.press('t');
  await console.shows('Start exness/redis');
});
