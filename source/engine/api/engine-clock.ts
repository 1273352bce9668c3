import type { Clock } from '../../lib/clock.ts';

/** Smaller differences (ms) are ignored: a Date header counts whole seconds, and an answer takes time. */
const NOTICED_MS = 2000;

/**
 * How far the engine's clock is ahead of the console's, by the Date header of its answers. It changes when either clock is set. It must be
 * subtracted from the engine's times before they are compared with the console's.
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

  /** The Date header (undefined if missing) of the answer to a request sent at `asked`. */
  see(date: string | undefined, asked: number): void {
    const at = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(at)) return;
    const answered = this.#clock.now();
    // The header has no fractions of a second.
    const offset = at + 500 - (asked + answered) / 2;
    const unsure = NOTICED_MS + (answered - asked) / 2;
    if (Math.abs(offset - this.#offset) > unsure) this.#offset = Math.abs(offset) <= unsure ? 0 : Math.round(offset);
  }

  /** Facts of the engine, with their times on the console's scale. */
  toConsole<T>(said: T): T {
    return this.#offset === 0 ? said : (shifted(said, -this.#offset) as T);
  }

  /** A time of the console on the engine's scale. */
  toEngine(at: number): number {
    return at + this.#offset;
  }
}

/** The fields of facts.ts that hold times: ms since the epoch. */
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

/** Maps with free names: a label may be called `created`. */
const TEXTS = new Set(['labels', 'attributes', 'options', 'logOptions']);
