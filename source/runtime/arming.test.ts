import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { Arming } from './arming.ts';

it('arms one engine for a time, and no other', async () => {
  const clock = fakeClock(0);
  const arming = new Arming(clock);
  arming.arm('staging', 600_000);
  expect(arming.until('staging')).toBe(600_000);
  expect(arming.until('prod')).toBeUndefined();
  await clock.advance(600_000);
  expect(arming.until('staging')).toBeUndefined();
  arming.arm('prod', 60_000);
  arming.arm('prod', 0);
  expect(arming.until('prod')).toBeUndefined();
});
