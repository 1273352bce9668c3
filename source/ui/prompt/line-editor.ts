import { graphemesOf } from '../../lib/graphemes.ts';

/**
 * A line of text being typed, with readline's motions, a history and suggestions. Pure; positions count graphemes' code units.
 */
export type LineState = {
  text: string;
  cursor: number;
  history: readonly string[] /** -1: the current text. */;
  at: number;
  typed: string;
};

const HISTORY = 20;

/** Longest line, in characters. A paste that does not fit is rejected as a whole: half a command is another command. */
export const LONGEST_LINE = 4000;

export function openLine(text: string, history: readonly string[] = []): LineState {
  return { text, cursor: text.length, history: history.slice(-HISTORY), at: -1, typed: text };
}

/** The line after a key; the same object if the key has no effect. `text`: what the key prints. */
export function editLine(line: LineState, key: string, text: string): LineState {
  const edit = EDITS[key];
  if (edit) return edit(line);
  return text === '' ? line : insert(line, text);
}

function insert(line: LineState, text: string): LineState {
  if (line.text.length + text.length > LONGEST_LINE) return line;
  return changed(
    line,
    line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor),
    line.cursor + text.length,
  );
}

function changed(line: LineState, text: string, cursor: number): LineState {
  return { ...line, text, cursor, at: -1, typed: text };
}

const EDITS: Readonly<Record<string, (line: LineState) => LineState>> = {
  left: (line) => ({ ...line, cursor: before(line) }),
  right: (line) => ({ ...line, cursor: after(line) }),
  'ctrl-b': (line) => ({ ...line, cursor: before(line) }),
  home: (line) => ({ ...line, cursor: 0 }),
  'ctrl-a': (line) => ({ ...line, cursor: 0 }),
  end: (line) => ({ ...line, cursor: line.text.length }),
  'alt-b': (line) => ({ ...line, cursor: wordStart(line) }),
  'alt-f': (line) => ({ ...line, cursor: wordEnd(line) }),
  backspace: (line) => changed(line, line.text.slice(0, before(line)) + line.text.slice(line.cursor), before(line)),
  delete: (line) => changed(line, line.text.slice(0, line.cursor) + line.text.slice(after(line)), line.cursor),
  'ctrl-d': (line) => changed(line, line.text.slice(0, line.cursor) + line.text.slice(after(line)), line.cursor),
  'ctrl-k': (line) => changed(line, line.text.slice(0, line.cursor), line.cursor),
  'ctrl-u': (line) => changed(line, line.text.slice(line.cursor), 0),
  'ctrl-w': (line) =>
    changed(line, line.text.slice(0, wordStart(line)) + line.text.slice(line.cursor), wordStart(line)),
  up: (line) => recall(line, 1),
  down: (line) => recall(line, -1),
};

function before({ text, cursor }: LineState): number {
  const last = [...graphemesOf(text.slice(0, cursor))].at(-1);
  return last ? last.index : 0;
}

function after({ text, cursor }: LineState): number {
  const [first] = graphemesOf(text.slice(cursor));
  return first ? cursor + first.segment.length : cursor;
}

function wordStart({ text, cursor }: LineState): number {
  return text.slice(0, cursor).replace(/\S*\s*$/, '').length;
}

function wordEnd({ text, cursor }: LineState): number {
  return cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

/** Older (1) or newer (-1) in the history; the current text is kept and returns at the end. */
function recall(line: LineState, by: number): LineState {
  const at = Math.max(-1, Math.min(line.history.length - 1, line.at + by));
  const text = at === -1 ? line.typed : (line.history.at(-1 - at) ?? '');
  return { ...line, at, text, cursor: text.length };
}
