import { describe, expect, it } from 'vitest';
import { fitMiddle, fitStyled, fit as fitted, safe, width } from './text.ts';

describe('safe', () => {
  it('lets no control sequence through', () => {
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

  it('keeps what people write', () => {
    expect(safe('Grüße 日本 🚀 ✅')).toBe('Grüße 日本 🚀 ✅');
  });
});

describe('fit', () => {
  const texts = [
    'plain',
    '● running, no health check',
    '日本語のログ',
    '🚀🚀🚀🚀',
    'e\u0301e\u0301e\u0301',
    '✖ down: exit 137, killed: a stop that timed out',
    'a●b▲c✖d日e',
  ];

  it('makes every text exactly as wide as asked', () => {
    for (const text of texts) {
      for (let cells = 1; cells < 32; cells += 1) {
        expect.soft(width(fitted(text, cells)), `${text} in ${cells}`).toBe(cells);
        expect.soft(width(fitted(text, cells, 'right'))).toBe(cells);
        expect.soft(width(fitMiddle(text, cells))).toBe(cells);
        expect.soft(width(fitStyled(`\u001b[31m${text}\u001b[39m`, cells))).toBe(cells);
      }
    }
  });

  it('says where it cut', () => {
    expect(fitted('postgres', 5)).toBe('post…');
    expect(fitMiddle('exness/websocket-server', 11)).toBe('exnes…erver');
    expect(fitStyled('\u001b[31mpostgres', 5)).toBe('\u001b[31mpost\u001b[0m…');
  });
});
