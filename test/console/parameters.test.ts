import { afterEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole | undefined;
afterEach(() => console?.close());

it('takes the parameters of an action from its command, or asks for them', async () => {
  console = await mountConsole();
  await console.shows('exness/redis');
  await console.type(':scale trading/worker 3\r');
  await console.shows('Scale trading/worker from 1 to 3');
  await console.press('esc');
  // By its key, the same is asked for.
  await console.type('/^trading/worker\r');
  await console.press('s');
  await console.shows(/replicas of trading\/worker \(now 1 of 1\): *$/m);
  await console.type('three\r');
  await console.shows('replicas must be a whole number from 0 to 1000, not "three"');
  await console.press('s');
  await console.type('3\r');
  await console.shows('Scale trading/worker from 1 to 3');
  await console.press('esc');
  // A command that asks leaves nothing of itself in the prompt.
  await console.type(':signal trading/worker\r');
  await console.shows(/signal of trading\/worker: *$/m);
  await console.type('1\r');
  await console.shows('Send SIGHUP to trading/worker (1 container)');
});

it('asks before every command in a container, and for the name when it destroys data', async () => {
  console = await mountConsole();
  await console.shows('exness/redis');
  await console.type(':exec exness/redis redis-cli ping\r');
  expect(await console.shows('Run in exness-redis: redis-cli ping')).toContain('> Cancel <');
  await console.press('esc');
  await console.type(':exec exness/redis redis-cli flushall\r');
  expect(await console.shows('"flushall" destroys data')).toContain('Type exness/redis');
});
