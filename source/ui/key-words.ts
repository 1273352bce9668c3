import { keyLabel } from './input/keys.ts';
import type { KeyGroup } from './keymap.ts';

/** `{everywhere.refresh}` in a text stands for the key of that binding. */
const TOKEN = /\{([a-z]+)\.([a-zA-Z]+)\}/g;

/** A text with its bindings written as the keys that they are bound to: texts name bindings, never letters. */
export function withKeys(text: string, bound: ReadonlyMap<string, KeyGroup>): string {
  return text.replace(TOKEN, (token, group: string, id: string) => {
    const binding = bound.get(group)?.bindings[id];
    if (!binding) return token;
    const [key] = binding.keys;
    return key === undefined ? `(${binding.help})` : keyLabel(key);
  });
}
