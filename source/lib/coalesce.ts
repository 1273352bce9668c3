import type { Clock } from './clock.ts';

/** Gathers ids for `ms` from the first one on, then hands them over once. */
export class Coalescer {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #flush: (ids: readonly string[]) => void;
  readonly #ids = new Set<string>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ms: number, flush: (ids: readonly string[]) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#flush = flush;
  }

  add(id: string): void {
    this.#ids.add(id);
    this.#cancel ??= this.#clock.after(this.#ms, () => {
      const gathered = [...this.#ids];
      this.clear();
      this.#flush(gathered);
    });
  }

  drop(id: string): void {
    this.#ids.delete(id);
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#ids.clear();
  }
}
