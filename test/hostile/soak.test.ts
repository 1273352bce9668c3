import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { mountConsole } from '../builders/console.tsx';

/** Minutes of the desk's time, in rounds of four; `DESKHAND_SOAK=60` is an hour of it, in a few minutes of ours. */
const MINUTES = Number(process.env.DESKHAND_SOAK ?? 8);
const WALK = [':logs exness/backend\r', ':health exness/redis\r', ':events\r', ':desk\r'];
/** What the desk remembers of each further minute: its histories and events. */
const MIB_A_MINUTE = 0.5;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** A desk with an incident, in views that follow it, at the speed of the processor. */
it(`holds no more after ${MINUTES} minutes than after four`, { timeout: 600_000 }, async () => {
  const console = await mountConsole({ incident: 'redis-oom', columns: 100, rows: 30 });
  const round = async () => {
    for (const command of WALK) {
      console.write(command);
      for (let part = 0; part < 4; part += 1) await console.pass(15_000);
    }
    collect();
    return {
      handles: process.getActiveResourcesInfo().length,
      timers: console.timers(),
      heap: process.memoryUsage().heapUsed / 2 ** 20,
    };
  };
  try {
    await console.shows('redis');
    const early = await round();
    let late = early;
    for (let minute = WALK.length; minute < MINUTES; minute += WALK.length) late = await round();
    process.stdout.write(`soak: ${JSON.stringify({ early, late })}\n`);
    expect(late.handles).toBeLessThanOrEqual(early.handles + 3);
    expect(late.timers).toBeLessThanOrEqual(early.timers + 5);
    expect(late.heap).toBeLessThan(early.heap + 2 + MIB_A_MINUTE * MINUTES);
  } finally {
    await console.close();
  }
});
