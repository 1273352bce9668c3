import { describe, expect, it } from 'vitest';
import { random } from '../simulator/world/random.ts';
import { plainText, spansOf } from './spans.ts';

/** Anything that a terminal could take for more than text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('spansOf', () => {
  it("keeps a program's own colours as values", () => {
    expect(
      spansOf('\u001b[2m10:15:30\u001b[0m \u001b[32m INFO\u001b[0m nanoarb: \u001b[1;38;5;208mTick\u001b[m 100'),
    ).toEqual([
      { text: '10:15:30', style: { dim: true } },
      { text: ' ', style: {} },
      { text: ' INFO', style: { color: '32' } },
      { text: ' nanoarb: ', style: {} },
      { text: 'Tick', style: { bold: true, color: '38;5;208' } },
      { text: ' 100', style: {} },
    ]);
  });

  it('resets attributes', () => {
    const [first, second] = spansOf('\u001b[1;4;31;44ma\u001b[22;24;39;49mb');
    expect(first?.style).toEqual({ bold: true, underline: true, color: '31', background: '44' });
    expect(second?.style).toEqual({});
  });

  it('reads colours written with colons and ignores invalid ones', () => {
    expect(spansOf('\u001b[38:5:12mx')[0]?.style).toEqual({ color: '38;5;12' });
    expect(spansOf('\u001b[38;5;999mx')[0]?.style).toEqual({});
    expect(spansOf('\u001b[38;2;1;2mx')[0]?.style).toEqual({});
  });

  it('reads parts joined by colons as one code, not as further attributes', () => {
    expect(spansOf('\u001b[38:2::10:200:30mx')[0]?.style).toEqual({ color: '38;2;10;200;30' });
    expect(spansOf('\u001b[48:2:1:2:3mx')[0]?.style).toEqual({ background: '48;2;1;2;3' });
    expect(spansOf('\u001b[1;4:3;31mx')[0]?.style).toEqual({ bold: true, underline: true, color: '31' });
    expect(spansOf('\u001b[1;4ma\u001b[4:0mb')[1]?.style).toEqual({ bold: true });
    expect(spansOf('\u001b[31;58;2;255;0;0;4mx')[0]?.style).toEqual({ color: '31', underline: true });
    expect(spansOf('\u001b[;31mx')[0]?.style).toEqual({ color: '31' });
  });

  it('removes blinking and hidden text', () => {
    expect(spansOf('\u001b[5;8msecret')).toEqual([{ text: 'secret', style: {} }]);
  });

  it('shows the last state of a progress bar, and ignores CRLF', () => {
    expect(plainText('10%\r55%\r100% done')).toBe('100% done');
    expect(plainText('100% done\r\u001b[K')).toBe('100% done');
    expect(plainText('line\r')).toBe('line');
  });

  it('shows binary as dots and invalid UTF-8 as the replacement character', () => {
    expect(plainText('\u0000\u0001ELF\u007f')).toBe('··ELF·');
    expect(plainText(Buffer.from([0xff, 0x41]).toString('utf8'))).toBe('\ufffdA');
  });

  it('removes titles, hyperlinks, clipboard writes, cursor motion and device queries', () => {
    const hostile = [
      '\u001b]0;owned\u0007',
      '\u001b]52;c;ZXZpbA==\u001b\\',
      '\u001b]8;;http://evil\u001b\\',
      '\u001bP$q q\u001b\\',
      '\u009d0;x\u009c',
      '\u001b[2J',
      '\u001b[?1049h',
      '\u001b[6n',
      '\u009b31m',
      '\u001bc',
      '\u001b(0',
      '\u001b#8',
    ].join('');
    expect(plainText(`a${hostile}b`)).toBe('ab');
    expect(plainText('a\u202Eb\u2066c\u200fd')).toBe('abcd');
  });

  it('does not let an unterminated string swallow the line', () => {
    expect(plainText('\u001b]0;title, then an error')).toContain('then an error');
  });

  it('keeps joined emoji', () => {
    expect(plainText('👨‍👩‍👧 ok ✅ ❤️ 👩🏽‍💻 🇮🇳 1️⃣')).toBe('👨‍👩‍👧 ok ✅ ❤️ 👩🏽‍💻 🇮🇳 1️⃣');
  });

  it('removes joiners, fillers and marks without a base, on which terminals disagree', () => {
    expect(plainText('a\u200db\u200cc\u034fd\u3164e\u115ff\ufff9g')).toBe('abcdefg');
    expect(plainText('\u0301\u20e3a e\u0301')).toBe('a e\u0301');
    expect(plainText('नमस्ते दुनिया')).toBe('नमस्ते दुनिया');
  });

  it('lets nothing but text through, whatever the bytes', () => {
    const pieces = [
      '\u001b',
      '\u001b[',
      '\u009b',
      '\u001b]',
      '\u0007',
      '\u001b\\',
      '\u009c',
      '\u001bP',
      '\r',
      '\b',
      '38;5;',
      'm',
      '1',
      ';',
      'H',
      '\u202e',
      '\u0000',
      'é',
      '漢',
      '👍',
      '\udc00',
      '\ud83d',
      'text ',
    ];
    for (let seed = 1; seed <= 400; seed += 1) {
      const next = random(seed);
      const raw = Array.from({ length: 40 }, () =>
        next() < 0.8 ? pieces[Math.floor(next() * pieces.length)] : String.fromCharCode(Math.floor(next() * 0x3000)),
      ).join('');
      const text = spansOf(raw)
        .map((span) => span.text)
        .join('');
      expect(text).not.toMatch(UNSAFE);
      expect(text.isWellFormed()).toBe(true);
      expect(plainText(raw)).toBe(text);
      for (const { style } of spansOf(raw)) {
        for (const color of [style.color, style.background])
          if (color !== undefined) expect(color).toMatch(/^[0-9;]+$/);
      }
    }
  });
});

it('separates words that a program positioned by moving the cursor', () => {
  const screen = '\u001b[?1049h\u001b[2J\u001b[1;1Hstatus\u001b[3;4HExchange\u001b[3;20HAsset\u001b[24;1H>>> \u001b[6n';
  expect(plainText(screen)).toBe('status Exchange Asset >>> ');
  expect(
    spansOf(screen)
      .map(({ text }) => text)
      .join(''),
  ).toBe('status Exchange Asset >>> ');
  expect(plainText('loading\u001b[1G\u001b[0Kloaded')).toBe('loaded');
  expect(plainText('\u001b[31mred\u001b[39m\u001b[K plain')).toBe('red plain');
});
