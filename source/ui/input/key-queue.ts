import { safe } from '../../lib/text.ts';
import type { InputEvent } from './decoder.ts';
import type { KeyPress } from './keys.ts';

/** Maximum number of keys waiting for the screen: a key held on a slow link must not keep acting for seconds. */
const WAITING = 256;

/** Motions: repeated ones waiting for the same frame are applied together, so that movement stops when a held key is released. */
const MOTIONS: ReadonlySet<string> = new Set(['up', 'down', 'j', 'k', 'pgup', 'pgdn']);

/** Receives keys; `typing`: a text is being typed, `prompting`: into a prompt, not a dialog. */
type Router = {
  press(key: string, text?: string): boolean;
  /** Moves by the wheel what the keys move now. */
  turn(wheel: 'up' | 'down'): void;
  typing(): boolean;
  prompting(): boolean;
};

/** Rows that one turn of the wheel moves by, as terminals have it. */
const WHEEL_ROWS = 3;

type Waiting = KeyPress & { pasted?: boolean; unused?: (key: string) => void };

/**
 * Handles keys of one read one by one, each after the screen has followed the previous one: in `:q⏎` the q belongs to the prompt that the
 * colon opened. Only repeated motions are done at once.
 */
export class KeyQueue {
  readonly #router: Router;
  /** Draws the next higher count. */
  readonly #count: () => void;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(router: Router, count: () => void) {
    this.#router = router;
    this.#count = count;
  }

  /** Takes new input; `unused` is called with each key that nothing handled. */
  push(events: readonly InputEvent[], unused?: (key: string) => void): void {
    for (const event of events) {
      if (this.#waiting.length >= WAITING) break;
      // Pasted text is typed into a prompt, but never runs bindings: a paste is not a command.
      if (event.kind === 'paste') this.#waiting.push({ name: 'paste', text: safe(event.text), unused });
      else this.#waiting.push({ ...event, unused });
    }
    if (!this.#busy) this.#next();
  }

  /** `handled` keys are now handled and on the screen. */
  drawn(handled: number): void {
    // Not while drawing: React would mistake a long chain of updates for an endless loop.
    if (handled > 0) setImmediate(() => this.#next());
  }

  #next(): void {
    const key = this.#waiting.shift();
    this.#busy = key !== undefined;
    if (!key) return;
    try {
      this.#press(key);
      while (this.#repeats(key)) this.#press(this.#waiting.shift() ?? key);
    } finally {
      // A key whose handler fails does not block the following ones.
      this.#count();
    }
  }

  #press(key: Waiting): void {
    if (key.name === 'wheel-up' || key.name === 'wheel-down')
      return this.#wheel(key.name === 'wheel-up' ? 'up' : 'down');
    const name = key.pasted ? this.#pastedKey(key) : key.name;
    if (name !== undefined && !this.#router.press(name, key.text)) key.unused?.(name);
  }

  /** The wheel moves the cursor or scrolls; the history of a prompt is left alone. */
  #wheel(wheel: 'up' | 'down'): void {
    if (this.#router.prompting()) return;
    for (let row = 0; row < WHEEL_ROWS; row += 1) this.#router.turn(wheel);
  }

  /** Whether the next key is the same motion and not text. */
  #repeats({ name }: Waiting): boolean {
    const next = this.#waiting[0];
    return next?.name === name && !next.pasted && MOTIONS.has(name) && !this.#router.typing();
  }

  /** While something is being typed, a pasted key is text or edits it; otherwise it can only open a prompt. */
  #pastedKey({ name, text }: KeyPress): string | undefined {
    const prints = text !== '';
    if (name === 'enter') return this.#router.prompting() ? name : undefined;
    if (this.#router.typing()) return prints ? 'paste' : name;
    return prints ? name : undefined;
  }
}
