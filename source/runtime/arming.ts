import type { Clock } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';

/** Which read-only engines the operator has armed, each for a time. Arming one says nothing about another. */
export class Arming {
  readonly #clock: Clock;
  readonly #until = new Map<EngineId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Until when it is armed (ms since the epoch); undefined when it is not, or no longer. */
  until(engine: EngineId): number | undefined {
    const until = this.#until.get(engine);
    return until !== undefined && this.#clock.now() < until ? until : undefined;
  }

  /** Arms it for `ms` from now on; 0 ends it. */
  arm(engine: EngineId, ms: number): void {
    this.#until.set(engine, this.#clock.now() + ms);
  }
}
