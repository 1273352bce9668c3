import { width } from '../lib/text.ts';

/** What deskhand draws beyond ASCII beside glyphs and borders, by what stands for it. */
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

/** A row in ASCII, as wide as before: what has no sign of its own becomes a question mark. */
export function asciiRow(row: string): string {
  if (!BEYOND.test(row)) return row;
  return [...new Intl.Segmenter().segment(row)]
    .map(({ segment }) => (BEYOND.test(segment) ? (DRAWN[segment] ?? '?'.repeat(width(segment))) : segment))
    .join('');
}
