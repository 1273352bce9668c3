import { describe, expect, it } from 'vitest';
import { createTheme } from '../theme.ts';
import { dark } from './dark.ts';
import { SKINS } from './index.ts';
import { fromK9s } from './k9s.ts';
import { refined, type Skin, type Tone } from './skin.ts';

type Rgb = [number, number, number];

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** WCAG 2: 21 is black on white. */
function contrast(a: string, b: string): number {
  const [light, dim] = [a, b]
    .map((hex) => {
      const [r, g, b] = rgb(hex).map(linear) as Rgb;
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dim + 0.05);
}

/** As seen without one kind of cone: Viénot, Brettel and Mollon for deuteranopia, Machado for tritanopia. */
const SEEN: Readonly<Record<string, readonly Rgb[]>> = {
  deuteranopia: [
    [0.367, 0.861, -0.228],
    [0.28, 0.673, 0.047],
    [-0.012, 0.043, 0.969],
  ],
  tritanopia: [
    [1.256, -0.077, -0.179],
    [-0.078, 0.931, 0.148],
    [0.005, 0.691, 0.304],
  ],
};

function seen(hex: string, eye: readonly Rgb[]): Rgb {
  const [r, g, b] = rgb(hex);
  return eye.map(([x, y, z]) => x * r + y * g + z * b) as Rgb;
}

function hexOf(skin: Skin, tone: Tone): string {
  const { color = '' } = skin.tones[tone];
  expect(color, tone).toMatch(/^#/);
  return color;
}

describe('the skins', () => {
  const names = Object.keys(SKINS);

  it.each(names)('%s paints every tone and keeps the text', (name) => {
    for (const level of [0, 1, 2, 3] as const) {
      const theme = createTheme({ level, ascii: false, skin: SKINS[name] });
      for (const tone of Object.keys(dark.tones) as Tone[]) expect(theme.paint(tone, 'text')).toContain('text');
      for (let index = 0; index < 8; index += 1) expect(theme.series(index, 'text')).toContain('text');
    }
  });

  it.each(names)('%s never shows degraded as down, even with sixteen colours', (name) => {
    for (const level of [1, 2, 3] as const) {
      const theme = createTheme({ level, ascii: false, skin: SKINS[name] });
      const shown = (['good', 'warn', 'bad'] as const).map((tone) => theme.paint(tone, 'x'));
      expect(new Set(shown).size, String(level)).toBe(3);
      // Red is 31 or 91: nothing but down is.
      if (level === 1) expect(theme.paint('warn', 'x').replaceAll('\u001b', '')).not.toMatch(/\[(31|91)m/);
    }
  });

  it('are readable: light on white, high contrast on black', () => {
    const words: Tone[] = ['dim', 'good', 'busy', 'warn', 'bad', 'info', 'key', 'border', 'focus'];
    for (const tone of words) expect(contrast(hexOf(SKINS.light as Skin, tone), '#ffffff'), tone).toBeGreaterThan(4.5);
    for (const tone of words.filter((one) => one !== 'focus'))
      expect(contrast(hexOf(SKINS['high-contrast'] as Skin, tone), '#000000'), tone).toBeGreaterThan(7);
    for (const name of ['deuteranopia', 'tritanopia'])
      for (const tone of ['good', 'warn', 'bad'] as const)
        expect(contrast(hexOf(SKINS[name] as Skin, tone), '#000000'), `${name} ${tone}`).toBeGreaterThan(4.5);
  });

  it.each(Object.keys(SEEN))('%s distinguishes ok, degraded and down for its intended vision', (name) => {
    const [good, warn, bad] = (['good', 'warn', 'bad'] as const).map((tone) =>
      seen(hexOf(SKINS[name] as Skin, tone), SEEN[name] ?? []),
    ) as [Rgb, Rgb, Rgb];
    const apart = (a: Rgb, b: Rgb) => Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
    for (const [a, b] of [
      [good, warn],
      [warn, bad],
      [good, bad],
    ] as const)
      expect(apart(a, b)).toBeGreaterThan(90);
  });

  it('mono has no colour at all', () => {
    const theme = createTheme({ level: 3, ascii: false, skin: SKINS.mono });
    for (const tone of Object.keys(dark.tones) as Tone[])
      expect(theme.paint(tone, 'x').replaceAll('\u001b', '')).not.toMatch(/\[(3|4|9|10)\d[;m]/);
  });
});

describe('a skin of k9s', () => {
  it('is used as far as it applies', () => {
    const file = fromK9s({
      k9s: {
        body: { fgColor: 'dodgerblue', bgColor: 'black' },
        frame: {
          border: { fgColor: '#6272a4', focusColor: 'lightskyblue' },
          status: { errorColor: 'orangered', addColor: '#50fa7b', highlightColor: 'default' },
          menu: { keyColor: 'nosuchcolour' },
        },
        views: { table: { cursorBgColor: '#44475a', cursorFgColor: 'white' } },
      },
    });
    const skin = refined(dark, file ?? { tones: {}, glyphs: {} });
    expect(skin.tones).toMatchObject({
      plain: { color: '#1e90ff' },
      border: { color: '#6272a4' },
      focus: { color: '#87cefa' },
      bad: { color: '#ff4500' },
      good: { color: '#50fa7b' },
      warn: dark.tones.warn,
      key: dark.tones.key,
      cursor: { background: '#44475a', color: '#ffffff' },
    });
  });

  it('is not mistaken for a skin of deskhand', () => {
    expect(fromK9s({ tones: { bad: 'red' } })).toBeUndefined();
    expect(fromK9s(null)).toBeUndefined();
    expect(fromK9s({ k9s: { views: null, frame: 'x' } })).toEqual({ tones: {}, glyphs: {} });
  });
});
