/** What was asked for and is not planned yet: one thing at a time, and nothing is heard of it once it was dropped. */
export type Planning = {
  /** Begins with `what`, and drops what was being planned before. The returned function runs `then` unless it was dropped. */
  begin(what: string): (then: () => void) => void;
  /** Drops it, and returns what it was; undefined: there was nothing. */
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
