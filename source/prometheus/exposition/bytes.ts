/** Reads numbers and names from the bytes of an exposition, by character code and without creating strings. */

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const COLON = 58;
export const EQUAL = 61;
export const BACKSLASH = 92;
export const OPEN = 123;
export const CLOSE = 125;

/** 1: may start a name; 2: may continue one; a colon only in metric names. */
const NAME = new Uint8Array(256);
for (let code = 0; code < 128; code += 1) {
  const char = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(char)) NAME[code] = 3;
  else if (/[0-9]/.test(char)) NAME[code] = 2;
}

/** End of the name that starts at `at`; `at` itself if none does. The buffer must end in a line feed. */
export function nameEnd(buffer: Uint8Array, at: number, colons: boolean): number {
  const first = buffer[at] ?? LF;
  if (!((NAME[first] ?? 0) & 1) && !(colons && first === COLON)) return at;
  let end = at + 1;
  for (;;) {
    const code = buffer[end] ?? LF;
    if (!((NAME[code] ?? 0) & 2) && !(colons && code === COLON)) return end;
    end += 1;
  }
}

/** Whether the byte continues a metric name that ends before it. */
export function isNamePart(code: number | undefined): boolean {
  return code === COLON || ((NAME[code ?? LF] ?? 0) & 2) !== 0;
}

/** Whether the bytes from `at` on are those of known[start, end). */
export function sameBytes(buffer: Uint8Array, at: number, known: Uint8Array, start: number, end: number): boolean {
  const shift = at - start;
  for (let from = start; from < end; from += 1) if (known[from] !== buffer[from + shift]) return false;
  return true;
}

/** First byte from `at` on that is not a blank. */
export function skipBlanks(buffer: Uint8Array, at: number): number {
  let next = at;
  while (buffer[next] === SPACE || buffer[next] === TAB) next += 1;
  return next;
}

/** First blank or line end from `at` on. */
export function tokenEnd(buffer: Uint8Array, at: number): number {
  let end = at;
  while ((buffer[end] ?? LF) > SPACE) end += 1;
  return end;
}

export function isLineEnd(buffer: Uint8Array, at: number): boolean {
  return buffer[at] === LF || (buffer[at] === CR && buffer[at + 1] === LF);
}

/** The closing quote of the quoted text whose opening quote is at `at`; -1 when the line ends first. */
export function quoteEnd(buffer: Uint8Array, at: number): number {
  let next = at + 1;
  for (;;) {
    const code = buffer[next] ?? LF;
    if (code === QUOTE) return next;
    if (code === LF) return -1;
    next += code === BACKSLASH && buffer[next + 1] !== LF ? 2 : 1;
  }
}

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Up to fifteen digits are exact in a double, and one multiplication or division by a power ≤ 1e22 rounds once: correctly. */
const EXACT_DIGITS = 15;

/**
 * The number in buffer[start, end) by the rules of Go's ParseFloat without hexadecimal and underscores: 1, -1.5e+09, .5,
 * NaN, ±Inf in any case. Undefined if it is not a number.
 */
export function parseNumber(buffer: Buffer, start: number, end: number): number | undefined {
  const first = buffer[start];
  let at = first === MINUS || first === PLUS ? start + 1 : start;
  const begin = at;
  let mantissa = 0;
  let point = -1;
  for (; at < end; at += 1) {
    const digit = (buffer[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === POINT - ZERO && point < 0) point = at;
    else break;
  }
  const digits = at - begin - (point < 0 ? 0 : 1);
  if (digits <= 0 || digits > EXACT_DIGITS) return parseSlowly(buffer, start, end);
  const exponent = at === end ? 0 : smallExponent(buffer, at, end);
  const size = scaled(mantissa, point < 0 ? exponent : exponent - (at - point - 1));
  if (size === undefined) return parseSlowly(buffer, start, end);
  return first === MINUS ? -size : size;
}

/** mantissa × 10^power, if that is exact except for one rounding. */
function scaled(mantissa: number, power: number): number | undefined {
  if (!(power >= -22 && power <= 22)) return undefined;
  return power < 0 ? mantissa / (POWERS[-power] ?? 1) : mantissa * (POWERS[power] ?? 1);
}

/** `e+09` as 9; NaN for anything that is not an exponent of one or two digits. */
function smallExponent(buffer: Uint8Array, start: number, end: number): number {
  if (((buffer[start] ?? 0) | 32) !== 101) return Number.NaN;
  let at = start + 1;
  const negative = buffer[at] === MINUS;
  if (negative || buffer[at] === PLUS) at += 1;
  if (at === end || end - at > 2) return Number.NaN;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (buffer[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

const PLAIN_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;

function parseSlowly(buffer: Buffer, start: number, end: number): number | undefined {
  const text = buffer.toString('latin1', start, end);
  if (PLAIN_NUMBER.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special === null) return undefined;
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
