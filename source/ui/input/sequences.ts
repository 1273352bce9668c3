import { type KeyPress, keyOf } from './keys.ts';

/**
 * Control sequences that terminals send for keys (xterm, VT220, rxvt, Linux console, kitty). Any other sequence is a report, not a key.
 */

const LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
};

const NUMBERS: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pgup',
  6: 'pgdn',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** In SS3 sequences. With modifiers xterm sends the same letters in CSI, where R is a cursor position report. */
const FUNCTION_LETTERS: Readonly<Record<string, string>> = { P: 'f1', Q: 'f2', R: 'f3', S: 'f4' };

/** Keys by code point, of the kitty protocol and xterm's modifyOtherKeys. */
const CODES: Readonly<Record<number, string>> = { 9: '\t', 13: '\r', 27: '\u001b', 127: '\u007f' };

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;

/**
 * The key of a complete CSI sequence, given without its `ESC [`: `A`, `1;5C`, `5~`, `97;5u`. Undefined for reports, unnamed keys and key
 * releases.
 */
export function csiKey(body: string, alt: boolean): KeyPress | undefined {
  const extra = alt ? ALT : 0;
  const final = body.at(-1) ?? '';
  const parameters = body.slice(0, -1);
  if (parameters === '' || /^1;\d+(:[12])?$/.test(parameters)) {
    const name = LETTERS[final] ?? (parameters === '' || final === 'R' ? undefined : FUNCTION_LETTERS[final]);
    if (name) return named(name, modifiers(parameters.slice(2)) | extra);
  }
  if (body === 'Z') return named('tab', SHIFT | extra);
  // rxvt uses other letters for arrows with shift.
  if (/^[abcd]$/.test(body)) return named(LETTERS[body.toUpperCase()] ?? '', SHIFT | extra);
  const [, number = '', modifier = '', end = ''] = /^(\d\d?)(?:;(\d+)(?::[12])?)?([~$^@])$/.exec(body) ?? [];
  const name = NUMBERS[number];
  if (name) return named(name, modifiers(modifier) | (RXVT[end] ?? 0) | extra);
  return codedKey(body, extra);
}

const RXVT: Readonly<Record<string, number>> = { $: SHIFT, '^': CTRL, '@': SHIFT | CTRL };

/** The key of a complete SS3 sequence, given without its `ESC O`. */
export function ss3Key(body: string, alt: boolean): KeyPress | undefined {
  const extra = alt ? ALT : 0;
  const name = LETTERS[body] ?? FUNCTION_LETTERS[body];
  if (name) return named(name, extra);
  return /^[abcd]$/.test(body) ? named(LETTERS[body.toUpperCase()] ?? '', CTRL | extra) : undefined;
}

/** `code;modifiers u` of the kitty protocol, `27;modifiers;code~` of xterm's modifyOtherKeys. */
function codedKey(body: string, extra: number): KeyPress | undefined {
  const kitty = /^(\d+)(?::[\d:]*)?(?:;(\d*)(?::[12])?(?:;[\d:]*)?)?u$/.exec(body);
  const xterm = /^27;(\d+);(\d+)~$/.exec(body);
  const code = Number(kitty?.[1] ?? xterm?.[2] ?? Number.NaN);
  // Higher numbers are kitty's private codes of functional keys, or invalid.
  if (!(code > 0 && code < 0xd800)) return undefined;
  const bits = modifiers(kitty?.[2] ?? xterm?.[1] ?? '') | extra;
  const text = CODES[code] ?? (code < 32 ? undefined : String.fromCodePoint(code));
  if (text === undefined) return undefined;
  const shifted = bits & SHIFT ? text.toUpperCase() : text;
  if (!(bits & (ALT | CTRL)) && CODES[code] === undefined) return keyOf(shifted);
  const { name } = keyOf(text);
  return named(name, bits);
}

function modifiers(parameter: string): number {
  return parameter === '' ? 0 : (Number(parameter) - 1) & (SHIFT | ALT | CTRL);
}

function named(name: string, bits: number): KeyPress {
  const alt = bits & ALT && name !== 'esc';
  return { name: `${bits & CTRL ? 'ctrl-' : ''}${alt ? 'alt-' : ''}${bits & SHIFT ? 'shift-' : ''}${name}`, text: '' };
}
