import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { dark } from './skins/dark.ts';
import { BASIC, type Basic, type Glyph, type Skin, type Style, type Tone } from './skins/skin.ts';

export type { Glyph, Tone } from './skins/skin.ts';

export type Theme = {
  /** 0 none, 1 sixteen colours, 2 256, 3 truecolor. */
  level: ColorSupportLevel;
  ascii: boolean;
  paint(tone: Tone, text: string): string;
  glyph(name: Glyph): string;
  /** A colour for the n-th of several series (log prefixes, chart lines), stable by index. */
  series(index: number, text: string): string;
  /** Corners, sides: top-left, top-right, bottom-left, bottom-right, horizontal, vertical. */
  box: { tl: string; tr: string; bl: string; br: string; h: string; v: string };
};

/** Default: the dark skin. */
export type ThemeOptions = { level: ColorSupportLevel; ascii: boolean; skin?: Skin };

const DRAWN: Record<Glyph, [unicode: string, ascii: string]> = {
  ok: ['●', '+'],
  done: ['✓', '='],
  starting: ['◌', '~'],
  maintenance: ['◆', 'm'],
  unknown: ['?', '?'],
  degraded: ['▲', '!'],
  down: ['✖', 'x'],
  up: ['↑', '^'],
  falling: ['↓', 'v'],
  cause: ['└', '`'],
  fold: ['▸', '>'],
  unfold: ['▾', 'v'],
  ellipsis: ['…', '~'],
};

/** A style as a function; with sixteen colours or none it falls back to what they support. */
function painter(chalk: ChalkInstance, level: ColorSupportLevel, style: Style): (text: string) => string {
  let paint = chalk;
  if (style.bold) paint = paint.bold;
  if (style.dim) paint = paint.dim;
  if (style.underline) paint = paint.underline;
  if (style.inverse) paint = paint.inverse;
  const color = level === 1 ? (style.basic ?? style.color) : style.color;
  if (color !== undefined) paint = isBasic(color) ? paint[color] : paint.hex(color);
  const { background } = style;
  if (background !== undefined) paint = isBasic(background) ? paint[ON[background]] : paint.bgHex(background);
  return paint === chalk ? (text) => text : paint;
}

function isBasic(color: string): color is Basic {
  return BASIC.some((name) => name === color);
}

const ON = {
  black: 'bgBlack',
  red: 'bgRed',
  green: 'bgGreen',
  yellow: 'bgYellow',
  blue: 'bgBlue',
  magenta: 'bgMagenta',
  cyan: 'bgCyan',
  white: 'bgWhite',
  gray: 'bgGray',
  redBright: 'bgRedBright',
  greenBright: 'bgGreenBright',
  yellowBright: 'bgYellowBright',
  blueBright: 'bgBlueBright',
  magentaBright: 'bgMagentaBright',
  cyanBright: 'bgCyanBright',
  whiteBright: 'bgWhiteBright',
} as const;

export function createTheme({ level, ascii, skin = dark }: ThemeOptions): Theme {
  const chalk = new Chalk({ level });
  const paints = new Map(
    Object.entries(skin.tones).map(([tone, style]) => [tone, painter(chalk, level, style)] as const),
  );
  const series = skin.series.map((style) => painter(chalk, level, style));
  return {
    level,
    ascii,
    // Without colour the cursor must still be visible: inverse is an attribute, not a colour, and NO_COLOR allows it.
    paint: (tone, text) =>
      level === 0 && (tone === 'cursor' || tone === 'banner')
        ? `\u001b[7m${text}\u001b[27m`
        : (paints.get(tone)?.(text) ?? text),
    glyph: (name) => (ascii ? DRAWN[name][1] : (skin.glyphs?.[name] ?? DRAWN[name][0])),
    series: (index, text) => series[index % series.length]?.(text) ?? text,
    box: ascii
      ? { tl: '+', tr: '+', bl: '+', br: '+', h: '-', v: '|' }
      : { tl: '┌', tr: '┐', bl: '└', br: '┘', h: '─', v: '│' },
  };
}

/** Greys everything, to mark old data. The cursor stays visible. */
export function faded(theme: Theme): Theme {
  return {
    ...theme,
    paint: (tone, text) => (tone === 'cursor' ? theme.paint('cursor', text) : theme.paint('dim', text)),
    series: (_index, text) => theme.paint('dim', text),
  };
}
