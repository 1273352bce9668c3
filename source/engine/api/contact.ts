import type { Clock } from '../../lib/clock.ts';
import type { Contact } from '../engine.ts';

/** The fastest of this many consecutive answers counts as the round-trip time: the engine's own work only adds to it. */
const ANSWERS = 8;

/** Measures the connection to one engine from the calls made to it. */
export class ContactLog {
  readonly #clock: Clock;
  readonly #waiting = new Set<{ asked: number }>();
  #took: readonly number[] = [];
  #heardAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that a call has started; call the returned function when it ends, answered or not. */
  ask(): (answered: boolean) => void {
    const question = { asked: this.#clock.now() };
    this.#waiting.add(question);
    return (answered) => {
      if (!this.#waiting.delete(question) || !answered) return;
      this.#heardAt = this.#clock.now();
      this.#took = [...this.#took.slice(1 - ANSWERS), this.#heardAt - question.asked];
    };
  }

  facts(): Contact {
    const [oldest] = this.#waiting;
    return {
      rtt: this.#took.length === 0 ? undefined : Math.min(...this.#took),
      heardAt: this.#heardAt,
      waitingSince: oldest?.asked,
    };
  }
}
