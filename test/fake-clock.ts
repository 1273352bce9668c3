import type { Clock } from '../source/lib/clock.ts';

/** A clock that stands still until it is told to move. */
export type FakeClock = Clock & {
  /** Moves time on by `ms`, running each timer at its own time and letting the promises it wakes go on before the next. */
  advance(ms: number): Promise<void>;
  /** Lets pending promises and immediates run without moving time. */
  settle(): Promise<void>;
  /** Timers that are waiting: what would keep a machine awake. */
  waiting(): number;
};

/** `start` is in milliseconds since the epoch. */
export function fakeClock(start = Date.UTC(2026, 10, 20, 9, 15)): FakeClock {
  let now = start;
  let made = 0;
  const timers = new Map<number, { at: number; run: () => void }>();

  const next = (until: number): number | undefined =>
    [...timers].filter(([, timer]) => timer.at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0]?.[0];

  return {
    now: () => now,
    after(ms, run) {
      made += 1;
      const id = made;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let id = next(until); id !== undefined; id = next(until)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (timer !== undefined) {
          now = Math.max(now, timer.at);
          timer.run();
        }
        await settle();
      }
      now = until;
    },
    settle,
    waiting: () => timers.size,
  };
}

/** A few turns of the event loop: enough for a chain of promises across fakes to come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
}
