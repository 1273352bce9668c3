import { troubleLines } from '../../runtime/settings-trouble.ts';
import { loadSettings, readDocument, type SettingsDocument, SettingsError } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Flags, settingsOf } from '../options.ts';

/** The usable settings and all their problems: for the doctor, which must run with broken settings. */
export function examinedSettings(flags: Flags): {
  settings: Settings;
  document: SettingsDocument | undefined;
  problems: readonly string[];
} {
  try {
    const document = readDocument({ env: process.env, file: flags.config });
    const settings = settingsOf(flags);
    return { settings, document, problems: troubleLines(settings, document) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { host, context, readonly } = flags;
    const settings = loadSettings({ env: { HOME: '/nonexistent' }, flags: { host, context, readonly } });
    return { settings, document: undefined, problems: error.problems };
  }
}
