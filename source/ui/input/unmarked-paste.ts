import type { InputEvent } from './decoder.ts';

/**
 * Text pasted into a terminal without bracketed paste looks like keys. A read that nobody could have typed is treated as a
 * paste: several different letters, or a line break or control character between printable ones. A held key stays a key, and one
 * whole command is typed.
 */

/** Minimum number of printable keys, and of different ones, in one read. */
const BURST_KEYS = 6;
const BURST_DIFFERENT = 4;

/** Longest line that may have been typed ahead. */
const LONGEST_LINE = 200;

/** Whether the keys of one read were pasted rather than typed. */
export function isUnmarkedPaste(events: readonly InputEvent[]): boolean {
  if (isTypedCommand(events)) return false;
  const printed = events.flatMap((event) => (event.kind === 'key' && event.text !== '' ? [event.text] : []));
  if (printed.length >= BURST_KEYS && new Set(printed).size >= BURST_DIFFERENT) return true;
  const first = events.findIndex((event) => event.kind === 'paste' || event.text !== '');
  const last = events.findLastIndex((event) => event.kind === 'paste' || event.text !== '');
  // A line break within the text; one at its end may be typed, over a slow link.
  return (
    first >= 0 && events.slice(first).some((event, at) => event.kind === 'key' && acts(event.name, first + at < last))
  );
}

/** One command or filter with its enter, as sent by scripts or typed over a slow link: `:logs redis⏎`. Commands that act ask first. */
export function isTypedCommand(events: readonly InputEvent[]): boolean {
  const [first] = events;
  return first?.kind === 'key' && OPENERS.has(first.text) && isLine(events);
}

/** Printable keys and edits, then one enter. */
function isLine(events: readonly InputEvent[]): boolean {
  const last = events.at(-1);
  const before = events.slice(0, -1);
  const typed = (event: InputEvent) => event.kind === 'key' && (event.text !== '' || CORRECTIONS.has(event.name));
  return last?.kind === 'key' && last.name === 'enter' && before.length <= LONGEST_LINE && before.every(typed);
}

/** `ctrl-c` always gets through. */
function acts(name: string, within: boolean): boolean {
  if (name === 'enter' || name === 'tab') return within;
  return name.startsWith('ctrl-') && name !== 'ctrl-c' && !CORRECTIONS.has(name);
}

/** Keys that open a prompt, if text typed ahead over a slow link begins with them, and keys that edit it. */
const OPENERS: ReadonlySet<string> = new Set([':', '/']);
const CORRECTIONS: ReadonlySet<string> = new Set(['backspace', 'ctrl-u', 'ctrl-w']);

/**
 * The pasted input as events that cannot act: text as pastes, line breaks within it, and the keys that edit a line. A colon or
 * slash at the start opens its prompt, where the rest can be read before it is confirmed.
 */
export function asPaste(events: readonly InputEvent[]): readonly InputEvent[] {
  if (isTypedCommand(events)) return events;
  const [head, ...rest] = events;
  // The enter of the previous line, typed ahead by a person or a script.
  if (head?.kind === 'key' && head.name === 'enter') return [{ ...head, pasted: true }, ...asPaste(rest)];
  const taken: InputEvent[] = [];
  for (const [index, event] of events.entries()) {
    const text = event.kind === 'key' ? printedBy(event.name, event.text) : event.text;
    const last = taken.at(-1);
    if (index === 0 && event.kind === 'key' && OPENERS.has(text)) taken.push({ ...event, pasted: true });
    else if (text === '') taken.push(...corrections(event));
    else if (last?.kind === 'paste') taken[taken.length - 1] = { kind: 'paste', text: last.text + text };
    else taken.push({ kind: 'paste', text });
  }
  const end = isLine(events) ? events.slice(-1).map((event) => ({ ...event, pasted: true as const })) : [];
  // The line breaks around a copied line are not part of it.
  const text = taken.map((event) =>
    event.kind === 'paste' ? { ...event, text: event.text.replace(/^\n+|\n+$/g, '') } : event,
  );
  // In a prompt the enter of one line ends it.
  return [...text, ...end];
}

function printedBy(name: string, text: string): string {
  if (name === 'enter') return '\n';
  return name === 'tab' ? '\t' : text;
}

function corrections(event: InputEvent): InputEvent[] {
  return event.kind === 'key' && CORRECTIONS.has(event.name) ? [{ ...event, pasted: true }] : [];
}
