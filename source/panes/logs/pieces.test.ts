import { describe, expect, it } from 'vitest';
import { width } from '../../lib/text.ts';
import { random } from '../../simulator/world/random.ts';
import { createTheme } from '../../ui/theme.ts';
import { highlighted, painted, piece, widthOf, windowOf, wrapped } from './pieces.ts';

const texts = (pieces: readonly { text: string }[]) => pieces.map(({ text }) => text).join('');
const theme = (level: 0 | 1 | 2 | 3) => createTheme({ level, ascii: false });
const MIXED = ['plain ', '日本語', 'é', '👨‍👩‍👧', ' tail'];

describe('windowOf', () => {
  it('cuts in cells, half a wide character being a space', () => {
    const row = [piece('ab'), piece('日本'), piece('cd')];
    expect(texts(windowOf(row, 0, 4))).toBe('ab日');
    expect(texts(windowOf(row, 3, 4))).toBe(' 本c');
    expect(texts(windowOf(row, 1, 2))).toBe('b ');
    expect(texts(windowOf(row, 9, 5))).toBe('');
  });

  it('is never wider than asked for, and exactly as wide when there is enough', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const next = random(seed);
      const row = Array.from({ length: 6 }, () => piece(MIXED[Math.floor(next() * MIXED.length)] ?? ''));
      const [from, cells] = [Math.floor(next() * 20), 1 + Math.floor(next() * 20)];
      const enough = widthOf(row) >= from + cells;
      const shown = widthOf(windowOf(row, from, cells));
      if (enough) expect(shown).toBe(cells);
      else expect(shown).toBeLessThanOrEqual(cells);
    }
  });
});

describe('wrapped', () => {
  it('loses nothing and fits every row', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const next = random(seed);
      const row = Array.from({ length: 8 }, () => piece(MIXED[Math.floor(next() * MIXED.length)] ?? ''));
      const cells = 2 + Math.floor(next() * 12);
      const rows = wrapped(row, cells);
      expect(rows.map(texts).join('')).toBe(texts(row));
      for (const part of rows) expect(width(texts(part))).toBeLessThanOrEqual(cells);
    }
  });

  it('ends even when a character is wider than the row', () => {
    expect(
      wrapped([piece('日本')], 1)
        .map(texts)
        .join(''),
    ).toBe('日本');
  });

  it('is one empty row for an empty line', () => {
    expect(wrapped([], 10)).toEqual([[]]);
  });
});

describe('painted', () => {
  it("writes the program's colours again, as far as the terminal has them", () => {
    const row = [
      { text: 'a', style: { bold: true, color: '31' } },
      { text: 'b', style: { color: '38;2;1;2;3' } },
    ];
    expect(painted(row, theme(3))).toBe('\u001b[1;31ma\u001b[0m\u001b[38;2;1;2;3mb\u001b[0m');
    expect(painted(row, theme(1))).toBe('\u001b[1;31ma\u001b[0mb');
    expect(painted(row, theme(0))).toBe('ab');
  });

  it('shows hits without colour too', () => {
    expect(painted(highlighted([piece('one two')], [[4, 7]]), theme(0))).toBe('one \u001b[7mtwo\u001b[0m');
  });

  it('marks hits over the borders of pieces', () => {
    const row = highlighted(
      [piece('ab'), piece('cd'), piece('ef')],
      [
        [1, 3],
        [5, 6],
      ],
    );
    expect(row.map(({ text, style }) => (style.inverse ? `<${text}>` : text)).join('')).toBe('a<b><c>de<f>');
  });
});
