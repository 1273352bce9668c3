import { troubleLines } from '../../runtime/settings-trouble.ts';
import { loadSettings, readDocument, type SettingsDocument, SettingsError } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Flags, settingsOf } from '../options.ts';
import { themeOf } from '../theme.ts';

/** The usable settings and all their problems: for the doctor, which must run with broken settings. */
export function examinedSettings(flags: Flags): {
  settings: Settings;
  document: SettingsDocument | undefined;
  problems: readonly string[];
} {
  try {
    const document = readDocument({ env: process.env, file: flags.config });
    const settings = settingsOf(flags);
    const skins = skinTrouble(settings, document);
    // It is drawn all the same.
    const drawn = skins.length > 0 ? { ...settings, screen: { ...settings.screen, skin: undefined } } : settings;
    return { settings: drawn, document, problems: [...troubleLines(settings, document), ...skins] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { host, context, readonly } = flags;
    const settings = loadSettings({ env: { HOME: '/nonexistent' }, flags: { host, context, readonly } });
    return { settings, document: undefined, problems: error.problems };
  }
}

/** Skins that do not exist or cannot be read, those of contexts too. */
function skinTrouble(settings: Settings, { path }: SettingsDocument): string[] {
  const found = [undefined, ...Object.keys(settings.contexts)].flatMap((context) => {
    try {
      themeOf(settings, { context, file: path });
      return [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return error.problems;
    }
  });
  return [...new Set(found)];
}
