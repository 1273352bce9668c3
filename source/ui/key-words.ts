import { keyLabel } from './input/keys.ts';
import type { KeyGroup } from './keymap.ts';

/** `{everywhere.refresh}` in a text is replaced by the key of that binding. */
const TOKEN = /\{([a-z]+)\.([a-zA-Z]+)\}/g;

/** Replaces the bindings in a text by their current keys: texts name bindings, never letters. */
export function withKeys(text: string, bound: ReadonlyMap<string, KeyGroup>): string {
  return text.replace(TOKEN, (token, group: string, id: string) => {
    const binding = bound.get(group)?.bindings[id];
    if (!binding) return token;
    const [key] = binding.keys;
    return key === undefined ? `(${binding.help})` : keyLabel(key);
  });
}
