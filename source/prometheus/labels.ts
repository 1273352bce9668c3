import { CLOSE, COLON, COMMA, EQUAL, LF, nameEnd, OPEN, QUOTE, quoteEnd, SPACE, skipBlanks, TAB } from './bytes.ts';

/** The part of a line in front of its value, read: a name and its labels. */
export type Head = {
  name: string;
  /** Flat pairs sorted by name. */
  labels: readonly string[];
  /** First byte after it. */
  end: number;
};

const strict = new TextDecoder('utf-8', { fatal: true });

/** What is wrong with a line; thrown inside the parser only. */
export class BrokenLine extends Error {}

/** Bytes as text. Strict: bytes that are not UTF-8 break the line. */
function decode(buffer: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    if ((buffer[at] ?? 0) < 128) continue;
    try {
      return strict.decode(buffer.subarray(start, end));
    } catch {
      throw new BrokenLine('not valid UTF-8');
    }
  }
  return buffer.toString('latin1', start, end);
}

const ESCAPED = /\\(\\|n|")/g;

/** `\\`, `\n` and `\"` undone, any other backslash kept, as Prometheus does. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPED, (_, char: string) => (char === 'n' ? '\n' : char)) : text;
}

/** The text between the quotes at `start` and `end`. */
export function quoted(buffer: Buffer, start: number): { text: string; end: number } {
  const close = quoteEnd(buffer, start);
  if (close < 0) throw new BrokenLine('a quoted text is not closed');
  return { text: unescaped(decode(buffer, start + 1, close)), end: close + 1 };
}

/** Whether the brace at `open` begins a composite value such as {count:5,sum:2} (a native histogram) and not labels. */
function isComposite(buffer: Uint8Array, open: number): boolean {
  const start = skipBlanks(buffer, open + 1);
  const end = nameEnd(buffer, start, false);
  return end > start && buffer[end] === COLON;
}

/** Where the name and labels that start at `at` end; the end of the bare name where no brace follows or none closes it. */
export function headEnd(buffer: Uint8Array, at: number): number {
  const bare = nameEnd(buffer, at, true);
  let next = skipBlanks(buffer, bare);
  if (buffer[next] !== OPEN || isComposite(buffer, next)) return bare;
  for (next += 1; ; next += 1) {
    const code = buffer[next] ?? LF;
    if (code === CLOSE) return next + 1;
    if (code === LF) return bare;
    if (code === QUOTE) {
      next = quoteEnd(buffer, next);
      if (next < 0) return bare;
    }
  }
}

/**
 * Reads `name{a="b"}`, `{"quoted name",a="b"}` or a bare name at `at`. `intern` makes equal texts one object.
 * Throws BrokenLine.
 */
export function readHead(buffer: Buffer, at: number, intern: (text: string) => string): Head {
  const bareEnd = nameEnd(buffer, at, true);
  const bare = bareEnd > at ? intern(buffer.toString('latin1', at, bareEnd)) : '';
  const open = skipBlanks(buffer, bareEnd);
  if (buffer[open] !== OPEN || isComposite(buffer, open)) {
    if (bare === '') throw new BrokenLine('it does not begin with a metric name');
    return { name: bare, labels: [], end: bareEnd };
  }
  const { name, labels, end } = readBraces(buffer, open, intern);
  if (bare !== '' && name !== '') throw new BrokenLine(`it has two metric names, ${bare} and ${name}`);
  if (bare === '' && name === '') throw new BrokenLine('the metric name is missing');
  return { name: bare || name, labels, end };
}

/** Labels in braces, at `open`; a quoted text without an equals sign is the metric's name. */
export function readBraces(
  buffer: Buffer,
  open: number,
  intern: (text: string) => string,
): { name: string; labels: readonly string[]; end: number } {
  const labels: string[] = [];
  let name = '';
  let at = skipBlanks(buffer, open + 1);
  while (buffer[at] !== CLOSE) {
    const label = readName(buffer, at);
    at = skipBlanks(buffer, label.end);
    if (buffer[at] === EQUAL) {
      at = skipBlanks(buffer, at + 1);
      if (buffer[at] !== QUOTE) throw new BrokenLine(`the value of label ${label.text} is not quoted`);
      const value = quoted(buffer, at);
      at = skipBlanks(buffer, value.end);
      labels.push(intern(label.text), intern(value.text));
    } else if (label.isQuoted && name === '') name = intern(label.text);
    else throw new BrokenLine(`label ${label.text} has no equals sign`);
    at = separator(buffer, at);
  }
  return { name, labels: sorted(labels), end: at + 1 };
}

function readName(buffer: Buffer, at: number): { text: string; end: number; isQuoted: boolean } {
  if (buffer[at] === QUOTE) return { ...quoted(buffer, at), isQuoted: true };
  const end = nameEnd(buffer, at, false);
  if (end === at) throw new BrokenLine('a label name is missing or has a character that needs quotes');
  return { text: buffer.toString('latin1', at, end), end, isQuoted: false };
}

/** Between labels: a comma, or (as the text format's own parser allows) only a blank. */
function separator(buffer: Uint8Array, at: number): number {
  if (buffer[at] === COMMA) return skipBlanks(buffer, at + 1);
  const before = buffer[at - 1];
  if (buffer[at] === CLOSE || before === SPACE || before === TAB) return at;
  throw new BrokenLine('a comma or a closing brace is missing between labels');
}

/** Sorts the flat pairs by name, in place, and drops empty values (no value is no label). Throws when a name is there twice. */
function sorted(labels: string[]): readonly string[] {
  let empty = false;
  for (let at = 0; at < labels.length; at += 2) {
    const name = labels[at] ?? '';
    const value = labels[at + 1] ?? '';
    if (value === '') empty = true;
    let to = at;
    for (; to > 0 && (labels[to - 2] ?? '') > name; to -= 2) {
      labels[to] = labels[to - 2] ?? '';
      labels[to + 1] = labels[to - 1] ?? '';
    }
    if (to > 0 && labels[to - 2] === name) throw new BrokenLine(`label ${name} is there twice`);
    labels[to] = name;
    labels[to + 1] = value;
  }
  return empty ? labels.filter((_, at) => labels[at | 1] !== '') : labels;
}
