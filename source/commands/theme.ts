import { type ColorSupportLevel, supportsColor } from 'chalk';
import type { Settings } from '../settings/schema.ts';
import { createTheme, type Theme } from '../ui/theme.ts';

/** Colours as the terminal has them and NO_COLOR allows; `plain` where the output is no terminal. */
export function themeOf({ screen }: Settings, tty: boolean = process.stdout.isTTY): Theme {
  const none = Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';
  const forced = Boolean(process.env.FORCE_COLOR);
  const level: ColorSupportLevel = none || !(tty || forced) ? 0 : supportsColor ? supportsColor.level : 0;
  return createTheme({ level, ascii: screen.ascii, background: screen.background });
}
