import type { Clock } from './clock.ts';
import { errorMessage } from './error.ts';
import { displayText } from './secrets.ts';

/** Something the console reported, or an internal error. */
export type Message = {
  id: number;
  /** When it was last reported, ms. */
  at: number;
  level: 'info' | 'good' | 'warning' | 'bad';
  /** One line, safe to show. */
  text: string;
  /** How often it was reported in a row. */
  times: number;
};

export type MessageLogOptions = {
  clock: Clock;
  /** Receives the full error, for a file. Called once for repetitions of the same error. */
  write?(text: string): void;
};

/** How many messages are kept; the oldest are dropped first. */
const KEPT = 500;
/** How many characters of an error are shown and kept: a message may quote the input that caused it. */
const LONGEST = 2000;

/** What the console reported, newest last; shown by `:messages`. */
export class MessageLog {
  readonly #options: MessageLogOptions;
  readonly #messages: Message[] = [];
  #next = 0;

  constructor(options: MessageLogOptions) {
    this.#options = options;
  }

  all(): readonly Message[] {
    return [...this.#messages];
  }

  /** Returns whether it differs from the previous one. */
  add(level: Message['level'], text: string): boolean {
    const at = this.#options.clock.now();
    const shown = displayText(text.slice(0, LONGEST));
    const same = this.#messages.findIndex((message) => message.level === level && message.text === shown);
    const known = same >= 0 && same >= this.#messages.length - 10 ? this.#messages[same] : undefined;
    if (known) {
      this.#messages.splice(same, 1);
      this.#messages.push({ ...known, at, times: known.times + 1 });
      return false;
    }
    this.#messages.push({ id: this.#next, at, level, text: shown, times: 1 });
    this.#next += 1;
    if (this.#messages.length > KEPT) this.#messages.splice(0, this.#messages.length - KEPT);
    return true;
  }

  /** Records an internal error that the console survives; `where` says what could not be done. Never throws. */
  report(where: string, error: unknown): void {
    const message = errorMessage(error);
    if (!this.add('bad', `${where}: ${message}`)) return;
    const stack = error instanceof Error ? (error.stack ?? message) : message;
    this.#options.write?.(`${where}: ${stack.slice(0, LONGEST)}`);
  }
}
