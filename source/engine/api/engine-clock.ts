import type { Clock } from '../../lib/clock.ts';

/** Differences below this (ms) are none: a Date header counts whole seconds, and an answer takes its time. */
const NOTICED_MS = 2000;

/**
 * How far the engine's clock is ahead of the console's, by the Date of its answers. It changes when either clock is set; times of
 * the engine are compared with the console's present only when it has been taken off.
 */
export class EngineClock {
  readonly #clock: Clock;
  #offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds that the engine is ahead; negative when it is behind; 0 below two seconds. */
  offset(): number {
    return this.#offset;
  }

  /** An answer's Date header (undefined where there is none), to a question asked at `asked`. */
  see(date: string | undefined, asked: number): void {
    const at = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(at)) return;
    const answered = this.#clock.now();
    // The header leaves out what is beyond the second.
    const offset = at + 500 - (asked + answered) / 2;
    const unsure = NOTICED_MS + (answered - asked) / 2;
    if (Math.abs(offset - this.#offset) > unsure) this.#offset = Math.abs(offset) <= unsure ? 0 : Math.round(offset);
  }

  /** What the engine said, with its times on the console's scale. */
  toConsole<T>(said: T): T {
    return this.#offset === 0 ? said : (shifted(said, -this.#offset) as T);
  }

  /** A moment of the console on the engine's scale. */
  toEngine(at: number): number {
    return at + this.#offset;
  }
}

/** The names of moments in the facts (see facts.ts): ms since the epoch. */
const MOMENTS = new Set(['at', 'created', 'startedAt', 'finishedAt', 'start', 'end', 'since', 'lastUsed', 'updated']);

function shifted(said: unknown, by: number): unknown {
  if (Array.isArray(said)) return said.map((one) => shifted(one, by));
  if (typeof said !== 'object' || said === null) return said;
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => {
      if (typeof value === 'number' && MOMENTS.has(name) && value > 0) return [name, value + by];
      return [name, TEXTS.has(name) ? value : shifted(value, by)];
    }),
  );
}

/** Maps of texts, whose names are the operator's: a label may be called `created`. */
const TEXTS = new Set(['labels', 'attributes', 'options', 'logOptions']);
