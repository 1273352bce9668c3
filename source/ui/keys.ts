import type { Key } from 'ink';

/**
 * Names of keys, as KEYS.md and the settings write them: `a`, `shift-a`, `ctrl-a`, `alt-a`, `enter`, `esc`, `tab`,
 * `shift-tab`, `up`, `shift-left`, `space`, `ctrl-space`, `pgdn`, `home`, `/`, `?`, `ctrl-\`.
 */

const NAMED: readonly [flag: keyof Key, name: string][] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/**
 * What Ink delivered as one event, as single keys: keys that arrive in one read come as one `input` ("jjj", ":q\r").
 * Printable keys carry their `text`, for prompts.
 */
export function keysOf(input: string, key: Key): { name: string; text: string }[] {
  if (key.eventType === 'release') return [];
  const named = NAMED.find(([flag]) => key[flag] === true)?.[1];
  if (named) return [{ name: modified(named, key), text: '' }];
  if (key.ctrl)
    return input === '' ? [] : [{ name: `ctrl-${input === ' ' || input === '`' ? 'space' : input}`, text: '' }];
  return [...new Intl.Segmenter().segment(input)].flatMap(({ segment }) => single(segment, key.meta));
}

function modified(name: string, key: Key): string {
  return `${key.ctrl ? 'ctrl-' : ''}${key.meta && name !== 'esc' ? 'alt-' : ''}${key.shift ? 'shift-' : ''}${name}`;
}

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

function single(segment: string, alt: boolean): { name: string; text: string }[] {
  const control = CONTROL[segment];
  if (control) return [{ name: control, text: '' }];
  const code = segment.charCodeAt(0);
  if (code < 32) return [{ name: `ctrl-${String.fromCharCode(code + 96)}`, text: '' }];
  if (alt) return [{ name: `alt-${segment}`, text: '' }];
  if (segment === ' ') return [{ name: 'space', text: ' ' }];
  const name = /^[A-Z]$/.test(segment) ? `shift-${segment.toLowerCase()}` : segment;
  return [{ name, text: segment }];
}

/** How a key is written in hints and help: `<ctrl-d>`, `<shift-n>`. */
export function keyLabel(name: string): string {
  return `<${name}>`;
}
