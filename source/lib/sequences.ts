/**
 * Control sequences, invisible characters and changes of direction in text from outside. One definition for log lines, tables, dialogs and
 * files. Every expression takes linear time on any text.
 */

/**
 * SGR · other CSI · terminated strings (OSC, DCS, PM, APC, SOS) · other escapes · and single hidden characters. A string without its end
 * loses only its introducer: the text after it must not vanish with it. A string never contains the introducer of another one, so that a
 * row of introducers does not cause a search from each of them.
 */
export const SEQUENCE = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)([0-9;:]*)m',
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u0090\\u0098\\u009c-\\u009f\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)',
    '\\u001b[ -/]+[0-~]',
    '\\u001b[@-~0-?]?',
    '[\\u0080-\\u009f]',
  ].join('|'),
  'g',
);

/**
 * Invisible characters and changes of direction: format characters, fillers, tags. Joiners stay where they join emoji. Terminals disagree
 * about the width of the others.
 */
export const INVISIBLE =
  /(?![\u200d\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029]|\u200d(?!\p{Extended_Pictographic})|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d/gu;

/** C0 controls and DEL. */
export const CONTROL = /[\u0000-\u001f\u007f]/g;

/** Printable ASCII, which needs no treatment. */
export const PLAIN = /^[\u0020-\u007e]*$/;

/** A run of the same character, so that a long one is written once with a count. */
export const INVISIBLE_RUN = new RegExp(`(${INVISIBLE.source})\\1*`, 'gu');

/** An invisible character written as its number: `<U+200B>`; several in a row with their count: `<U+200B x3>`. */
export function codePoint(characters: string): string {
  const code = (characters.codePointAt(0) ?? 0).toString(16).toUpperCase();
  const one = String.fromCodePoint(characters.codePointAt(0) ?? 0).length;
  const count = characters.length / one;
  return `<U+${code.padStart(4, '0')}${count > 1 ? ` x${count}` : ''}>`;
}
