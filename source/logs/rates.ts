/** Seconds over which a rate is taken. */
export const WINDOW = 10;
/** Maximum number of lines per second and source that are checked for errors; beyond that, their share is extrapolated. */
export const SAMPLED = 50;

type Second = { at: number; lines: number; sampled: number; errors: number };

export type Rate = {
  /** Lines and errors per second over the last ten seconds, or since the start if that is shorter. */
  lines: number;
  errors: number;
  /** Whether only a part of the lines was checked for errors. */
  estimated: boolean;
  /** When the last line came, ms since the epoch; undefined: none yet. */
  last?: number;
};

/** Line and error rates of every source, from counts per second. */
export class Rates {
  readonly #sources = new Map<number, { seconds: Second[]; last: number; from: number }>();

  /** How many more lines of this source may be checked this second. */
  allowance(source: number, now: number): number {
    return SAMPLED - this.#second(source, now).sampled;
  }

  /** Adds lines that came at `now`, or history lines that were written at `now`. */
  see(source: number, now: number, counts: { lines: number; sampled: number; errors: number }): void {
    const second = this.#second(source, now);
    second.lines += counts.lines;
    second.sampled += counts.sampled;
    second.errors += counts.errors;
  }

  /** The counts of a source are complete from now on; only the first call for a source counts. */
  from(source: number, moment: number): void {
    const state = this.#of(source);
    if (state.from === Number.NEGATIVE_INFINITY) state.from = moment;
  }

  /** The time of a source's newest line, for "silent for": the engine's, as the lines of history come now but were written then. */
  stamp(source: number, time: number): void {
    const state = this.#sources.get(source);
    if (state) state.last = Math.max(state.last, time);
  }

  of(source: number, now: number): Rate {
    const state = this.#sources.get(source);
    if (!state) return { lines: 0, errors: 0, estimated: false };
    let [lines, errors, estimated] = [0, 0, false];
    for (const second of state.seconds) {
      if (second.at <= Math.floor(now / 1000) - WINDOW) continue;
      lines += second.lines;
      errors += second.sampled === 0 ? 0 : (second.errors * second.lines) / second.sampled;
      estimated ||= second.sampled < second.lines;
    }
    const last = state.last > 0 ? state.last : undefined;
    const passed = Math.max(1, Math.min(WINDOW, (now - state.from) / 1000));
    return { lines: lines / passed, errors: errors / passed, estimated, last };
  }

  #of(source: number) {
    let state = this.#sources.get(source);
    if (!state) {
      state = { seconds: [], last: 0, from: Number.NEGATIVE_INFINITY };
      this.#sources.set(source, state);
    }
    return state;
  }

  #second(source: number, now: number): Second {
    const state = this.#of(source);
    const at = Math.floor(now / 1000);
    const known = state.seconds.findLast((second) => second.at === at);
    if (known) return known;
    const second = { at, lines: 0, sampled: 0, errors: 0 };
    state.seconds.push(second);
    if (state.seconds.length > WINDOW) state.seconds.shift();
    return second;
  }
}
