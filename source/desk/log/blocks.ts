/** What goes on with the line before: indented or closing text, causes and frames of stack traces. */
const CONTINUES =
  /^(?:\s|[}\])]|Caused by: |Suppressed: |\.\.\. \d+ more|During handling of the above|The above exception)/;
/** The last line of a Python traceback is not indented. */
const EXCEPTION = /^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt)\b/;
const INDENTED = /^\s+\S/;

/** Whether a line belongs to the message of the line before it, of the same source; both plain text. */
function continues(text: string, previous: string): boolean {
  if (text === '') return false;
  return CONTINUES.test(text) || (INDENTED.test(previous) && EXCEPTION.test(text));
}

type Texts = {
  readonly first: number;
  readonly end: number;
  plain(line: number): string;
  source(line: number): number;
};

/** Lines that one looks at in each direction for the ends of a block. */
const REACH = 500;

/** The numbers of the lines of one message, of one source; lines of other sources between them are left out. */
export function blockAround(texts: Texts, line: number): number[] {
  const source = texts.source(line);
  const block = [line];
  let head = line;
  for (let at = line - 1; at >= Math.max(texts.first, line - REACH); at -= 1) {
    if (texts.source(at) !== source) continue;
    if (!continues(texts.plain(head), texts.plain(at))) break;
    block.unshift(at);
    head = at;
  }
  let tail = line;
  for (let at = line + 1; at < Math.min(texts.end, line + REACH); at += 1) {
    if (texts.source(at) !== source) continue;
    if (!continues(texts.plain(at), texts.plain(tail))) break;
    block.push(at);
    tail = at;
  }
  return block;
}
