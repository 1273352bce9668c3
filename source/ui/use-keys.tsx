import { useInput, usePaste } from 'ink';
import { createContext, useContext, useEffectEvent, useLayoutEffect, useState } from 'react';
import { safe } from '../lib/text.ts';
import type { KeyRouter, Layer } from './key-router.ts';
import type { Handlers, KeyGroup } from './keymap.ts';
import { keysOf } from './keys.ts';

/** The router of the running console and the groups as the settings bound them. */
export type KeyContextValue = { router: KeyRouter; bound: ReadonlyMap<string, KeyGroup> };

export const KeyContext = createContext<KeyContextValue | undefined>(undefined);

function useKeyContext(): KeyContextValue {
  const value = useContext(KeyContext);
  if (!value) throw new Error('keys are used outside the console');
  return value;
}

/** Every group of bindings as the settings bound it, by name and in the order of the help. */
export function useBoundGroups(): ReadonlyMap<string, KeyGroup> {
  return useKeyContext().bound;
}

type Options = {
  layer: Layer;
  /** Default true. */
  active?: boolean;
  /** Takes the keys that no binding took, with their text: for prompts. */
  text?: (key: string, text: string) => boolean;
};

/** Binds the handlers to a group's keys while the component is mounted and active. */
export function useKeys<Id extends string>(group: KeyGroup<Id>, handlers: Handlers<Id>, options: Options): void {
  const { router, bound } = useKeyContext();
  const { layer, active = true } = options;
  const newestHandlers = useEffectEvent((): Handlers => handlers);
  const newestText = useEffectEvent(() => options.text);
  const newestGroup = useEffectEvent((): KeyGroup => bound.get(group.name) ?? group);
  // Bound before the next key is handled, not some time after the frame.
  useLayoutEffect(() => {
    if (!active) return;
    return router.add({
      layer,
      group: () => newestGroup(),
      handlers: () => newestHandlers(),
      text: () => newestText(),
    });
  }, [router, layer, active]);
}

/** The one reader of the terminal's keys. */
export function KeyInput(): null {
  const { router } = useKeyContext();
  const [handled, setHandled] = useState(0);
  const [queue] = useState(() => new KeyQueue(router, () => setHandled((count) => count + 1)));
  // What a key changed is drawn together with the count of keys: when the count is seen here, so is all that.
  useLayoutEffect(() => queue.drawn(handled), [queue, handled]);
  useInput((input, key) => queue.push(keysOf(input, key)));
  // Pasted text is typed into a prompt, but never runs bindings: a paste is not a command.
  usePaste((pasted) => queue.push([{ name: 'paste', text: safe(pasted) }]));
  return null;
}

type Pressed = { name: string; text: string };

/**
 * Keys that came in one read go one after the other, each when the screen has followed the one before: in `:q⏎` the q
 * belongs to the prompt that the colon opened, and what is typed there goes on from what was typed before.
 */
class KeyQueue {
  readonly #router: KeyRouter;
  /** Has a count drawn that is one higher. */
  readonly #count: () => void;
  readonly #waiting: Pressed[] = [];
  #busy = false;

  constructor(router: KeyRouter, count: () => void) {
    this.#router = router;
    this.#count = count;
  }

  push(keys: readonly Pressed[]): void {
    this.#waiting.push(...keys);
    if (!this.#busy) this.#next();
  }

  /** A key was handled and is on the screen; `handled`: how many. */
  drawn(handled: number): void {
    // Not within the drawing itself: React takes a long chain of changes made there for an endless one.
    if (handled > 0) setImmediate(() => this.#next());
  }

  #next(): void {
    const key = this.#waiting.shift();
    this.#busy = key !== undefined;
    if (!key) return;
    try {
      this.#router.press(key.name, key.text);
    } finally {
      // A key whose handler fails does not hold up those behind it.
      this.#count();
    }
  }
}
