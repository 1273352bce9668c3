import { performance } from 'node:perf_hooks';
import type { Clock } from '../lib/clock.ts';

/**
 * A clock for screens that must come out the same every time. It stands still, except while `pass` lets time go by: then
 * each timer runs at its own moment, and only after everything that the timer before it started (requests, their answers,
 * frames) has come to rest. However slow or busy the machine is, everything happens in the same order.
 */
export type HeldClock = Clock & {
  /** Lets `ms` of this clock's time go by; resolves when the clock stands again and nothing is under way. */
  pass(ms: number): Promise<void>;
  /** Timers that are set. */
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

/** Turns of the event loop in which nothing may happen before the process counts as at rest. */
const QUIET_TURNS = 4;

/**
 * Resolves when this process has nothing left to do but wait for timers of a clock: no request, write or file access is
 * under way, no callback is due, and the event loop has seen no event for some turns. A peer of a connection must live in
 * this process, as the simulated engine does: what one end writes is there to read when the loop turns.
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
