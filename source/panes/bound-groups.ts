import type { Settings } from '../settings/schema.ts';
import { type Binding, type KeyGroup, rebind } from '../ui/keymap.ts';
import { allGroups } from './registry.ts';
import { everywhereKeys, storageKeys, tableKeys, workloadKeys } from './shared/keys.ts';

/** Groups whose keys a hotkey would never get, or would take away where a hand expects them. */
const TAKEN = [everywhereKeys, tableKeys, workloadKeys, storageKeys];

/** Every group of bindings as the settings bound it, the hotkeys first; errors name bindings that do not exist and keys with two meanings. */
export function boundGroups({ keys, hotkeys }: Pick<Settings, 'keys' | 'hotkeys'>): {
  groups: readonly KeyGroup[];
  errors: readonly string[];
} {
  const own = hotkeyGroup(hotkeys);
  const some = Object.keys(own.bindings).length > 0;
  const { groups, errors } = rebind(some ? [own, ...allGroups] : allGroups, keys);
  return { groups, errors: [...errors, ...clashes(own, groups)] };
}

/** The keys of the settings that run commands. */
export function hotkeyGroup(hotkeys: Settings['hotkeys']): KeyGroup {
  const bindings = Object.entries(hotkeys).map(([name, { shortCut, description, command }]): [string, Binding] => [
    name,
    { keys: [shortCut.toLowerCase()], hint: '', help: description || `:${command}` },
  ]);
  return { name: 'hotkeys', title: 'Hotkeys', bindings: Object.fromEntries(bindings) };
}

function clashes(own: KeyGroup, groups: readonly KeyGroup[]): string[] {
  const taken = groups.filter(({ name }) => TAKEN.some((group) => group.name === name));
  return Object.entries(own.bindings).flatMap(([name, { keys }]) =>
    taken.flatMap((group) =>
      Object.entries(group.bindings)
        .filter(([, binding]) => binding.keys.some((key) => keys.includes(key)))
        .map(([id]) => `hotkeys: ${keys[0]} means both ${group.name}.${id} and hotkeys.${name}`),
    ),
  );
}
