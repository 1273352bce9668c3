import type { Clock } from '../../lib/clock.ts';

/** After this long the received part of an unfinished long line is emitted. Milliseconds. */
const TIMEOUT_MS = 1000;

/** Calls a function when something stays pending for too long: between or after pieces of other work, never during one. */
export class ReadTimeout {
  readonly #clock: Clock;
  readonly #pending: () => boolean;
  readonly #act: () => void;
  #cancel?: () => void;
  #busy = false;
  #due = false;

  constructor(clock: Clock, pending: () => boolean, act: () => void) {
    this.#clock = clock;
    this.#pending = pending;
    this.#act = act;
  }

  /** Does a piece of work, then checks whether something is pending. */
  async after<T>(work: () => T | Promise<T>): Promise<T> {
    this.#busy = true;
    const result = await work();
    this.#busy = false;
    if (!this.#pending()) this.stop();
    else if (this.#due) this.#run();
    else this.#cancel ??= this.#clock.after(TIMEOUT_MS, () => this.#fire());
    return result;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#due = false;
  }

  #fire(): void {
    if (this.#busy) this.#due = true;
    else this.#run();
  }

  #run(): void {
    this.stop();
    this.#act();
  }
}
