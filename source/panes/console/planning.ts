/** The current planning: one at a time, without any effect after it was dropped. */
export type Planning = {
  /** Starts planning `what` and drops the previous planning. `done` runs `then` unless it was dropped, which aborts `signal`. */
  begin(what: string): { signal: AbortSignal; done(then: () => void): void };
  /** Drops and returns the current planning; undefined if there is none. */
  drop(): string | undefined;
};

export function createPlanning(): Planning {
  let current: { what: string; dropping: AbortController } | undefined;
  return {
    begin(what) {
      current?.dropping.abort();
      const mine = { what, dropping: new AbortController() };
      current = mine;
      return {
        signal: mine.dropping.signal,
        done(then) {
          if (current !== mine) return;
          current = undefined;
          then();
        },
      };
    },
    drop() {
      const what = current?.what;
      current?.dropping.abort();
      current = undefined;
      return what;
    },
  };
}
