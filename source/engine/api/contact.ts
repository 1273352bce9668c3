import type { Clock } from '../../lib/clock.ts';
import type { Contact } from '../engine.ts';

/** The shortest of so many answers in a row counts as the way there and back: what the engine does besides only adds to it. */
const ANSWERS = 8;

/** Keeps what the calls to one engine show of the way to it. */
export class ContactLog {
  readonly #clock: Clock;
  readonly #waiting = new Set<{ asked: number }>();
  #took: readonly number[] = [];
  #heardAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A question is asked; the returned function says that it is over, answered or not. */
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
