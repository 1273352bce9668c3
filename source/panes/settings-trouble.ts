import { viewTrouble } from '../resources/table-views.ts';
import type { SettingsDocument } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { boundGroups, type SettingsTrouble } from './bound-groups.ts';

/** What is wrong with keys, hotkeys and views: names that this program does not have. */
function settingsTrouble(settings: Settings): SettingsTrouble[] {
  const views = viewTrouble(settings.views).map(({ path, text }) => ({ path: ['views', ...path], text }));
  return [...boundGroups(settings).errors, ...views];
}

/** The same in words, with the file and line of each. */
export function troubleLines(settings: Settings, document: Pick<SettingsDocument, 'place'> | undefined): string[] {
  return settingsTrouble(settings).map(({ path, text }) => {
    const where = document === undefined ? '' : ` (${document.place(path)})`;
    return `${path.join('.')}: ${text}${where}`;
  });
}
