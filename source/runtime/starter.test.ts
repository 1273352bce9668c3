import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { createStarter } from './starter.ts';

it('begins many in turns, and a host that hangs holds its turn for a moment only', async () => {
  const clock = fakeClock();
  const start = createStarter(clock);
  const begun: number[] = [];
  const began = clock.now();
  const at: number[] = [];
  for (let host = 0; host < 100; host += 1) {
    start((over) => {
      begun.push(host);
      at[host] = clock.now() - began;
      // The first thirty never answer.
      if (host >= 30) clock.after(5, over);
    });
  }
  expect(begun).toHaveLength(16);
  await clock.advance(1000);
  expect(begun).toEqual([...begun.keys()]);
  expect(begun).toHaveLength(100);
  expect(Math.max(...at)).toBeLessThanOrEqual(500);
  expect(clock.waiting()).toBe(0);
});
