import { expect, it } from 'vitest';
import { steadyNow } from './clock.ts';

function machine() {
  const time = { monotonic: 1000, uptime: 900_000, wall: 1_700_000_000_000 };
  const pass = (ms: number) => {
    time.monotonic += ms;
    time.uptime += ms;
    time.wall += ms;
  };
  const now = steadyNow({ monotonic: () => time.monotonic, uptime: () => time.uptime, wall: () => time.wall });
  return { time, pass, now };
}

it('agrees with the wall clock, and runs evenly when the wall clock is set', () => {
  const { time, pass, now } = machine();
  expect(now()).toBe(time.wall);
  for (const step of [-3_600_000, 3_600_000, -60_000]) {
    const before = now();
    time.wall += step;
    pass(2500);
    expect(now() - before).toBe(2500);
  }
});

it('counts the time that the machine was suspended', () => {
  const { time, pass, now } = machine();
  const before = now();
  time.uptime += 8 * 3_600_000;
  pass(2000);
  expect(now() - before).toBe(8 * 3_600_000 + 2000);
  pass(2000);
  expect(now() - before).toBe(8 * 3_600_000 + 4000);
});

it('never goes back, whatever its counters do', () => {
  const { time, pass, now } = machine();
  const before = now();
  time.monotonic -= 500_000;
  expect(now()).toBe(before);
  pass(10);
  expect(now()).toBe(before + 10);
});
