import { performance } from 'node:perf_hooks';
import type { Clock } from '../lib/clock.ts';

/**
 * A clock for reproducible screens. It stands still, except while `pass` lets time go by: then
 * each timer fires at its own time, and only after everything that the previous timer started (requests, their answers,
 * frames) has finished. However slow or busy the machine is, everything happens in the same order.
 */
export type HeldClock = Clock & {
  /** Advances the clock by `ms`; resolves when it stands still again and nothing is in progress. */
  pass(ms: number): Promise<void>;
  /** Number of pending timers. */
  waiting(): number;
};

type Timer = { at: number; run: () => void };

/** `start` is in milliseconds since the epoch. */
export function heldClock(start: number): HeldClock {
  let now = start;
  const timers = new Set<Timer>();

  /** The earliest timer up to `until`; of several at the same moment, the one that was set first. */
  function takeDue(until: number): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (due === undefined || timer.at < due.at)) due = timer;
    if (due) timers.delete(due);
    return due;
  }

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    waiting: () => timers.size,
    async pass(ms) {
      const until = now + ms;
      await atRest();
      for (let due = takeDue(until); due; due = takeDue(until)) {
        now = Math.max(now, due.at);
        due.run();
        await atRest();
      }
      now = until;
    },
  };
}

/** How many idle turns of the event loop make the process count as idle. */
const QUIET_TURNS = 4;

/**
 * Resolves when this process has nothing left to do but wait for timers of a clock: no request, write or file access is
 * in progress, no callback is due, and the event loop has had no event for some turns. The peer of a connection must run in
 * this process, as the simulated engine does: what one end writes can then be read in the next turn.
 */
async function atRest(): Promise<void> {
  let seen = -1;
  for (let quiet = 0; quiet < QUIET_TURNS; ) {
    await new Promise<void>((turn) => setImmediate(turn));
    const { events } = performance.nodeTiming.uvMetricsInfo;
    quiet = events === seen && !process.getActiveResourcesInfo().some(isUnderWay) ? quiet + 1 : 0;
    seen = events;
  }
}

/** Open sockets and listeners only wait; requests to the system, immediates and Ink's own short timers are work. */
function isUnderWay(resource: string): boolean {
  return resource === 'Immediate' || resource === 'Timeout' || /Req|ConnectWrap|WriteWrap|ShutdownWrap/.test(resource);
}
