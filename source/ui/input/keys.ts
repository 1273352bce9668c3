import { graphemesOf } from '../../lib/graphemes.ts';

/**
 * Key names as in the documentation and the settings: `a`, `shift-a`, `ctrl-a`, `alt-a`, `enter`, `esc`, `tab`,
 * `shift-tab`, `up`, `shift-left`, `space`, `ctrl-space`, `pgdn`, `home`, `/`, `?`, `ctrl-\`.
 */

/** A pressed key. Printable keys have their `text`, for prompts. */
export type KeyPress = { name: string; text: string };

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u0000': 'ctrl-space',
  '\u001b': 'esc',
  '\u001c': 'ctrl-\\',
  '\u001d': 'ctrl-]',
  '\u001e': 'ctrl-^',
  '\u001f': 'ctrl-_',
  '\u007f': 'backspace',
};

/** The keys that print this text, one per grapheme; U+FFFD and C1 controls are left out. */
export function keysOfText(text: string): KeyPress[] {
  return [...graphemesOf(text)].flatMap(({ segment }) =>
    /^[\u0080-\u009f\ufffd]/.test(segment) ? [] : [keyOf(segment)],
  );
}

/** The key of one grapheme; with `alt` it prints nothing. */
export function keyOf(grapheme: string, alt = false): KeyPress {
  const name = nameOf(grapheme);
  if (alt) return { name: `alt-${name}`, text: '' };
  const printable = CONTROL[grapheme] === undefined && grapheme.charCodeAt(0) >= 32;
  return { name, text: printable ? grapheme : '' };
}

function nameOf(grapheme: string): string {
  const control = CONTROL[grapheme];
  if (control) return control;
  const code = grapheme.charCodeAt(0);
  if (code < 32) return `ctrl-${String.fromCharCode(code + 96)}`;
  if (grapheme === ' ') return 'space';
  return /^[A-Z]$/.test(grapheme) ? `shift-${grapheme.toLowerCase()}` : grapheme;
}

/** How a key is written in hints and help: `<ctrl-d>`, `<shift-n>`. */
export function keyLabel(name: string): string {
  return `<${name}>`;
}
