import type { SettingsTrouble } from '../panes/bound-groups.ts';
import { settingsTrouble } from '../panes/settings-trouble.ts';
import { inContext } from '../settings/in-context.ts';
import type { SettingsDocument } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

/** What is wrong only with what a context has of its own. */
function contextTrouble(settings: Settings, everywhere: readonly SettingsTrouble[]): SettingsTrouble[] {
  const known = new Set(everywhere.map(({ text }) => text));
  return Object.keys(settings.contexts).flatMap((context) => {
    const own = settingsTrouble(inContext(settings, context)).filter(({ text }) => !known.has(text));
    return own.map(({ path, text }) => ({ path: ['contexts', context, ...path], text }));
  });
}

/** The same in words, with the file and line of each. */
export function troubleLines(settings: Settings, document: Pick<SettingsDocument, 'place'> | undefined): string[] {
  const everywhere = settingsTrouble(settings);
  return [...everywhere, ...contextTrouble(settings, everywhere)].map(({ path, text }) => {
    const where = document === undefined ? '' : ` (${document.place(path)})`;
    return `${path.join('.')}: ${text}${where}`;
  });
}
