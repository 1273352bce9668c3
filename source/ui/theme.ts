import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';

/** What a colour means. Nothing names a colour but this file; every tone is doubled by a glyph or a word where it is shown. */
export type Tone =
  | 'plain'
  | 'dim'
  | 'good'
  | 'busy'
  | 'warn'
  | 'bad'
  | 'info'
  | 'title'
  | 'key'
  | 'border'
  | 'focus'
  | 'cursor'
  | 'mark'
  | 'banner';

export type Glyph =
  | 'ok'
  | 'done'
  | 'starting'
  | 'unknown'
  | 'degraded'
  | 'down'
  | 'up'
  | 'falling'
  | 'cause'
  | 'fold'
  | 'ellipsis';

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

export type ThemeOptions = { level: ColorSupportLevel; ascii: boolean; background: 'dark' | 'light' };

const GLYPHS: Record<Glyph, [unicode: string, ascii: string]> = {
  ok: ['●', '+'],
  done: ['✓', '='],
  starting: ['◌', '~'],
  unknown: ['?', '?'],
  degraded: ['▲', '!'],
  down: ['✖', 'x'],
  up: ['↑', '^'],
  falling: ['↓', 'v'],
  cause: ['└', '`'],
  fold: ['▸', '>'],
  ellipsis: ['…', '~'],
};

/** Colours by background; sixteen-colour names, so that the terminal's own palette decides the exact shade. */
function tones(chalk: ChalkInstance, light: boolean): Record<Tone, (text: string) => string> {
  return {
    plain: (text) => text,
    dim: light ? chalk.gray : chalk.dim,
    good: chalk.green,
    busy: light ? chalk.blue : chalk.cyan,
    warn: light ? chalk.hex('#9a6700') : chalk.yellow,
    bad: chalk.red,
    info: light ? chalk.blue : chalk.cyan,
    title: chalk.bold,
    key: light ? chalk.magenta : chalk.magentaBright,
    border: light ? chalk.gray : chalk.dim,
    focus: light ? chalk.blue : chalk.cyanBright,
    cursor: chalk.inverse,
    mark: light ? chalk.magenta.bold : chalk.magentaBright.bold,
    banner: chalk.bold.inverse,
  };
}

export function createTheme({ level, ascii, background }: ThemeOptions): Theme {
  const chalk = new Chalk({ level });
  const light = background === 'light';
  const paints = tones(chalk, light);
  const palette = light
    ? [chalk.blue, chalk.magenta, chalk.green, chalk.red, chalk.cyan, chalk.gray]
    : [chalk.cyan, chalk.magenta, chalk.yellow, chalk.green, chalk.blueBright, chalk.redBright];
  return {
    level,
    ascii,
    // Without colour the cursor must still be seen: inverse is an attribute, not a colour, and NO_COLOR allows it.
    paint: (tone, text) =>
      level === 0 && (tone === 'cursor' || tone === 'banner') ? `\u001b[7m${text}\u001b[27m` : paints[tone](text),
    glyph: (name) => GLYPHS[name][ascii ? 1 : 0],
    series: (index, text) => (palette[index % palette.length] ?? chalk.cyan)(text),
    box: ascii
      ? { tl: '+', tr: '+', bl: '+', br: '+', h: '-', v: '|' }
      : { tl: '┌', tr: '┐', bl: '└', br: '┘', h: '─', v: '│' },
  };
}

/** Everything greyed: how old data says that it is old. The cursor stays, so that one still sees where one is. */
export function faded(theme: Theme): Theme {
  return {
    ...theme,
    paint: (tone, text) => (tone === 'cursor' ? theme.paint('cursor', text) : theme.paint('dim', text)),
    series: (_index, text) => theme.paint('dim', text),
  };
}
