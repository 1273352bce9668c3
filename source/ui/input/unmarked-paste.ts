import type { InputEvent } from './decoder.ts';

/**
 * Text that was pasted into a terminal without its paste mode looks like keys. What no hand types into one read is taken for a
 * paste: several different letters, or a line break or control character after anything printable. A key that is held stays a key.
 */

/** At least so many printable keys, and so many different ones, in one read. */
const BURST_KEYS = 6;
const BURST_DIFFERENT = 4;

/** Whether what came in one read was pasted rather than typed. */
export function isUnmarkedPaste(events: readonly InputEvent[]): boolean {
  const printed = events.flatMap((event) => (event.kind === 'key' && event.text !== '' ? [event.text] : []));
  if (printed.length >= BURST_KEYS && new Set(printed).size >= BURST_DIFFERENT) return true;
  const first = events.findIndex((event) => event.kind === 'paste' || event.text !== '');
  return first >= 0 && events.slice(first).some((event) => event.kind === 'key' && acts(event.name));
}

function acts(name: string): boolean {
  return name === 'enter' || (name.startsWith('ctrl-') && !CORRECTIONS.has(name));
}

/** Keys that open a prompt, when a text that is typed ahead over a slow link begins with them; and those that correct it. */
const OPENERS: ReadonlySet<string> = new Set([':', '/']);
const CORRECTIONS: ReadonlySet<string> = new Set(['backspace', 'ctrl-u', 'ctrl-w']);

/**
 * What was pasted, as events none of which acts: its text as pastes, line breaks in it, and the keys that correct a line. A colon or
 * slash in front opens its prompt, so that the rest can be read there before anyone says yes to it.
 */
export function asPaste(events: readonly InputEvent[]): InputEvent[] {
  const taken: InputEvent[] = [];
  for (const [index, event] of events.entries()) {
    const text = event.kind === 'key' ? printedBy(event.name, event.text) : event.text;
    const last = taken.at(-1);
    if (index === 0 && event.kind === 'key' && OPENERS.has(text)) taken.push({ ...event, pasted: true });
    else if (text === '') taken.push(...corrections(event));
    else if (last?.kind === 'paste') taken[taken.length - 1] = { kind: 'paste', text: last.text + text };
    else taken.push({ kind: 'paste', text });
  }
  // The line breaks around a copied line are no part of it.
  return taken.map((event) =>
    event.kind === 'paste' ? { ...event, text: event.text.replace(/^\n+|\n+$/g, '') } : event,
  );
}

function printedBy(name: string, text: string): string {
  if (name === 'enter') return '\n';
  return name === 'tab' ? '\t' : text;
}

function corrections(event: InputEvent): InputEvent[] {
  return event.kind === 'key' && CORRECTIONS.has(event.name) ? [{ ...event, pasted: true }] : [];
}
