/** What a terminal sends for a key, by the names that the documentation of the keys uses: `j`, `ctrl-d`, `shift-tab`, `pgdn`. */

const NAMED: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  space: ' ',
  'ctrl-space': '\0',
  'ctrl-\\': '\u001c',
  backspace: '\u007f',
  delete: '\u001b[3~',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  'shift-up': '\u001b[1;2A',
  'shift-down': '\u001b[1;2B',
  'shift-right': '\u001b[1;2C',
  'shift-left': '\u001b[1;2D',
  pgup: '\u001b[5~',
  pgdn: '\u001b[6~',
  home: '\u001b[H',
  end: '\u001b[F',
  f5: '\u001b[15~',
};

/** The bytes of one key; throws for a name that no key has. */
export function keyBytes(key: string): string {
  const named = NAMED[key];
  if (named !== undefined) return named;
  const [, modifier, letter] = /^(ctrl|shift|alt)-(.)$/u.exec(key) ?? [];
  if (letter && modifier === 'ctrl') return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
  if (letter && modifier === 'shift') return letter.toUpperCase();
  if (letter && modifier === 'alt') return `\u001b${letter}`;
  if ([...key].length === 1) return key;
  throw new Error(`no key is called ${key}`);
}

/** What a hand types before the line break at the end of a text: sent together they would be a paste. Undefined: none of both. */
export function lineOf(text: string): string | undefined {
  return /^(.*\P{C})\r$/su.exec(text)?.[1];
}
