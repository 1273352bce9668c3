import { stripVTControlCharacters } from 'node:util';
import truncated from 'fast-string-truncated-width';
import stringWidth from 'fast-string-width';

/**
 * Text for the terminal: made safe, measured in cells, fitted to a width.
 * `safe` is the border: whatever came from a container, label, image, health check or metric passes it before it is drawn.
 */

/** C0 and C1 controls, line and paragraph separators, bidirectional overrides and isolates, and invisible format characters. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;
const PLAIN = /^[\u0020-\u007e]*$/;

/** One line without any control sequence: sequences are removed, tabs and line breaks become a space, other controls vanish. */
export function safe(text: string): string {
  if (PLAIN.test(text)) return text;
  return stripVTControlCharacters(text)
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNSAFE, '')
    .toWellFormed();
}

/** Marks beside their letter, as of Hindi: the library takes them for no cell, terminals and Ink for one. */
const SPACING_MARKS = /\p{Mc}/gu;
/** Hands that are a sign, not an emoji: the library takes them for two cells, terminals and Ink for one. */
const HANDS = /[\u261d\u26f9\u270c\u270d](?!\ufe0f|\ud83c[\udffb-\udfff])/g;

/** Width in terminal cells; ANSI styles count as nothing. */
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
  const wide = width(text);
  if (wide === cells) return text;
  if (wide > cells) return cut(text, cells, ellipsis);
  const space = ' '.repeat(cells - wide);
  return align === 'left' ? text + space : space + text;
}

function cut(text: string, cells: number, ellipsis: string): string {
  return padded(truncate(text, cells, ellipsis, ''), cells);
}

/**
 * At most `cells` wide, `end` between text and ellipsis. The library cuts some cells too late behind a symbol such as ● that
 * stands before Latin text: what is too wide is cut once more, by as much. Where it would cut at a style, it knows no place.
 */
function truncate(text: string, cells: number, ellipsis: string, end: string): string {
  for (let limit = cells; limit > 0; ) {
    const { index, ellipsed } = truncated(text, { limit, ellipsis, ellipsisWidth: ellipsis.length });
    if (!Number.isFinite(index)) {
      limit -= 1;
      continue;
    }
    const kept = text.slice(0, index) + end + (ellipsed ? ellipsis : '');
    const over = width(kept) - cells;
    if (over <= 0) return kept;
    limit -= over;
  }
  return end;
}

function padded(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

/** As `fit` on the left, for text that carries ANSI styles; a cut one ends with all styles off. */
export function fitStyled(text: string, cells: number, ellipsis = '…'): string {
  if (cells <= 0) return '';
  const wide = width(text);
  if (wide <= cells) return text + ' '.repeat(cells - wide);
  return padded(truncate(text, cells, ellipsis, '\u001b[0m'), cells);
}

/** As `fit`, but the middle is cut: both ends of a name tell services apart. */
export function fitMiddle(text: string, cells: number, ellipsis = '…'): string {
  if (width(text) <= cells || cells < 5) return fit(text, cells, 'left', ellipsis);
  const segments = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((s) => s.segment);
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
