import truncated from 'fast-string-truncated-width';
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import { graphemesOf } from './graphemes.ts';
import { CONTROL, codePoint, INVISIBLE_RUN, PLAIN, SEQUENCE } from './sequences.ts';

/**
 * Text for the terminal: made safe, measured in cells, fitted to a width.
 * `safe` is the border: text from containers, labels, images, health checks and metrics passes through it before it is drawn.
 */

/**
 * One line without any control sequence: sequences are removed, tabs and line breaks become a space, other controls vanish.
 * Invisible characters and changes of direction are written as numbers: `<U+202E>`.
 */
export function safe(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = text
    .toWellFormed()
    .replace(SEQUENCE, '')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(CONTROL, '');
  return PLAIN.test(visible) ? visible : visible.replace(INVISIBLE_RUN, codePoint);
}

/** What must not leave the program: controls other than line breaks and tabs, sequences other than SGR, changes of direction. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\r(?!\n)|\u001b(?!\[[0-9;:]*m)/;

/**
 * Filters output to the screen, a pipe or a file: the last line of defence. Colours, line breaks and tabs pass; anything else that
 * could control a terminal is removed. Safe text passes unchanged.
 */
export function printable(text: string): string {
  if (!UNPRINTABLE.test(text)) return text;
  return text
    .replace(SEQUENCE, (_sequence, sgr?: string) => (sgr === undefined ? '' : `\u001b[${sgr}m`))
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]|\r(?!\n)|\u001b(?!\[[0-9;:]*m)/g, '')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, codePoint);
}

/** Like JSON.stringify, but also escapes the characters that JSON allows and a terminal may act on. */
export function jsonText(value: unknown, space?: number, replacer?: (key: string, value: unknown) => unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, replacer, space).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    escaped,
  );
}

/** Spacing marks, such as in Hindi: the library counts no cell for them, terminals and Ink count one. */
const SPACING_MARKS = /\p{Mc}/gu;
/** Hand signs that are not emoji: the library counts two cells for them, terminals and Ink count one. */
const HANDS = /[\u261d\u26f9\u270c\u270d](?!\ufe0f|\ud83c[\udffb-\udfff])/g;

/** Width in terminal cells; ANSI styles have no width. */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return stringWidth(text) + times(SPACING_MARKS, text) - times(HANDS, text);
}

function times(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}

export type Align = 'left' | 'right';

/** Exactly `cells` wide: cut with an ellipsis or padded. For text without ANSI styles: fit first, paint then. */
export function fit(text: string, cells: number, align: Align = 'left', ellipsis = '…'): string {
  if (cells <= 0) return '';
  const near = beginning(text, cells);
  const wide = width(near);
  if (near.length === text.length) {
    if (wide === cells) return text;
    if (wide < cells) return align === 'left' ? padded(text, cells) : ' '.repeat(cells - wide) + text;
  }
  // The added blanks represent the rest of a text whose beginning has no width (only marks) and would seem to fit.
  const more = near.length < text.length ? ' '.repeat(Math.max(1, cells + 1 - wide)) : '';
  return padded(truncate(near + more, cells, ellipsis, ''), cells);
}

/** The part of a text that can matter for that many cells, so that measuring costs the same for any length. */
function beginning(text: string, cells: number): string {
  const most = cells * UNITS + 64;
  return text.length <= most ? text : text.slice(0, most).toWellFormed();
}

/** The most code units that one cell can need; letters with marks, flags and families need fewer. */
const UNITS = 16;

/**
 * At most `cells` wide, with `end` between text and ellipsis. The library cuts some cells too late after a symbol such as ● before Latin
 * text, so the excess is cut again. It cannot cut at a style.
 */
function truncate(text: string, cells: number, ellipsis: string, end: string): string {
  for (let limit = cells; limit > 0; ) {
    const { index, ellipsed } = truncated(text, { limit, ellipsis, ellipsisWidth: ellipsis.length });
    if (!Number.isFinite(index)) {
      limit -= 1;
      continue;
    }
    const kept = text.slice(0, isPair(text, index) ? index - 1 : index) + end + (ellipsed ? ellipsis : '');
    const over = width(kept) - cells;
    if (over <= 0) return kept;
    limit -= over;
  }
  return end;
}

/** Whether a cut there would leave one half of a character that takes two code units. */
function isPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}

function padded(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

/** Like `fit` on the left, for text with ANSI styles; cut text ends with all styles off. */
export function fitStyled(text: string, cells: number, ellipsis = '…'): string {
  if (cells <= 0) return '';
  // Styles take code units, but no cells.
  const near = beginning(text, 8 * cells);
  const wide = width(near);
  if (wide <= cells) return near + ' '.repeat(cells - wide);
  return padded(truncate(near, cells, ellipsis, '\u001b[0m'), cells);
}

/** Like `fit`, but cuts the middle: both ends of a name distinguish services. */
export function fitMiddle(text: string, cells: number, ellipsis = '…'): string {
  if (cells < 5) return fit(text, cells, 'left', ellipsis);
  const most = cells * UNITS + 64;
  const near = text.length <= 2 * most ? text : (text.slice(0, most) + text.slice(-most)).toWellFormed();
  if (width(near) <= cells) return fit(text, cells, 'left', ellipsis);
  const segments = [...graphemesOf(near)].map((s) => s.segment);
  const head = take(segments, Math.ceil((cells - 1) / 2));
  const tail = take(segments.reverse(), Math.floor((cells - 1) / 2)).reverse();
  return fit(head.join('') + ellipsis + tail.join(''), cells);
}

function take(segments: readonly string[], cells: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const segment of segments) {
    used += width(segment);
    if (used > cells) break;
    kept.push(segment);
  }
  return kept;
}

/** Wraps styled text into rows of at most `cells`: between words, or within a word longer than a row. */
export function wrap(text: string, cells: number): string[] {
  return wrapAnsi(text, Math.max(1, cells), { hard: true }).split('\n');
}
