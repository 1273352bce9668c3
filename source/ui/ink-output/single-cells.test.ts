import { describe, expect, it } from 'vitest';
// Ink's own packages, by path: they are no dependencies of this one.
import { tokenize } from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import stringWidth from '../../../node_modules/string-width/index.js';
import { generator, pick } from '../../../test/builders/chance.ts';
import { singleCellWidth, splitStyles } from './single-cells.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const graphemes = (text: string) => [...segmenter.segment(text)].length;

const everyCharacter = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
const singles = everyCharacter.filter((character) => singleCellWidth(character) !== undefined);

describe('text of single cells', () => {
  it('holds only characters that are one cell, one token, and no part of a neighbour', () => {
    expect(singles.length).toBeGreaterThan(1500);
    for (const character of singles) {
      const code = character.charCodeAt(0).toString(16);
      expect(stringWidth(character), code).toBe(1);
      expect(graphemes(`a${character}${character}a`), code).toBe(4);
      expect(tokenize(character), code).toEqual([{ type: 'char', value: character, fullWidth: false }]);
      expect(/\p{Default_Ignorable_Code_Point}/u.test(character), code).toBe(false);
    }
  });

  it('covers the characters that the console draws', () => {
    for (const text of ['│┌─┐└┘╭╮', '█▇▆▅▄▃▂▁', '⠋⠙⣿', '●▲◌✓✖…·↑↓≈₹', 'Grün, naïve, Ελληνικά, Привет', ''])
      expect(singleCellWidth(text)).toBe(text.length);
  });

  it('rejects all other text', () => {
    for (const text of [
      '日本',
      '📈',
      'e\u0301',
      'a\u200db',
      '\t',
      'a\nb',
      '\u001b',
      '\u009b31mx',
      '\u00ad',
      '한',
      'a\ufe0f',
      '\ud83d',
    ])
      expect(singleCellWidth(text)).toBeUndefined();
    expect(singleCellWidth('\u001b]8;;http://x\u0007y')).toBeUndefined();
    expect(singleCellWidth('\u001b[2K')).toBeUndefined();
  });

  it('measures styled text as string-width does, or not at all', () => {
    const parts = ['a', ' ', '●', '│', '\u001b[31m', '\u001b[38;5;12m', '\u001b[m', '\u001b[0;1m', '\u001b[39m'];
    const odd = [
      '\u001b[12345m',
      '\u001b[1;;3m',
      '\u001b[;m',
      '\u001b[38:5:1m',
      '\u001b[',
      '\u001b',
      'm',
      '[',
      ';',
      '\u001b[2J',
    ];
    const random = generator(7);
    let measured = 0;
    for (let round = 0; round < 5000; round += 1) {
      const text = Array.from({ length: 1 + random(8) }, () => pick([...parts, ...parts, ...odd], random)).join('');
      const width = singleCellWidth(text);
      if (width === undefined) continue;
      measured += 1;
      expect(width, JSON.stringify(text)).toBe(stringWidth(text));
      expect(
        splitStyles(text)
          ?.filter((_, index) => index % 2 === 0)
          .join('').length,
      ).toBe(width);
      expect(splitStyles(text)?.join('')).toBe(text);
    }
    expect(measured).toBeGreaterThan(1000);
  });
});
