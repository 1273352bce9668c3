/**
 * What text from outside may hold beside letters: control sequences, invisible characters, changes of direction. One definition
 * for log lines, tables, dialogs and files. Every expression takes time in proportion to the text, whatever the text is.
 */

/**
 * SGR · other CSI · strings (OSC, DCS, PM, APC, SOS) that end · other escapes · and alone, what must not be shown. A string
 * without its end loses only its introducer: the text behind it must not vanish with it. No string holds the introducer of
 * another, so that a row of introducers is not searched for an end from each of them.
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
 * What cannot be seen, or changes the direction of text: format characters, fillers, tags. The marks that make one emoji of
 * several stay where they do that. Terminals differ in how wide they take the others for.
 */
export const INVISIBLE =
  /(?![\u200d\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029]|\u200d(?!\p{Extended_Pictographic})|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d/gu;

/** C0 controls and DEL. */
export const CONTROL = /[\u0000-\u001f\u007f]/g;

/** Printable ASCII: nothing has to be done about it. */
export const PLAIN = /^[\u0020-\u007e]*$/;

/** The same as often as it stands in a row: a flood of them is said in one place. */
export const INVISIBLE_RUN = new RegExp(`(${INVISIBLE.source})\\1*`, 'gu');

/** A character that must be seen, as its number: `<U+200B>`; of several in a row with their count: `<U+200B x3>`. */
export function codePoint(characters: string): string {
  const code = (characters.codePointAt(0) ?? 0).toString(16).toUpperCase();
  const one = String.fromCodePoint(characters.codePointAt(0) ?? 0).length;
  const count = characters.length / one;
  return `<U+${code.padStart(4, '0')}${count > 1 ? ` x${count}` : ''}>`;
}
