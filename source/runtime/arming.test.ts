import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { engineId } from '../lib/ids.ts';
import { Arming } from './arming.ts';

it('arms one engine for a time, and no other', async () => {
  const clock = fakeClock(0);
  const arming = new Arming(clock);
  arming.arm(engineId('staging'), 600_000);
  expect(arming.until(engineId('staging'))).toBe(600_000);
  expect(arming.until(engineId('prod'))).toBeUndefined();
  await clock.advance(600_000);
  expect(arming.until(engineId('staging'))).toBeUndefined();
  arming.arm(engineId('prod'), 60_000);
  arming.arm(engineId('prod'), 0);
  expect(arming.until(engineId('prod'))).toBeUndefined();
});

it('is over when either clock says so, so that setting the wall clock lengthens nothing', () => {
  const time = { now: 1_000_000, wall: 1_000_000 };
  const arming = new Arming({ now: () => time.now, wall: () => time.wall, after: () => () => {} });
  arming.arm(engineId('desk'), 60_000);
  time.wall -= 600_000;
  time.now += 59_000;
  expect(arming.until(engineId('desk'))).toBe(1_060_000);
  time.now += 2000;
  expect(arming.until(engineId('desk'))).toBeUndefined();
  arming.arm(engineId('desk'), 60_000);
  time.wall += 3_600_000;
  expect(arming.until(engineId('desk'))).toBeUndefined();
});
