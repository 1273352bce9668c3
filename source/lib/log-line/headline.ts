import { messagesOf } from './blocks.ts';
import { isBadLine, recognise } from './recognise.ts';
import * as shape from './shapes.ts';

/** Longest line, in characters. */
const LONGEST = 300;

/** Wrappers that only say that something below them has failed. */
const WRAPPER =
  /^npm (?:ERR!|error)|\bexited with (?:code|status)\b|\berror Command failed\b|\bELIFECYCLE\b|Worker \(pid:\d+\) (?:exited|was)|Failed with result|Main process exited|^Application startup failed|\bcommand terminated\b|Worker failed to boot|Shutting down: Master|^make(?:\[\d+\])?: \*\*\*/;

/** The most informative line; `isError`: it reports an error and is not merely the last line. */
export type Headline = { text: string; isError: boolean };

/**
 * The line that best explains why a run failed: the last error among its lines (oldest first, plain text), without time, level and logger;
 * for a trace the error itself with its cause; for JSON the message. Without an error, the last line that is not empty. Undefined if
 * there is none.
 */
export function headlineOf(lines: readonly string[]): Headline | undefined {
  let wrapper: Headline | undefined;
  let last: Headline | undefined;
  for (const block of messagesOf(lines).reverse()) {
    const text = messageOf(block);
    if (!/\w/.test(text)) continue;
    last ??= { text, isError: false };
    if (!block.some((line) => isBadLine(line))) continue;
    if (!WRAPPER.test(text)) return { text, isError: true };
    wrapper ??= { text, isError: true };
  }
  return wrapper ?? last;
}

/** A message of one or more lines, in one line. */
function messageOf(block: readonly string[]): string {
  const lines = block.filter((line) => line.trim() !== '');
  const parts = partsOf(lines);
  const text = parts.filter(
    (part, index) => part !== '' && !parts.slice(0, index).some((before) => before.includes(part)),
  );
  return shortened(text.join(': '));
}

function partsOf(lines: readonly string[]): string[] {
  const [head = '', second = ''] = lines;
  const trace = lines.findLastIndex((line) => shape.TRACEBACK.test(line));
  if (trace >= 0) return [trace > 0 && !isPartOfTrace(head) ? said(head) : '', endOfTraceback(lines.slice(trace))];
  if (shape.PANIC.test(head)) return [head.replace(/:$/, ''), second.trim()];
  if (shape.RULE.test(head) || shape.JUL_TIME.test(head)) return partsOf(lines.slice(1));
  if (shape.GO_STACK.test(head) || shape.ANNOUNCES.test(head) || shape.RUBY_THREAD.test(head))
    return partsOf(lines.slice(1));
  if (shape.SOURCE_PLACE.test(head))
    return ofException(lines, lines.find((line) => shape.EXCEPTION.test(line)) ?? head);
  if (shape.EXCEPTION.test(head)) return ofException(lines, head);
  const exception = lines.slice(1).find((line) => shape.JAVA_EXCEPTION.test(line) || /^\*\* \(/.test(line));
  if (exception) return [said(head), ...ofException(lines, exception)];
  return [opened(lines), ...rootOf(lines)];
}

/** Introduces a traceback without naming an error: the first of two, `Exception ignored in`. */
function isPartOfTrace(head: string): boolean {
  return (
    shape.TRACEBACK.test(head) || /^\s/.test(head) || /^Exception in thread/.test(head) || shape.EXCEPTION.test(head)
  );
}

/** The last unindented line of a traceback names the error; in an exception group, the lines in its frame do. */
function endOfTraceback(lines: readonly string[]): string {
  const end = lines.findLast((line) => /^\S/.test(line) && (shape.EXCEPTION.test(line) || shape.NAMED.test(line)));
  if (end && !shape.TRACEBACK.test(end)) return end.trim();
  const inner = lines.find(
    (line) => shape.EXCEPTION.test(line.replace(/^[\s|+-]+/, '')) && !shape.TRACEBACK.test(line),
  );
  return (inner ?? lines.at(-1) ?? '').replace(/^[\s|+-]+/, '');
}

/** An exception and its root cause. */
function ofException(lines: readonly string[], line: string): string[] {
  return [opened([line, ...lines.slice(lines.indexOf(line) + 1)]).replace(/ \{$/, ''), ...rootOf(lines)];
}

/** The last cause that a trace names. */
function rootOf(lines: readonly string[]): string[] {
  const causes = lines.flatMap((one) => /^\s*(?:Caused by: ?|\[cause\]: |-{1,3}> |Next )(\S.*)$/.exec(one)?.[1] ?? []);
  const root = causes.at(-1) ?? lastOfList(lines) ?? '';
  return [root.replace(/ \{$/, '').trim()];
}

/** The last cause that Rust's anyhow lists: indented below `Caused by:`, with numbers where there are several. */
function lastOfList(lines: readonly string[]): string | undefined {
  const from = lines.findIndex((line) => /^Caused by:\s*$/.test(line));
  if (from < 0) return undefined;
  const causes = lines.slice(from + 1).filter((line) => /^\s+\S/.test(line) && !/^\s+at /.test(line));
  return causes.at(-1)?.replace(/^\s+(?:\d+: )?/, '');
}

/** The text of a line; if it only opens a list or names a component, the following line is added. */
function opened(lines: readonly string[]): string {
  const text = said(lines[0] ?? '');
  const framed = lines.findIndex((line) => shape.FRAME.test(line));
  const more = lines.slice(1, framed < 0 ? undefined : framed).map((line) => line.trim());
  if (/[[{(:]$/.test(text) || shape.ERLANG_REPORT.test(text)) return [text, ...more].join(' ');
  if (shape.OPENS.test(text) && more[0]) return `${text}: ${more[0]}`;
  return text;
}

/** The message of a line, with the separate error field of JSON or logfmt. Lines of a runtime have no header to remove. */
function said(line: string): string {
  if (shape.CRASHES.test(line) || shape.ERLANG_REPORT.test(line) || shape.EXCEPTION.test(line)) return line.trim();
  const { message, error, level } = recognise(line);
  const text = message.trim() === '' ? (error ?? line) : message.replace(level ? /^(?:error|err): /i : /^$/, '');
  return (error && !text.includes(error) ? `${text}: ${error}` : text).trim();
}

function shortened(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim();
  return one.length <= LONGEST ? one : `${one.slice(0, LONGEST - 1)}…`;
}
