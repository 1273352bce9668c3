import { expect, it } from 'vitest';
import { width } from '../lib/text.ts';
import { asciiRow } from './ascii.ts';

it('leaves only ASCII characters and keeps the width of every row', () => {
  const rows = [
    '│ ✖ exit 137, out of mem… · 3s │',
    '行情 feed — “quoted” 5 µs',
    'é e\u0301 🚀 👩‍💻 ▁▃█',
    '\u001b[31m▲ up\u001b[39m',
  ];
  for (const row of rows) {
    expect(asciiRow(row)).toMatch(/^[\u0000-\u007f]*$/);
    expect(width(asciiRow(row))).toBe(width(row));
  }
  expect(asciiRow(rows[0] ?? '')).toBe('| x exit 137, out of mem~ - 3s |');
  expect(asciiRow('plain')).toBe('plain');
});
