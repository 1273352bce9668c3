/** The current planning: one at a time, without any effect after it was dropped. */
export type Planning = {
  /** Starts planning `what` and drops the previous planning. The returned function runs `then` unless it was dropped. */
  begin(what: string): (then: () => void) => void;
  /** Drops and returns the current planning; undefined if there is none. */
  drop(): string | undefined;
};

export function createPlanning(): Planning {
  let current: { what: string } | undefined;
  return {
    begin(what) {
      const mine = { what };
      current = mine;
      return (then) => {
        if (current !== mine) return;
        current = undefined;
        then();
      };
    },
    drop() {
      const what = current?.what;
      current = undefined;
      return what;
    },
  };
}
