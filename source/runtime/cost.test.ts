import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { watchCost } from './cost.ts';

it('measures itself, slows down over its budget, and speeds up again below it', async () => {
  const clock = fakeClock();
  /** Percent of one CPU. */
  let load = 3;
  let cpu = 0;
  let last = clock.now();
  const watch = watchCost(clock, { cpu: 1 }, () => {
    cpu += (clock.now() - last) * 10 * load;
    last = clock.now();
    return { cpu, written: 0, rss: 1 };
  });
  await clock.advance(5000);
  expect(watch.cost()).toMatchObject({ cpuPercent: 3, stretch: 3 });
  load = 0.1;
  await clock.advance(30_000);
  expect(watch.cost().stretch).toBe(1);
  watch.stop();
});
