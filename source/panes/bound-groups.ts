import type { Settings } from '../settings/schema.ts';
import { keyNamed, noKey } from '../ui/input/key-names.ts';
import { type Binding, type KeyGroup, rebind } from '../ui/keymap.ts';
import { allGroups } from './registry.ts';
import { everywhereKeys, storageKeys, tableKeys, workloadKeys } from './shared/keys.ts';

/** Groups whose keys a hotkey would never get, or would take away where a hand expects them. */
const TAKEN = [everywhereKeys, tableKeys, workloadKeys, storageKeys];

/** Something wrong with the settings that their form does not show: where, and a sentence. */
export type SettingsTrouble = { path: readonly (string | number)[]; text: string };

/** Every group of bindings as the settings bound it, the hotkeys first; errors name bindings that do not exist and keys with two meanings. */
export function boundGroups({ keys, hotkeys }: Pick<Settings, 'keys' | 'hotkeys'>): {
  groups: readonly KeyGroup[];
  errors: readonly SettingsTrouble[];
} {
  const own = hotkeyGroup(hotkeys);
  const some = Object.keys(own.bindings).length > 0;
  const { groups, errors } = rebind(some ? [own, ...allGroups] : allGroups, keys);
  const bindings = errors.map(({ binding, text }) => ({ path: ['keys', binding], text }));
  return { groups, errors: [...bindings, ...hotkeyTrouble(own, hotkeys, groups)] };
}

/** The keys of the settings that run commands. */
export function hotkeyGroup(hotkeys: Settings['hotkeys']): KeyGroup {
  const bindings = Object.entries(hotkeys).map(([name, { shortCut, description, command }]): [string, Binding] => [
    name,
    { keys: [keyNamed(shortCut) ?? shortCut], hint: '', help: description || `:${command}` },
  ]);
  return { name: 'hotkeys', title: 'Hotkeys', bindings: Object.fromEntries(bindings) };
}

function hotkeyTrouble(own: KeyGroup, hotkeys: Settings['hotkeys'], groups: readonly KeyGroup[]): SettingsTrouble[] {
  const taken = groups.filter(({ name }) => TAKEN.some((group) => group.name === name));
  return Object.entries(hotkeys).flatMap(([name, { shortCut, override }]) => {
    const path = ['hotkeys', name, 'shortCut'];
    if (keyNamed(shortCut) === undefined) return [{ path, text: noKey(shortCut) }];
    if (override) return [];
    const [key = ''] = own.bindings[name]?.keys ?? [];
    const others = taken.flatMap((group) =>
      Object.entries(group.bindings)
        .filter(([, binding]) => binding.keys.includes(key))
        .map(([id]) => `${group.name}.${id}`),
    );
    if (others.length === 0) return [];
    return [{ path, text: `${key} means ${others.join(' and ')}: take another key, or say override: true` }];
  });
}
