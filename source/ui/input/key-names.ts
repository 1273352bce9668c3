/** Key names as written in the settings. */

const NAMED: ReadonlySet<string> = new Set([
  ...['enter', 'esc', 'tab', 'space', 'backspace', 'delete', 'insert'],
  ...['up', 'down', 'left', 'right', 'home', 'end', 'pgup', 'pgdn'],
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
]);

/** What a terminal sends for shift with a digit on a US keyboard, as k9s interprets it. */
const SHIFTED_DIGITS: Readonly<Record<string, string>> = {
  'shift-1': '!',
  'shift-2': '@',
  'shift-3': '#',
  'shift-4': '$',
  'shift-5': '%',
  'shift-6': '^',
  'shift-7': '&',
  'shift-8': '*',
  'shift-9': '(',
  'shift-0': ')',
};

const OTHER_WORDS: Readonly<Record<string, string>> = {
  escape: 'esc',
  return: 'enter',
  pageup: 'pgup',
  pagedown: 'pgdn',
  del: 'delete',
};

/** The key for a name in the settings, such as `Shift-1`, `Ctrl-T` or `G`; undefined if no terminal sends it. */
export function keyNamed(written: string): string | undefined {
  if ([...written].length === 1) return /[A-Z]/.test(written) ? `shift-${written.toLowerCase()}` : written;
  const name = written.toLowerCase();
  if (SHIFTED_DIGITS[name] !== undefined) return SHIFTED_DIGITS[name];
  const [, modifiers = '', rest = ''] = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/.exec(name) ?? [];
  const base = OTHER_WORDS[rest] ?? rest;
  const known = NAMED.has(base) || (modifiers !== '' && [...base].length === 1);
  const held = ['ctrl', 'alt', 'shift'].filter((one) => modifiers.includes(one));
  return known ? [...held, base].join('-') : undefined;
}

/** The error for an unknown key name. */
export function noKey(name: string): string {
  return `there is no key "${name}": write a, G, shift-a, ctrl-a, alt-a, enter, f5, pgup`;
}
