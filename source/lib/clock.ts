/**
 * Time as an argument: whatever needs the hour or a delay takes a Clock, so that a test can hold it still.
 * Milliseconds throughout; `now` counts from the Unix epoch.
 */
export type Clock = {
  now(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
};

/** The machine's own clock. Its timers do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
