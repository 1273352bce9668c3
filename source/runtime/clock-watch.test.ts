import { expect, it } from 'vitest';
import { clockWatch } from './clock-watch.ts';

it('reports a wall clock that was set, and an engine whose clock differs, once each', () => {
  let [wall, offset] = [1_000_000, 0];
  const clock = { now: () => 1_000_000, wall: () => wall, after: () => () => {} };
  const watch = clockWatch(clock, () => offset);
  expect(watch()).toEqual([]);
  wall += 500;
  expect(watch()).toEqual([]);
  wall -= 60_500;
  expect(watch()).toEqual([expect.stringContaining('The clock of this machine was set back by 1m00s')]);
  expect(watch()).toEqual([]);
  wall += 3_600_000;
  expect(watch()).toEqual([expect.stringContaining('set forward by 60m00s')]);
  offset = -90_000;
  expect(watch()).toEqual([expect.stringContaining("The engine's clock is 1m30s behind this machine's")]);
  offset = 0;
  expect(watch()).toEqual(['The clocks of the engine and of this machine agree again.']);
});
