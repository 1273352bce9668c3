import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
// Ink's own parts, by path: they are private, and no dependencies of this package.
import * as ansi from '../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import stringWidth from '../../node_modules/string-width/index.js';
import { CellReader } from '../ui/ink-output/cells.ts';
import { fitMiddle, fitStyled, fit as fitted, safe, width } from './text.ts';

describe('safe', () => {
  it('removes all control sequences', () => {
    const hostile = [
      '\u001b[2J',
      '\u001b]0;title\u0007',
      '\u001bP+q\u001b\\',
      '\u009b31m',
      '\u0007',
      '\u001bc',
      '\u001b]52;c;ZXZpbA==\u0007',
      '\u202e',
      '\r\n',
      '\u0000',
    ];
    for (const sequence of hostile) {
      const drawn = safe(`a${sequence}b`);
      expect(drawn).toMatch(/^a ?.*b$/);
      expect([...drawn].every((char) => char >= ' ' && !/[\u007f-\u009f\u202a-\u202e]/.test(char))).toBe(true);
    }
  });

  it('keeps the text of all languages', () => {
    expect(safe('Grüße 日本 🚀 ✅')).toBe('Grüße 日本 🚀 ✅');
  });
});

describe('width', () => {
  it('is the number of cells in a layout, in all languages', () => {
    const reader = new CellReader({ ...ansi, stringWidth } as ConstructorParameters<typeof CellReader>[0]);
    const laid = (text: string) => {
      const { cells, widths } = reader.line(text);
      return cells.reduce((sum, _, index) => sum + Math.max(1, widths?.[index] ?? 1), 0);
    };
    const texts = [
      'नमस्ते दुनिया',
      'ভাষা ગુજરાતી தமிழ் తెలుగు ಕನ್ನಡ മലയാളം',
      'भारतीय स्टेट बैंक: ऑर्डर विफल',
      'สวัสดี မြန်မာ ខ្មែរ',
      'မြန်မာ ខ្មែរ',
      'مرحبا שלום',
      '日本語 中文 한국어 ｱｲｳ ＡＢＣ',
      '👨‍👩‍👧‍👦 👩🏽‍💻 🇮🇳 1️⃣ ❤️ ❤ ⚠️ ⚠ ✌ ✌️ ✌🏽 ☝ ✍ ⛹',
      'e\u0301 → ± … ₹ ┌─┐ ● █ ⏳ ✅',
    ];
    for (const text of texts) expect.soft(width(text), text).toBe(laid(text));
  });
});

describe('fit', () => {
  const texts = [
    'नमस्ते दुनिया 日本 ✌',
    'plain',
    '● running, no health check',
    '日本語のログ',
    '🚀🚀🚀🚀',
    'e\u0301e\u0301e\u0301',
    '✖ down: exit 137, killed: a stop that timed out',
    'a●b▲c✖d日e',
  ];

  it('gives every text exactly the requested width', () => {
    for (const text of texts) {
      for (let cells = 1; cells < 32; cells += 1) {
        expect.soft(width(fitted(text, cells)), `${text} in ${cells}`).toBe(cells);
        expect.soft(width(fitted(text, cells, 'right'))).toBe(cells);
        expect.soft(width(fitMiddle(text, cells))).toBe(cells);
        expect.soft(width(fitStyled(`\u001b[31m${text}\u001b[39m`, cells))).toBe(cells);
      }
    }
  });

  it('keeps the beginning of a styled text, wherever its styles are', () => {
    const text = 'one \u001b[31mtwo\u001b[39m  \u001b[2mthree:\u001b[22m\u001b[32mon\u001b[39m four';
    for (let cells = 2; cells < 24; cells += 1) {
      const plain = stripVTControlCharacters(fitStyled(text, cells));
      const cut = plain.trimEnd().replace('…', '');
      expect.soft('one two  three:on four'.startsWith(cut), plain).toBe(true);
      expect.soft(cut.length, plain).toBeGreaterThanOrEqual(Math.min(22, cells - 3));
    }
  });

  it('marks where it cut', () => {
    expect(fitted('postgres', 5)).toBe('post…');
    expect(fitMiddle('exness/websocket-server', 11)).toBe('exnes…erver');
    expect(fitStyled('\u001b[31mpostgres', 5)).toBe('\u001b[31mpost\u001b[0m…');
  });
});
