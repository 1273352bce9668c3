import { viewTrouble } from '../resources/table-views.ts';
import type { Settings } from '../settings/schema.ts';
import { boundGroups, type SettingsTrouble } from './bound-groups.ts';

/** What is wrong with keys, hotkeys, plugins and views: names that this program does not have. */
export function settingsTrouble(settings: Settings): SettingsTrouble[] {
  const views = viewTrouble(settings.views).map(({ path, text }) => ({ path: ['views', ...path], text }));
  return [...boundGroups(settings).errors, ...views];
}
