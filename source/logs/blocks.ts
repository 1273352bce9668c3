import { isBad, recognise } from '../lib/log-line/recognise.ts';

/** Goes on with the line before, whatever that is: indented or closing text, causes, what panics and uncaught errors end with. */
const CONTINUES =
  /^(?:\s|[}\])]|Caused by: |Suppressed: |\.\.\. \d+ more|stack backtrace:$|note: (?:run with `RUST_|Some details are)|\[signal |created by |exit status \d)/;
/** Goes on with it behind an empty line too. */
const BRIDGES =
  /^(?:During handling of the above|The above exception was|goroutine \d+ \[|Node\.js v\d+\.\d+\.\d+$|--- End of )/;
const TRACEBACK = /^Traceback \(most recent call last\):/;
/** The last line of a Python traceback is not indented, nor is the error below the caret of Node. */
const EXCEPTION =
  /^(?:Uncaught )?(?:\w+\.)*(?:\w*(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Timeout|Group)\b|(?<=\.)\w+(?::|$))/;
const JAVA_EXCEPTION = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b/;
const INDENTED = /^\s+\S/;
const CARET = /^\s*[\^~]+\s*$/;
const PANIC = /^thread '.*' panicked at .*:\d+:\d+:$/;
const GO_FRAME = /^(?:goroutine \d+ \[|created by |\t)/;
const CALL = /^[\w./*()$-]+\(.*\)$/;

/**
 * Whether a line belongs to the message of the last line with text before it, of the same source; both plain text. `parted`:
 * empty lines are between them.
 */
function continues(text: string, previous: string, parted: boolean): boolean {
  if (BRIDGES.test(text)) return true;
  if (TRACEBACK.test(text)) return BRIDGES.test(previous) || (!parted && isError(previous));
  if (CARET.test(previous) && EXCEPTION.test(text)) return true;
  if (parted) return false;
  if (CONTINUES.test(text) || PANIC.test(previous)) return true;
  if (INDENTED.test(previous) && EXCEPTION.test(text)) return true;
  if (GO_FRAME.test(previous) && CALL.test(text)) return true;
  return JAVA_EXCEPTION.test(text) && isError(previous);
}

function isError(text: string): boolean {
  return isBad(recognise(text).level);
}

type Texts = {
  readonly first: number;
  readonly end: number;
  plain(line: number): string;
  source(line: number): number;
};

/** Lines that one looks at in each direction for the ends of a block. */
const REACH = 500;

/**
 * The numbers of the lines of one message, of one source; lines of other sources between them are left out. Empty lines belong
 * to it where it goes on behind them.
 */
export function blockAround(texts: Texts, line: number): number[] {
  if (texts.plain(line) === '') return [line];
  const before = grown(texts, line, -1, Math.max(texts.first, line - REACH));
  const after = grown(texts, line, 1, Math.min(texts.end, line + REACH) - 1);
  return [...before.reverse(), line, ...after];
}

/** What belongs to a line in one direction, from it on. */
function grown(texts: Texts, line: number, by: 1 | -1, last: number): number[] {
  const block: number[] = [];
  let empty: number[] = [];
  let edge = line;
  for (let at = line + by; by * at <= by * last; at += by) {
    if (texts.source(at) !== texts.source(line)) continue;
    const text = texts.plain(at);
    if (text.trim() === '') {
      empty.push(at);
      continue;
    }
    const [later, earlier] = by > 0 ? [text, texts.plain(edge)] : [texts.plain(edge), text];
    if (!continues(later, earlier, empty.length > 0)) break;
    block.push(...empty, at);
    empty = [];
    edge = at;
  }
  return block;
}
