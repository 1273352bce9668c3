import type { Clock } from '../lib/clock.ts';

/** No one is watching after this long (ms) without a key, or without the terminal's focus. */
const UNTOUCHED_MS = 5 * 60_000;
const UNFOCUSED_MS = 30_000;

/**
 * Whether someone is watching the console. If not, data that is only displayed is read and drawn less often. A key and
 * the focus bring the attention back at once. A terminal without focus reports always counts as focused.
 */
export class Attention {
  readonly #clock: Clock;
  readonly #onReturn: () => void;
  #touchedAt: number;
  #unfocusedAt = Number.POSITIVE_INFINITY;
  #away = false;

  /** `onReturn`: someone is watching again. */
  constructor(clock: Clock, onReturn: () => void) {
    this.#clock = clock;
    this.#onReturn = onReturn;
    this.#touchedAt = clock.now();
  }

  get away(): boolean {
    const now = this.#clock.now();
    this.#away = now - this.#touchedAt >= UNTOUCHED_MS || now - this.#unfocusedAt >= UNFOCUSED_MS;
    return this.#away;
  }

  /** A key was pressed. Some terminals do not report a regained focus: someone who types is watching. */
  touch(): void {
    this.#unfocusedAt = Number.POSITIVE_INFINITY;
    this.#touchedAt = this.#clock.now();
    this.#back();
  }

  focus(focused: boolean): void {
    if (focused) this.touch();
    else this.#unfocusedAt = Math.min(this.#unfocusedAt, this.#clock.now());
  }

  #back(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#onReturn();
  }
}
