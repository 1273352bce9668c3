import type { Clock } from './clock.ts';
import { errorMessage } from './error.ts';
import { displayText } from './secrets.ts';

/** Something the console said, or that went wrong inside it. */
export type Message = {
  id: number;
  /** When it was said last, ms. */
  at: number;
  level: 'info' | 'good' | 'warning' | 'bad';
  /** One line, safe to show. */
  text: string;
  /** How often it was said in a row. */
  times: number;
};

export type MessageLogOptions = {
  clock: Clock;
  /** Takes what went wrong, whole, for a file. Called once for the same error in a row of them. */
  write?(text: string): void;
};

/** Messages kept; the oldest go first. */
const KEPT = 500;
/** Characters of an error that are shown and kept: a message may quote what broke it. */
const LONGEST = 2000;

/** What the console said, newest last; the view `:messages` shows it. */
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

  /** Answers whether it is new: not the same as the one before. */
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

  /** Something inside went wrong, and the console goes on: `where` says what could not be done. Never throws. */
  report(where: string, error: unknown): void {
    const message = errorMessage(error);
    if (!this.add('bad', `${where}: ${message}`)) return;
    const stack = error instanceof Error ? (error.stack ?? message) : message;
    this.#options.write?.(`${where}: ${stack.slice(0, LONGEST)}`);
  }
}
