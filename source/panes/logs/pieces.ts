import { graphemesOf } from '../../lib/graphemes.ts';
import { width } from '../../lib/text.ts';
import type { Style } from '../../logs/spans.ts';
import type { Theme, Tone } from '../../ui/theme.ts';

/** A part of a row: safe text with the program's own style, else a tone. */
export type TextPiece = { text: string; style: Style; tone?: Tone };

const PLAIN = /^[\u0020-\u007e]*$/;

export function piece(text: string, tone?: Tone): TextPiece {
  return { text, style: {}, tone };
}

/** The part of a row from cell `from`, at most `cells` wide. Half of a wide character is a space. */
export function windowOf(pieces: readonly TextPiece[], from: number, cells: number): TextPiece[] {
  const shown: TextPiece[] = [];
  let at = 0;
  for (const part of pieces) {
    if (at >= from + cells) break;
    const [first, last] = [from - at, from + cells - at];
    const [text, size] = PLAIN.test(part.text)
      ? [part.text.slice(Math.max(0, first), Math.max(0, last)), part.text.length]
      : cellsOf(part.text, first, last);
    if (text !== '') shown.push({ ...part, text });
    at += size;
  }
  return shown;
}

/** The part of a text in the cells [first, last), and how many cells were scanned. */
function cellsOf(text: string, first: number, last: number): [string, number] {
  let kept = '';
  let at = 0;
  for (const { segment: whole } of graphemesOf(text)) {
    if (at >= last) break;
    const segment = bounded(whole);
    const end = at + width(segment);
    if (at >= first && end <= last) kept += segment;
    else kept += ' '.repeat(Math.max(0, Math.min(end, last) - Math.max(at, first)));
    at = end;
  }
  return [kept, at];
}

export function widthOf(pieces: readonly TextPiece[]): number {
  return pieces.reduce((sum, { text }) => sum + width(text), 0);
}

/** Breaks a row into rows of at most `cells`, at any character: in a log, columns matter more than words. */
export function wrapped(pieces: readonly TextPiece[], cells: number): TextPiece[][] {
  const rows: TextPiece[][] = [[]];
  let left = cells;
  const add = (part: TextPiece, text: string, size: number) => {
    rows.at(-1)?.push({ ...part, text });
    left -= size;
  };
  const turn = () => {
    rows.push([]);
    left = cells;
  };
  for (const part of pieces) {
    let rest = part.text;
    while (rest !== '') {
      if (left <= 0) turn();
      const [text, size, taken] = fitting(rest, left, left === cells);
      if (taken === 0) turn();
      else add(part, text, size);
      rest = rest.slice(taken);
    }
  }
  return rows;
}

/** Most code units drawn of one character: marks can be endless, and no letter needs this many. */
const MARKED = 32;

function bounded(segment: string): string {
  return segment.length <= MARKED ? segment : segment.slice(0, MARKED).toWellFormed();
}

/** The beginning of a text that fits, its width and length; at least one character if a whole row is free (`fresh`). */
function fitting(text: string, cells: number, fresh: boolean): [text: string, cells: number, taken: number] {
  if (PLAIN.test(text)) return [text.slice(0, cells), Math.min(cells, text.length), Math.min(cells, text.length)];
  let kept = '';
  let used = 0;
  let taken = 0;
  for (const { segment: whole } of graphemesOf(text)) {
    const segment = bounded(whole);
    const size = width(segment);
    if (used + size > cells && !(kept === '' && fresh)) break;
    kept += segment;
    used += size;
    taken += whole.length;
    if (used >= cells) break;
  }
  return [kept, used, taken];
}

/** Paints ranges [start, end) of the text, inverse as the hits of a search. */
export function highlighted(
  pieces: readonly TextPiece[],
  ranges: readonly (readonly [number, number])[],
  paint: (part: TextPiece) => TextPiece = (part) => ({ ...part, style: { ...part.style, inverse: true } }),
): TextPiece[] {
  if (ranges.length === 0) return [...pieces];
  const shown: TextPiece[] = [];
  let at = 0;
  for (const part of pieces) {
    let from = 0;
    for (const [start, end] of ranges) {
      const [first, last] = [Math.max(from, start - at), Math.min(part.text.length, end - at)];
      if (last <= first) continue;
      if (first > from) shown.push({ ...part, text: part.text.slice(from, first) });
      shown.push(paint({ ...part, text: part.text.slice(first, last) }));
      from = last;
    }
    if (from < part.text.length) shown.push({ ...part, text: part.text.slice(from) });
    at += part.text.length;
  }
  return shown;
}

/** The row as one string of text and SGR sequences, all styles closed. */
export function painted(pieces: readonly TextPiece[], theme: Theme): string {
  return pieces.map((part) => paintPiece(part, theme)).join('');
}

function paintPiece({ text, style, tone }: TextPiece, theme: Theme): string {
  const codes = codesOf(style, theme.level);
  if (codes.length > 0) return `\u001b[${codes.join(';')}m${text}\u001b[0m`;
  return tone ? theme.paint(tone, text) : text;
}

/** SGR parameters for a terminal of this colour level; without colour only inverse remains, for the hits. */
function codesOf(style: Style, level: Theme['level']): string[] {
  const codes: string[] = [];
  if (style.inverse) codes.push('7');
  if (level === 0) return codes;
  if (style.bold) codes.push('1');
  if (style.dim) codes.push('2');
  if (style.italic) codes.push('3');
  if (style.underline) codes.push('4');
  if (style.strike) codes.push('9');
  for (const color of [style.color, style.background]) if (color && needs(color) <= level) codes.push(color);
  return codes;
}

function needs(color: string): number {
  if (!color.includes(';')) return 1;
  return color.split(';')[1] === '5' ? 2 : 3;
}
