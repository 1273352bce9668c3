import { CONTROL, INVISIBLE, PLAIN, SEQUENCE } from '../lib/sequences.ts';

/**
 * Makes a raw log line safe and splits it into spans of one style. Only the program's colours and attributes (SGR) survive, as parsed
 * values that are written again; everything else that could move the cursor, hide text, change its direction or control the terminal is
 * removed, and binary is shown as dots.
 */
export type Span = {
  /** Printable text: no control, no bidirectional override, no lone surrogate. */
  text: string;
  style: Style;
};

/** Attributes and colours; colours are the parameters of their SGR: `31`, `97`, `38;5;208`, `48;2;1;2;3`. */
export type Style = {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly strike?: boolean;
  readonly color?: string;
  readonly background?: string;
};

export const PLAIN_STYLE: Style = {};

/** Combining marks without a base would combine with whatever is drawn before them. An escape marks a removed sequence. */
const LOOSE_MARKS = /^\p{M}+|\u001b\p{M}*/gu;

/** Width of a tab. */
const TAB = '    ';

/** The spans of a raw line, each in one style. */
export function spansOf(raw: string): Span[] {
  const line = lastState(raw);
  if (PLAIN.test(line)) return line === '' ? [] : [{ text: line, style: PLAIN_STYLE }];
  const spans: Span[] = [];
  let style = PLAIN_STYLE;
  let from = 0;
  const add = (until: number) => {
    const text = printable(line.slice(from, until));
    const last = spans.at(-1);
    if (text === '') return;
    if (last?.style === style) last.text += text;
    else spans.push({ text, style });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    add(found.index);
    from = found.index + found[0].length;
    if (found[1] !== undefined) style = applySgr(style, found[1]);
  }
  add(line.length);
  return spans;
}

/** The readable text of a raw line, without styles. */
export function plainText(raw: string): string {
  const line = lastState(raw);
  if (PLAIN.test(line)) return line;
  const text = line.replace(SEQUENCE, '');
  return PLAIN.test(text) ? text : printable(line.replace(SEQUENCE, '\u001b'));
}

/** The visible rest of a line in which a progress bar repeatedly returned to the beginning. */
function lastState(raw: string): string {
  const line = MOVES.test(raw) ? unmoved(raw) : raw;
  if (!line.includes('\r')) return line.toWellFormed();
  const states = line.split('\r');
  return states.findLast((state) => plainLength(state) > 0)?.toWellFormed() ?? '';
}

/** Cursor movement: to a line, a column, by some cells. */
const MOVES = /(?:\u001b\[|\u009b)[0-9;]*[A-Hadef`]/;
const MOVE = new RegExp(`^${MOVES.source}$`);
/** Movement to the first column, like a carriage return. */
const HOME = /^(?:\u001b\[|\u009b)[01]?G$/;

/** A program that draws a screen positions words by moving the cursor: in a line of text a space separates them. */
function unmoved(raw: string): string {
  const apart = raw.replace(SEQUENCE, (sequence, sgr?: string) => {
    if (sgr !== undefined) return sequence;
    if (HOME.test(sequence)) return '\r';
    return MOVE.test(sequence) ? ' ' : '';
  });
  return apart.replace(/^((?:\u001b\[[0-9;:]*m)*) +/, '$1');
}

function plainLength(text: string): number {
  return text.replace(SEQUENCE, '').trim().length;
}

function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = text.toWellFormed().replace(INVISIBLE, '').replace(LOOSE_MARKS, '');
  return visible.replace(/\t/g, TAB).replace(CONTROL, '·');
}

const SWITCHES: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: undefined, dim: undefined },
  23: { italic: undefined },
  24: { underline: undefined },
  27: { inverse: undefined },
  29: { strike: undefined },
  39: { color: undefined },
  49: { background: undefined },
};

/**
 * The style after one SGR sequence. Codes are separated by semicolons; colons join one code with its details (ISO 8613-6). Blinking and
 * concealed text are ignored.
 */
function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(';');
  let next = style;
  for (let i = 0; i < codes.length; i += 1) {
    const [code = 0, ...details] = (codes[i] ?? '').split(':').map(Number);
    if (COLOURED.has(code)) {
      const joined = details.length > 0;
      const [color, used] = extended(code, joined ? withoutSpace(details) : codes.slice(i + 1).map(Number));
      next = coloured(next, code, color);
      if (!joined) i += used;
    } else next = applyCode(next, code === 4 && details[0] === 0 ? 24 : code);
  }
  return next;
}

/** Codes followed by a colour: text, background, underline. */
const COLOURED: ReadonlySet<number> = new Set([38, 48, 58]);

function coloured(style: Style, code: number, color: string | undefined): Style {
  if (color === undefined || code === 58) return style;
  return code === 38 ? { ...style, color } : { ...style, background: color };
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN_STYLE;
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...style, color: String(code) };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...style, background: String(code) };
  const change = SWITCHES[code];
  return change ? { ...style, ...change } : style;
}

/** With colons, red, green and blue may follow a colour space number, which is usually empty. */
function withoutSpace(details: readonly number[]): readonly number[] {
  return details[0] === 2 && details.length > 4 ? [2, ...details.slice(2)] : details;
}

/** A 256-colour or RGB colour after its code, and how many numbers it used; undefined if one is out of range. */
function extended(code: number, numbers: readonly number[]): [color: string | undefined, used: number] {
  const [kind = 0, ...rest] = numbers;
  const size = kind === 5 ? 1 : kind === 2 ? 3 : 0;
  const values = rest.slice(0, size);
  const sound = size > 0 && values.length === size && values.every((value) => value >= 0 && value <= 255);
  return [sound ? [code, kind, ...values].join(';') : undefined, Math.min(numbers.length, 1 + size)];
}
