import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ColorSupportLevel, supportsColor } from 'chalk';
import * as v from 'valibot';
import { parse } from 'yaml';
import { errorMessage } from '../lib/error.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import { SettingsError, settingsFile } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import type { Background } from '../ui/input/decoder.ts';
import { dark } from '../ui/skins/dark.ts';
import { SKINS } from '../ui/skins/index.ts';
import { fromK9s } from '../ui/skins/k9s.ts';
import { light } from '../ui/skins/light.ts';
import { refined, type Skin, SkinFile } from '../ui/skins/skin.ts';
import { createTheme, type Theme } from '../ui/theme.ts';

/** The inputs of a theme: `context` may have its own skin; `file` is the settings file, next to `skins/`. */
export type ThemePlace = { context?: string; file?: string; tty?: boolean; background?: Background };

/** The terminal's colours, respecting NO_COLOR; none if the output is not a terminal. */
export function themeOf(
  settings: Settings,
  { context, file, tty = process.stdout.isTTY, background }: ThemePlace = {},
): Theme {
  const none = Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';
  const forced = Boolean(process.env.FORCE_COLOR);
  const level: ColorSupportLevel = none || !(tty || forced) ? 0 : supportsColor ? supportsColor.level : 0;
  const directory = join(dirname(file ?? settingsFile(process.env)), 'skins');
  return createTheme({
    level,
    ascii: settings.screen.ascii,
    skin: skinOf(settings, context, directory, { background }),
  });
}

/** The skin of the context, of the settings, or the one for the terminal's background, as it says by itself. Throws a SettingsError. */
export function skinOf(
  { contexts, screen }: Settings,
  context: string | undefined,
  directory: string,
  { env = process.env, background: told }: { env?: NodeJS.ProcessEnv; background?: Background } = {},
): Skin {
  const own = context === undefined ? undefined : contexts[context]?.skin;
  const name = own ?? screen.skin;
  if (name !== undefined) return namedSkin(name, directory);
  const background = screen.background === 'auto' ? (told ?? backgroundOf(env)) : screen.background;
  return background === 'light' ? light : dark;
}

/** Some terminals set COLORFGBG, `foreground;background` by number: 7 and 15 are white. */
function backgroundOf({ COLORFGBG = '' }: NodeJS.ProcessEnv): 'dark' | 'light' {
  return /(^|;)(7|15)$/.test(COLORFGBG) ? 'light' : 'dark';
}

function namedSkin(name: string, directory: string): Skin {
  const known = SKINS[name];
  if (known) return known;
  const path = join(directory, `${name}.yaml`);
  const file = readSkin(name, path);
  return refined(file.base === undefined ? dark : namedBase(file.base, path), file);
}

function namedBase(name: string, path: string): Skin {
  const base = SKINS[name];
  if (!base) throw new SettingsError([`${path}: base: there is no skin "${name}". ${choice(name)}`]);
  return base;
}

function readSkin(name: string, path: string): SkinFile {
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new SettingsError([`There is no skin "${name}", and no file ${path}. ${choice(name)}`]);
    throw new SettingsError([`${path}: ${errorMessage(error)}`]);
  }
  const result = v.safeParse(SkinFile, fromK9s(value) ?? value ?? {});
  if (result.success) return result.output;
  throw new SettingsError(result.issues.map((issue) => `${path}: ${v.getDotPath(issue) ?? 'skin'}: ${issue.message}`));
}

function choice(name: string): string {
  const near = suggestionFor(name, Object.keys(SKINS));
  return near.trim() || `Built in: ${Object.keys(SKINS).join(', ')}.`;
}
