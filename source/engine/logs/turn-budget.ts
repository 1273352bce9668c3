/** Bytes of logs read per turn of the event loop, over all sources: about 1 ms of work, a short delay even on a busy machine. */
const TURN_BYTES = 64 * 1024;
/** The largest piece processed without waiting for a turn. */
export const SLICE_BYTES = 32 * 1024;

/** Shares the turns of the event loop among the followers: one that has used its share waits for the next turn. */
export class TurnBudget {
  readonly #budget: number;
  #left: number;
  #scheduled = false;
  #waiting: (() => void)[] = [];

  constructor(budget = TURN_BYTES) {
    this.#budget = budget;
    this.#left = budget;
  }

  /** Records that `bytes` were processed; resolves when more may be. */
  take(bytes: number): Promise<void> {
    this.#left -= bytes;
    this.#schedule();
    if (this.#left > 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#left = this.#budget;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resume of waiting) resume();
    });
  }
}
