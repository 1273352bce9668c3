import { suggestionFor } from '../lib/suggestion.ts';
import { resources } from '../resources/registry.ts';
import { tableNamed } from '../resources/table-views.ts';
import type { Settings } from '../settings/schema.ts';
import { keyNamed, noKey } from '../ui/input/key-names.ts';
import { type Binding, type KeyGroup, rebind } from '../ui/keymap.ts';
import { allGroups } from './registry.ts';
import { everywhereKeys, storageKeys, tableKeys, workloadKeys } from './shared/keys.ts';

/** Groups whose keys a hotkey would never get, or would take away where a hand expects them. */
const TAKEN = [everywhereKeys, tableKeys, workloadKeys, storageKeys];

/** Something wrong with the settings that their form does not show: where, and a sentence. */
export type SettingsTrouble = { path: readonly (string | number)[]; text: string };

/** Every group of bindings as the settings bound it, hotkeys and plugins first; errors name bindings that do not exist and keys with two meanings. */
export function boundGroups({ keys, hotkeys, plugins }: Pick<Settings, 'keys' | 'hotkeys' | 'plugins'>): {
  groups: readonly KeyGroup[];
  errors: readonly SettingsTrouble[];
} {
  const own = [hotkeyGroup(hotkeys), pluginGroup(plugins)].filter(({ bindings }) => Object.keys(bindings).length > 0);
  const { groups, errors } = rebind([...own, ...allGroups], keys);
  const bindings = errors.map(({ binding, text }) => ({ path: ['keys', binding], text }));
  const taken = groups.filter(({ name }) => TAKEN.some((group) => group.name === name));
  return {
    groups,
    errors: [...bindings, ...keyTrouble('hotkeys', hotkeys, taken), ...pluginTrouble(plugins, taken, hotkeys)],
  };
}

/** For the help; its keys work in the tables that each plugin names. */
function pluginGroup(plugins: Settings['plugins']): KeyGroup {
  const bindings = Object.entries(plugins).map(([name, { shortCut, description, scopes }]): [string, Binding] => [
    name,
    { keys: [keyNamed(shortCut) ?? shortCut], hint: '', help: `${description} (${scopes.join(', ')})`, mutates: true },
  ]);
  return { name: 'plugins', title: 'Plugins', bindings: Object.fromEntries(bindings) };
}

/** The keys of the settings that run commands. */
export function hotkeyGroup(hotkeys: Settings['hotkeys']): KeyGroup {
  const bindings = Object.entries(hotkeys).map(([name, { shortCut, description, command }]): [string, Binding] => [
    name,
    { keys: [keyNamed(shortCut) ?? shortCut], hint: '', help: description || `:${command}` },
  ]);
  return { name: 'hotkeys', title: 'Hotkeys', bindings: Object.fromEntries(bindings) };
}

type Keyed = Readonly<Record<string, { shortCut: string; override?: boolean }>>;

/** Keys that do not exist, and those that have another meaning already. */
function keyTrouble(section: string, keyed: Keyed, taken: readonly KeyGroup[]): SettingsTrouble[] {
  return Object.entries(keyed).flatMap(([name, { shortCut, override }]) => {
    const path = [section, name, 'shortCut'];
    const key = keyNamed(shortCut);
    if (key === undefined) return [{ path, text: noKey(shortCut) }];
    if (override) return [];
    const others = taken.flatMap((group) =>
      Object.entries(group.bindings)
        .filter(([, binding]) => binding.keys.includes(key))
        .map(([id]) => `${group.name}.${id}`),
    );
    if (others.length === 0) return [];
    return [{ path, text: `${key} means ${others.join(' and ')}: take another key, or say override: true` }];
  });
}

function pluginTrouble(
  plugins: Settings['plugins'],
  taken: readonly KeyGroup[],
  hotkeys: Settings['hotkeys'],
): SettingsTrouble[] {
  const tables = resources.flatMap(({ aliases }) => aliases);
  const scopes = Object.entries(plugins).flatMap(([name, { scopes: given }]) =>
    given.flatMap((scope, index) => {
      if (scope === 'all' || tableNamed(scope)) return [];
      const text = `there is no table "${scope}".${suggestionFor(scope, tables)}`;
      return [{ path: ['plugins', name, 'scopes', index], text }];
    }),
  );
  const others = Object.keys(hotkeys).length > 0 ? [...taken, hotkeyGroup(hotkeys)] : taken;
  return [...scopes, ...keyTrouble('plugins', plugins, others), ...sharedKeys(plugins)];
}

/** Two plugins on one key of one table. */
function sharedKeys(plugins: Settings['plugins']): SettingsTrouble[] {
  const all = Object.entries(plugins);
  return all.flatMap(([name, plugin], index) => {
    const other = all.slice(0, index).find(([, before]) => {
      const meets = before.scopes.some(
        (scope) => scope === 'all' || plugin.scopes.some((one) => one === 'all' || one === scope),
      );
      return meets && keyNamed(before.shortCut) === keyNamed(plugin.shortCut);
    });
    if (other === undefined) return [];
    return [{ path: ['plugins', name, 'shortCut'], text: `${plugin.shortCut} is the key of ${other[0]}, too` }];
  });
}
