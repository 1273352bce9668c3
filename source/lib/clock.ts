import { uptime } from 'node:os';

/**
 * Time as an argument: whatever needs the hour or a delay takes a Clock, so that a test can hold it still.
 * Milliseconds throughout.
 */
export type Clock = {
  /**
   * The present on a scale that only goes forward, evenly: for ages, durations, time-outs, and the moments that they are counted
   * from. It counts from the Unix epoch and agrees with the wall clock, until that is set.
   */
  now(): number;
  /** The wall clock, which may be set at any time: for dates that are written down, and for market hours. Absent: as `now`. */
  wall?(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
};

/** The wall clock of whatever clock this is. */
export function wallTime(clock: Clock): number {
  return clock.wall?.() ?? clock.now();
}

/** What a steady clock is made from: two counters that nobody sets, and the wall clock. Milliseconds. */
export type TimeSources = {
  /** Stands still while the machine is suspended. */
  monotonic(): number;
  /** Since the machine was started, suspended or not; may count whole seconds only. */
  uptime(): number;
  wall(): number;
};

/** How far the counters must part before the machine counts as having been suspended. */
const SUSPENDED_MS = 5000;
/** The counters are compared no more often than this. */
const COMPARED_MS = 1000;

/** A clock that starts at the wall clock and goes on evenly, whatever that is set to; the time asleep counts. */
export function steadyNow({ monotonic, uptime: sinceStart, wall }: TimeSources): () => number {
  let now = wall();
  let last = monotonic();
  let compared = last;
  let lead = sinceStart() - last;
  return () => {
    const at = monotonic();
    now += Math.max(0, at - last);
    // Under tools that fake the time even this counter goes back.
    if (at < last) lead += last - at;
    last = at;
    if (Math.abs(at - compared) < COMPARED_MS) return now;
    compared = at;
    const asleep = sinceStart() - at - lead;
    if (Math.abs(asleep) >= SUSPENDED_MS) {
      now += Math.max(0, asleep);
      lead += asleep;
    }
    return now;
  };
}

/** The machine's own clock. Its timers do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: steadyNow({ monotonic: () => performance.now(), uptime: () => uptime() * 1000, wall: () => Date.now() }),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The same clock seen from a place whose own clock is `offset()` ms ahead. */
export function shiftedClock(clock: Clock, offset: () => number): Clock {
  return { ...clock, now: () => clock.now() + offset() };
}
