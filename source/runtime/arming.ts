import { type Clock, wallTime } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';

/** Which read-only engines the operator has armed, each for a time. Arming one says nothing about another. */
export class Arming {
  readonly #clock: Clock;
  readonly #until = new Map<EngineId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly #wallUntil = new Map<EngineId, number>();

  /** Until when it is armed (ms since the epoch); undefined when it is not, or no longer. */
  until(engine: EngineId): number | undefined {
    const until = this.#until.get(engine);
    const over = this.#clock.now() >= (until ?? 0) || wallTime(this.#clock) >= (this.#wallUntil.get(engine) ?? 0);
    return over ? undefined : until;
  }

  /** Arms it for `ms` from now on; 0 ends it. */
  arm(engine: EngineId, ms: number): void {
    this.#until.set(engine, this.#clock.now() + ms);
    // Whichever clock says first that the time is over is believed: none that is set can lengthen it.
    this.#wallUntil.set(engine, wallTime(this.#clock) + ms);
  }
}
