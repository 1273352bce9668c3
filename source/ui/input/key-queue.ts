import { safe } from '../../lib/text.ts';
import type { InputEvent } from './decoder.ts';
import type { KeyPress } from './keys.ts';

/** A paste without the terminal's paste mode: at least so many different printable keys in one read are no typing. */
const BURST_KEYS = 6;
/** Keys that may wait for the screen: a key that was held on a slow link must not run on for seconds. */
const WAITING = 256;

/** Where keys go; `typing`: into something that is being typed. */
type Router = { press(key: string, text?: string): boolean; typing(): boolean };

/**
 * Keys that came in one read go one after the other, each when the screen has followed the one before: in `:q⏎` the q
 * belongs to the prompt that the colon opened, and what is typed there goes on from what was typed before.
 */
export class KeyQueue {
  readonly #router: Router;
  /** Has a count drawn that is one higher. */
  readonly #count: () => void;
  readonly #waiting: (KeyPress & { burst?: boolean; unused?: (key: string) => void })[] = [];
  #busy = false;

  constructor(router: Router, count: () => void) {
    this.#router = router;
    this.#count = count;
  }

  /** Takes what came in one read; `unused` is called with each key that nothing had a use for. */
  push(events: readonly InputEvent[], unused?: (key: string) => void): void {
    const burst = isBurst(events);
    for (const event of events) {
      if (this.#waiting.length >= WAITING) break;
      // Pasted text is typed into a prompt, but never runs bindings: a paste is not a command.
      if (event.kind === 'paste') this.#waiting.push({ name: 'paste', text: safe(event.text) });
      else this.#waiting.push({ name: event.name, text: event.text, burst, unused });
    }
    if (!this.#busy) this.#next();
  }

  /** A key was handled and is on the screen; `handled`: how many. */
  drawn(handled: number): void {
    // Not within the drawing itself: React takes a long chain of changes made there for an endless one.
    if (handled > 0) setImmediate(() => this.#next());
  }

  #next(): void {
    const key = this.#waiting.shift();
    this.#busy = key !== undefined;
    if (!key) return;
    try {
      if (key.burst && !this.#router.typing()) this.#dropBurst();
      else if (!this.#router.press(key.name, key.text)) key.unused?.(key.name);
    } finally {
      // A key whose handler fails does not hold up those behind it.
      this.#count();
    }
  }

  /** The rest of a burst that no prompt takes: it ends with its read. */
  #dropBurst(): void {
    const end = this.#waiting.findIndex(({ burst }) => !burst);
    this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#router.press('paste');
  }
}

/** A command or filter that is typed ahead over a slow link arrives in one read, too: one of the first keys opens its prompt. */
const OPENS_PROMPT = /^.{0,2}[:/]/s;

function isBurst(events: readonly InputEvent[]): boolean {
  const printed = events.flatMap((event) => (event.kind === 'key' && event.text !== '' ? [event.text] : []));
  return printed.length >= BURST_KEYS && new Set(printed).size > 3 && !OPENS_PROMPT.test(printed.join(''));
}
