import type { Handlers, KeyGroup } from './keymap.ts';

/** Precedence of keys: dialogs, then keys unbound by the settings, panes, their views, global keys. */
export type Layer = 'everywhere' | 'view' | 'pane' | 'taken' | 'modal';

const ORDER: Readonly<Record<Layer, number>> = { everywhere: 0, view: 1, pane: 2, taken: 3, modal: 4 };

type Entry = {
  layer: Layer;
  group: () => KeyGroup;
  handlers: () => Handlers;
  /** Receives every key without a binding in the layer, for prompts; returns true if it used the key. */
  text?: () => ((key: string, text: string) => boolean) | undefined;
};

/**
 * Sends each key to the topmost layer that handles it; within a layer, to the newest entry first. Only the keys named in `through` pass a
 * modal layer, so that a wrong key in a dialog does nothing.
 */
export class KeyRouter {
  readonly #entries: Entry[] = [];
  readonly #through: ReadonlySet<string>;

  constructor(through: readonly string[] = ['ctrl-c']) {
    this.#through = new Set(through);
  }

  /** Adds an entry; the returned function removes it. */
  add(entry: Entry): () => void {
    this.#entries.push(entry);
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }

  /** Whether printable keys go into a text input, or are swallowed by a dialog. */
  typing(): boolean {
    return this.#entries.some(({ layer, text }) => layer === 'modal' && text?.() !== undefined);
  }

  /** Whether a prompt is open. */
  prompting(): boolean {
    return this.#entries.some(({ layer, group }) => layer === 'modal' && group().name === 'prompt');
  }

  /** Does what the wheel does where the keys are now, by the bindings that say so. A dialog keeps it from all below. */
  turn(wheel: 'up' | 'down'): void {
    const modal = this.#entries.some((entry) => entry.layer === 'modal');
    for (const entry of this.#newestFirst()) {
      if (modal && entry.layer !== 'modal') return;
      const [id] = Object.entries(entry.group().bindings).find(([, binding]) => binding.wheel === wheel) ?? [];
      const handler = id === undefined ? undefined : entry.handlers()[id];
      if (handler && handler('') !== false) return;
    }
  }

  #newestFirst(): Entry[] {
    return [...this.#entries].reverse().sort((a, b) => ORDER[b.layer] - ORDER[a.layer]);
  }

  /** Returns whether anything handled the key; a dialog swallows all others. */
  press(key: string, text = ''): boolean {
    const modal = this.#entries.some((entry) => entry.layer === 'modal');
    const passes = this.#through.has(key);
    for (const entry of this.#newestFirst()) {
      if (modal && entry.layer !== 'modal' && !passes) return true;
      if (bound(entry, key)) return true;
      if (!passes && entry.text?.()?.(key, text)) return true;
    }
    return false;
  }
}

function bound(entry: Entry, key: string): boolean {
  const handlers = entry.handlers();
  for (const [id, binding] of Object.entries(entry.group().bindings)) {
    const handler = handlers[id];
    if (handler && binding.keys.includes(key) && handler(key) !== false) return true;
  }
  return false;
}
