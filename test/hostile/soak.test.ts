import { expect, it } from 'vitest';
import { mountConsole } from '../builders/console.tsx';

/** Minutes of the desk's time; `DESKHAND_SOAK=60` is an hour of it, in a few minutes of ours. */
const MINUTES = Number(process.env.DESKHAND_SOAK ?? 4);

/** A desk with an incident, in views that follow it, at the speed of the processor. */
it(`holds no more handles after ${MINUTES} minutes than at first`, { timeout: 600_000 }, async () => {
  const console = await mountConsole({ incident: 'redis-oom', columns: 100, rows: 30 });
  try {
    await console.shows('redis');
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute += 1) {
        console.write([':logs exness/backend\r', ':health exness/redis\r', ':events\r', ':desk\r'][minute % 4] ?? '');
        for (let part = 0; part < 4; part += 1) await console.pass(15_000);
      }
      console.write(':desk\r');
      await console.pass(20_000);
      return process.getActiveResourcesInfo().length;
    };
    const early = await minutes(1);
    const late = await minutes(MINUTES - 1);
    expect(late).toBeLessThanOrEqual(early + 3);
  } finally {
    await console.close();
  }
});
