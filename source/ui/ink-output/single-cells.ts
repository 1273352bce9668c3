/**
 * Text in which every character is one cell: Latin, Greek, Cyrillic, and the symbols used in terminals (boxes, blocks,
 * braille, arrows, check marks). None of these joins with a neighbour, so graphemes need not be searched.
 */
const MORE_THAN_SINGLE =
  /[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u2319\u2500-\u25fc\u2713-\u2718\u2800-\u28ff]/;

/** Styles and colours as programs write them. Stricter than terminals: measuring libraries disagree about longer numbers. */
const STYLE = /\u001b\[(?:\d{1,4}(?:;\d{1,4})*)?m/g;
const SPLIT_AT_STYLES = /(\u001b\[(?:\d{1,4}(?:;\d{1,4})*)?m)/;

/** Width in cells if each character is one cell and there are no control sequences except styles; undefined for any other text. */
export function singleCellWidth(text: string): number | undefined {
  const plain = text.includes('\u001b') ? text.replace(STYLE, '') : text;
  return MORE_THAN_SINGLE.test(plain) ? undefined : plain.length;
}

/** The text split into plain, style, plain, style, …, plain; undefined if a character is not one cell. */
export function splitStyles(text: string): string[] | undefined {
  return singleCellWidth(text) === undefined ? undefined : text.split(SPLIT_AT_STYLES);
}
