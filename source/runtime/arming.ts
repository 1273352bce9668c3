import { type Clock, wallTime } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';

/** The read-only engines that the operator has armed, each for a limited time and independently. */
export class Arming {
  readonly #clock: Clock;
  readonly #until = new Map<EngineId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly #wallUntil = new Map<EngineId, number>();

  /** Until when it is armed (ms since the epoch); undefined if it is not. */
  until(engine: EngineId): number | undefined {
    const until = this.#until.get(engine);
    const over = this.#clock.now() >= (until ?? 0) || wallTime(this.#clock) >= (this.#wallUntil.get(engine) ?? 0);
    return over ? undefined : until;
  }

  /** Arms it for `ms` from now on; 0 ends it. */
  arm(engine: EngineId, ms: number): void {
    this.#until.set(engine, this.#clock.now() + ms);
    // The earlier of both clocks counts, so that setting a clock cannot extend it.
    this.#wallUntil.set(engine, wallTime(this.#clock) + ms);
  }
}
