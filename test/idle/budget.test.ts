import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';
import { insteadOfStock } from '../ink-output/beside-stock.ts';

/**
 * What a console costs that nobody uses, in counts: times would say how busy the machine is. The simulated engine lives in the same
 * process; what it allocates is left out, its promises are not.
 */

const SECONDS = 60;
/** All incidents of the simulated stacks are over by then, and no age is counted in seconds any more. */
const CALM_MS = 12 * 60_000;

// Minutes of the held clock take a busy machine longer than other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: MountedConsole;
let end: () => void;
beforeAll(async () => {
  end = insteadOfStock();
  console = await mountConsole({ columns: 120, rows: 40 });
  await console.shows('redis');
  await console.pass(CALM_MS);
});
afterAll(async () => {
  await console?.close();
  end?.();
});

/** Budgets of a second: half as much again as was measured. */
const WATCHED = { bytes: 900, frames: 1, kibibytes: 4000 };
const AWAY = { bytes: 500, frames: 0.4, kibibytes: 2600 };

it('writes and allocates little while no one uses it, and less when no one is watching', async () => {
  await console.press('j', 'k');
  const watched = await cost();
  await console.pass(5 * 60_000);
  const away = await cost();
  process.stdout.write(`idle, a second: watched ${JSON.stringify(watched)}, away ${JSON.stringify(away)}\n`);
  for (const [received, most] of [
    [watched, WATCHED],
    [away, AWAY],
  ] as const)
    for (const what of ['bytes', 'frames', 'kibibytes'] as const) expect(received[what], what).toBeLessThan(most[what]);
});

it('shows what happens at once while no one is watching', async () => {
  const { simulator } = console;
  await console.pass(20_000);
  simulator.play('redis-oom');
  await console.pass(2000);
  expect(console.text()).toMatch(/redis .*(down|restarting|exited)/i);
});

/** What a minute costs, by the second. */
async function cost() {
  const before = console.written().length;
  const allocated = await allocations(() => console.pass(SECONDS * 1000));
  const written = console.written().slice(before);
  return {
    bytes: written.length / SECONDS,
    frames: written.split(FRAME).length / SECONDS,
    kibibytes: allocated / 1024 / SECONDS,
  };
}

/** Ink writes each frame as one synchronized update. */
const FRAME = '\u001b[?2026h';

type Node = Awaited<ReturnType<typeof stopSampling>>['profile']['head'];
const stopSampling = (session: Session) => session.post('HeapProfiler.stopSampling');

/** Bytes that this process allocates while `run` runs, but for the simulated engine; by sampling, collected or not. */
async function allocations(run: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await run();
  const { profile } = await stopSampling(session);
  session.disconnect();
  return ownSize(profile.head);
}

function ownSize({ callFrame, selfSize, children }: Node): number {
  if (callFrame.url.includes('/simulator/')) return 0;
  return children.reduce((sum, child) => sum + ownSize(child), selfSize);
}
