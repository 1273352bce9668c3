import { uptime } from 'node:os';

/**
 * Time as an argument: code that needs the time or a timer takes a Clock, so that a test can stop it.
 * Milliseconds throughout.
 */
export type Clock = {
  /**
   * The current time on a scale that only moves forward, evenly: for ages, durations, timeouts and their starting points. It counts from
   * the Unix epoch and agrees with the wall clock until that is set.
   */
  now(): number;
  /** The wall clock, which may be set at any time: for dates that are written down, and for market hours. Absent: as `now`. */
  wall?(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
};

/** The wall-clock time of a clock; `now` if it has none. */
export function wallTime(clock: Clock): number {
  return clock.wall?.() ?? clock.now();
}

/** The sources of a steady clock: two counters that cannot be set, and the wall clock. Milliseconds. */
export type TimeSources = {
  /** Does not advance while the machine is suspended. */
  monotonic(): number;
  /** Time since boot, including suspended time; may count whole seconds only. */
  uptime(): number;
  wall(): number;
};

/** How far the counters must drift apart before the machine counts as having been suspended. */
const SUSPENDED_MS = 5000;
/** The counters are compared no more often than this. */
const COMPARED_MS = 1000;

/** A clock that starts at the wall-clock time and then runs evenly, even if the wall clock is set. Suspended time counts. */
export function steadyNow({ monotonic, uptime: sinceStart, wall }: TimeSources): () => number {
  let now = wall();
  let last = monotonic();
  let compared = last;
  let lead = sinceStart() - last;
  return () => {
    const at = monotonic();
    now += Math.max(0, at - last);
    // Tools that fake the time can make even this counter run backwards.
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

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: steadyNow({ monotonic: () => performance.now(), uptime: () => uptime() * 1000, wall: () => Date.now() }),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The same clock as seen by a machine whose clock is `offset()` ms ahead. */
export function shiftedClock(clock: Clock, offset: () => number): Clock {
  return { ...clock, now: () => clock.now() + offset() };
}
