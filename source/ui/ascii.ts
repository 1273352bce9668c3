import { graphemesOf } from '../lib/graphemes.ts';
import { width } from '../lib/text.ts';

/** ASCII replacements for the other non-ASCII characters that deskhand draws (besides glyphs and borders). */
const DRAWN: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '×': 'x',
  '→': '>',
  '←': '<',
  '▸': '>',
  '▾': 'v',
  '↑': '^',
  '↓': 'v',
  '≥': '>',
  '≤': '<',
  '│': '|',
  '─': '-',
  '●': '+',
  '✓': '=',
  '✖': 'x',
  '▲': '!',
  µ: 'u',
  '“': '"',
  '”': '"',
  '’': "'",
};

const BEYOND = /[^\u0000-\u007f]/u;

/** A row in ASCII, as wide as before; characters without a replacement become question marks. */
export function asciiRow(row: string): string {
  if (!BEYOND.test(row)) return row;
  return [...graphemesOf(row)]
    .map(({ segment }) => (BEYOND.test(segment) ? (DRAWN[segment] ?? '?'.repeat(width(segment))) : segment))
    .join('');
}
