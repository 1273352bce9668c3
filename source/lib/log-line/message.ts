import { readHeader } from './header.ts';
import { strongLevel } from './level.ts';
import { isBadLine } from './recognise.ts';
import * as shape from './shapes.ts';

/** How many following lines are searched for the start of a trace or the end of a message. */
const AHEAD = 40;

/** The lines of one source without the empty ones. */
export type Around = {
  /** The text of the nth line after this one; undefined after the last. */
  ahead(n: number): string | undefined;
};

/** Whether a line looks like the beginning of a message: it has its own time or level. */
export function begins(text: string): boolean {
  if (/^\s/.test(text)) return /^\s{1,40}(?:\d{4}-|[A-Z]{4,8} {2,})/.test(text) && readHeader(text).level !== undefined;
  if (text.startsWith('{"') || shape.ERLANG_REPORT.test(text)) return true;
  const { time, level } = readHeader(text);
  if (time) return time[0] < 60;
  return level !== undefined && isLabelled(text);
}

/** `ERROR: …`, `[error] …`, but not a frame such as `panic(…)` or the name of an error. */
function isLabelled(text: string): boolean {
  if (shape.CONTINUES.test(text) || shape.EXCEPTION.test(text) || /^[\w.]{1,80}\(/.test(text)) return false;
  const [, word = ''] = /^\W{0,3}([A-Za-z]{1,14})/.exec(text) ?? [];
  return /^[[<]/.test(text) || strongLevel(word) !== undefined;
}

function isTimed(text: string): boolean {
  return shape.ERLANG_REPORT.test(text) || readHeader(text).time !== undefined;
}

/** Whether a line looks like the first of a message but continues the previous one. */
export function isHeadedRest(text: string): boolean {
  return shape.POSTGRES_MORE.test(text) || shape.JUL_LEVEL.test(text);
}

/** A message under construction, which knows whether the next line belongs to it. */
export class Message {
  readonly #head: string;
  /** An error with a header in a log where all lines have headers: lines without one belong to it. */
  readonly #gathers: boolean;
  readonly #quoted: boolean;
  readonly #crashed: boolean;
  #previous: string;
  #traceback = false;
  #framed = false;
  #exception = false;
  #sanitizer: boolean;
  #closed = false;

  /** `mixed`: the log around it also has independent lines without headers. */
  constructor(head: string, mixed: () => boolean) {
    this.#head = head;
    this.#previous = head;
    const headed = begins(head);
    this.#gathers = headed && isBadLine(head) && isTimed(head) && !mixed();
    this.#quoted = headed && (head.split('"').length - 1) % 2 === 1 && !head.startsWith('{');
    this.#crashed = shape.CRASHES.test(head);
    this.#exception = shape.ERROR_HEAD.test(head);
    this.#sanitizer = shape.SANITIZER.test(head);
    this.#see(head);
  }

  /** Adds a line that belongs to it. */
  take(text: string): void {
    this.#see(text);
    this.#previous = text;
  }

  /** Whether a line continues it; `parted`: there are empty lines in between. */
  goesOn(text: string, parted: boolean, around: Around): boolean {
    if (shape.PANIC.test(this.#previous)) return !parted;
    if (shape.CARET.test(this.#previous) && !parted && shape.ERROR_HEAD.test(text)) return true;
    if (shape.RULE.test(this.#previous) && shape.SANITIZER.test(text)) return true;
    if (shape.RULE.test(text) && shape.ANNOUNCES.test(this.#previous)) return !parted;
    const headed = this.#goesOnHeaded(text, parted);
    if (headed !== undefined) return headed;
    if (this.#sanitizer && !this.#closed) return true;
    if (shape.BRIDGES.test(text)) return true;
    if (shape.OF_PROCESS.test(text) && shape.OF_PROCESS.test(this.#previous)) return true;
    if (shape.GO_STACK.test(this.#previous)) return !parted;
    if (shape.CRASHES.test(text)) return false;
    if (shape.TRACEBACK.test(text)) return this.#takesTraceback(parted);
    return this.#goesOnTrace(text, parted, around) || this.#goesOnText(text, parted, around);
  }

  /** For lines with a header of their own; undefined for those without. */
  #goesOnHeaded(text: string, parted: boolean): boolean | undefined {
    if (shape.POSTGRES_MORE.test(text) && begins(text))
      return shape.POSTGRES_HEAD.test(this.#head) || shape.POSTGRES_MORE.test(this.#head);
    if (shape.JUL_LEVEL.test(text)) return !parted && shape.JUL_TIME.test(this.#previous);
    return begins(text) ? false : undefined;
  }

  #takesTraceback(parted: boolean): boolean {
    if (shape.BRIDGES.test(this.#previous) || shape.BEFORE_TRACEBACK.test(this.#previous)) return true;
    if (!this.#traceback && shape.BEFORE_TRACEBACK.test(this.#head)) return !parted;
    return !parted && !this.#traceback && isBadLine(this.#previous);
  }

  #goesOnTrace(text: string, parted: boolean, around: Around): boolean {
    return this.#goesOnPlace(text, parted, around) || this.#goesOnStack(text, parted);
  }

  /** From the source position to the error itself, and from there to its first frame. */
  #goesOnPlace(text: string, parted: boolean, around: Around): boolean {
    if (shape.CARET.test(this.#previous) && (parted || shape.EXCEPTION.test(text))) return true;
    if (parted && shape.RUBY_FRAME.test(this.#previous) && shape.CARET.test(around.ahead(1) ?? '')) return true;
    if (shape.SOURCE_PLACE.test(this.#previous) && this.#previous === this.#head && !parted)
      return shape.CARET.test(around.ahead(1) ?? '') || shape.CARET.test(around.ahead(2) ?? '');
    if (this.#framed) return false;
    if (this.#exception && this.#isBefore(shape.FRAME, text, around)) return true;
    return shape.PANIC.test(this.#head) && this.#isBefore(shape.PANIC_END, text, around);
  }

  #goesOnStack(text: string, parted: boolean): boolean {
    const previous = this.#previous;
    const framed = shape.INDENTED.test(previous) || shape.FLAT_FRAME.test(previous);
    if (this.#traceback && framed && (!parted || this.#gathers))
      if (shape.EXCEPTION.test(text) || shape.NAMED.test(text)) return true;
    if (parted) return false;
    if (shape.ANNOUNCES.test(previous) && previous === this.#head) return true;
    if (shape.GO_ELIDED.test(previous) && shape.GO_CALL.test(text)) return true;
    if (shape.GO_FRAME.test(previous) && (shape.GO_CALL.test(text) || shape.GO_ELIDED.test(text))) return true;
    if (shape.RUBY_FRAME.test(text)) return shape.RUBY_FRAME.test(previous) || this.#gathers;
    if (shape.BOX_END.test(previous)) return shape.EXCEPTION.test(text);
    return shape.JAVA_EXCEPTION.test(text) && !this.#framed && isBadLine(previous);
  }

  #goesOnText(text: string, parted: boolean, around: Around): boolean {
    if (!parted && shape.CONTINUES.test(text)) return true;
    if (parted && shape.INDENTED.test(text) && (this.#traceback || this.#gathers || this.#crashed)) return true;
    if (!parted && shape.EXCERPT.test(text) && shape.BEFORE_EXCERPT.test(this.#previous)) return true;
    if (!parted && shape.MARKUP.test(text) && this.#previous.includes('<')) return true;
    // Notes, and messages of several lines, of an exception with another one behind it.
    if (this.#traceback && !parted && this.#isBefore(shape.BRIDGES, text, around)) return true;
    if (this.#quoted && !this.#closed && this.#isBefore(/^[^"]*(?:"[^"]*"[^"]*)*"[^"]*$/, text, around)) return true;
    return this.#gathers && this.#endsSoon(around);
  }

  /** Whether this line, or a later one before the next message begins, matches a shape. */
  #isBefore(wanted: RegExp, text: string, around: Around): boolean {
    if (wanted.test(text)) return true;
    for (let n = 1; n <= AHEAD; n += 1) {
      const next = around.ahead(n);
      if (next === undefined || begins(next) || shape.CRASHES.test(next) || shape.EXCEPTION.test(next)) return false;
      if (wanted.test(next)) return true;
    }
    return false;
  }

  /** Whether a line with its own header, or the end, comes soon: otherwise the following lines are plain lines of another kind. */
  #endsSoon(around: Around): boolean {
    for (let n = 1; n <= AHEAD; n += 1) {
      const next = around.ahead(n);
      if (next === undefined) return n <= 10;
      if (begins(next)) return true;
    }
    return false;
  }

  #see(text: string): void {
    if (shape.EXCEPTION.test(text)) this.#exception = true;
    if (shape.TRACEBACK.test(text)) this.#traceback = true;
    if (shape.FRAME.test(text) || shape.PANIC_END.test(text)) this.#framed = true;
    if (shape.SANITIZER.test(text)) this.#sanitizer = true;
    if (/ABORTING$|^SUMMARY: (?:Leak|Thread|Memory|Undefined|.*leaked)/.test(text)) this.#closed = true;
    if (this.#quoted && text !== this.#head && (text.split('"').length - 1) % 2 === 1) this.#closed = true;
  }
}
