/**
 * A raw log line made safe and cut into stretches of one style. Of all control sequences only the program's own colours and
 * attributes (SGR) survive, as parsed values that are written anew; whatever else could move the cursor, hide text, change
 * its direction or speak to the terminal is removed, and binary is shown as dots.
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

const PLAIN = /^[\u0020-\u007e]*$/;

/**
 * SGR · other CSI · strings (OSC, DCS, PM, APC, SOS) that end · other escapes · and alone, what must not be shown. A string
 * without its end loses only its introducer: the text behind it must not vanish with it.
 */
const SEQUENCE = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)([0-9;:]*)m',
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)',
    '\\u001b[ -/]+[0-~]',
    '\\u001b[@-~0-?]?',
    '[\\u0080-\\u009f]',
  ].join('|'),
  'g',
);

/** Marks that change the direction of text or cannot be seen: the joiners of emoji stay. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** Cells that a tab takes. */
const TAB = '    ';

/** The stretches of a raw line, each in one style. */
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

/** The text of a raw line as one reads it, without styles. */
export function plainText(raw: string): string {
  const line = lastState(raw);
  return PLAIN.test(line) ? line : printable(line.replace(SEQUENCE, ''));
}

/** What is left on the screen of a line whose progress bar returned to its beginning again and again. */
function lastState(raw: string): string {
  if (!raw.includes('\r')) return raw.toWellFormed();
  const states = raw.split('\r');
  return states.findLast((state) => plainLength(state) > 0)?.toWellFormed() ?? '';
}

function plainLength(text: string): number {
  return text.replace(SEQUENCE, '').trim().length;
}

function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/\t/g, TAB).replace(CONTROL, '·').replace(INVISIBLE, '').toWellFormed();
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

/** The style after one SGR sequence. Blinking and concealed text are left out: nothing blinks here and nothing hides. */
function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let next = style;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = extended(codes, i);
      if (color) next = code === 38 ? { ...next, color } : { ...next, background: color };
      i += used;
    } else next = applyCode(next, code);
  }
  return next;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN_STYLE;
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...style, color: String(code) };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...style, background: String(code) };
  const change = SWITCHES[code];
  return change ? { ...style, ...change } : style;
}

/** A colour of 256 or of red, green and blue, and how many codes it took; nothing where a number is out of range. */
function extended(codes: readonly number[], at: number): [color: string | undefined, used: number] {
  const size = codes[at + 1] === 5 ? 1 : codes[at + 1] === 2 ? 3 : 0;
  const values = codes.slice(at + 2, at + 2 + size);
  const sound = size > 0 && values.length === size && values.every((value) => value >= 0 && value <= 255);
  return [sound ? [codes[at], codes[at + 1], ...values].join(';') : undefined, Math.min(codes.length, 1 + size)];
}
