import { useInput, usePaste } from 'ink';
import { createContext, useContext, useEffect, useEffectEvent } from 'react';
import type { KeyRouter, Layer } from './key-router.ts';
import type { Handlers, KeyGroup } from './keymap.ts';
import { keysOf } from './keys.ts';
import { safe } from './text.ts';

/** The router of the running console and the groups as the settings bound them. */
export type KeyContextValue = { router: KeyRouter; bound: ReadonlyMap<string, KeyGroup> };

export const KeyContext = createContext<KeyContextValue | undefined>(undefined);

function useKeyContext(): KeyContextValue {
  const value = useContext(KeyContext);
  if (!value) throw new Error('keys are used outside the console');
  return value;
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
  useEffect(() => {
    if (!active) return;
    return router.add({
      layer,
      group: () => newestGroup(),
      handlers: () => newestHandlers(),
      text: () => newestText(),
    });
  }, [router, layer, active]);
}

/** The one reader of the terminal's keys: splits what came in one read and hands key after key to the router. */
export function KeyInput(): null {
  const { router } = useKeyContext();
  useInput((input, key) => {
    for (const { name, text } of keysOf(input, key)) router.press(name, text);
  });
  // Pasted text is typed into a prompt, but never runs bindings: a paste is not a command.
  usePaste((pasted) => {
    router.press('paste', safe(pasted));
  });
  return null;
}
