import { usePaste } from 'ink';
import { createContext, useContext, useEffect, useEffectEvent, useLayoutEffect, useState } from 'react';
import { KeyQueue } from './input/key-queue.ts';
import type { KeyReader } from './input/key-reader.ts';
import type { KeyRouter, Layer } from './key-router.ts';
import type { Handlers, KeyGroup } from './keymap.ts';

/** The router of the running console, the groups with the settings applied, and the source of keys. */
export type KeyContextValue = { router: KeyRouter; bound: ReadonlyMap<string, KeyGroup>; reader: KeyReader };

export const KeyContext = createContext<KeyContextValue | undefined>(undefined);

function useKeyContext(): KeyContextValue {
  const value = useContext(KeyContext);
  if (!value) throw new Error('keys are used outside the console');
  return value;
}

/** Every group of bindings with the settings applied, by name and in the order of the help. */
export function useBoundGroups(): ReadonlyMap<string, KeyGroup> {
  return useKeyContext().bound;
}

/** The first key bound to a binding, for texts that name it; empty if there is none. */
export function useKeyOf<Id extends string>(group: KeyGroup<Id>, id: Id): string {
  const bindings: KeyGroup['bindings'] = (useKeyContext().bound.get(group.name) ?? group).bindings;
  return bindings[id]?.keys[0] ?? '';
}

type Options = {
  layer: Layer;
  /** Default true. */
  active?: boolean;
  /** Receives the keys without a binding, with their text: for prompts. */
  text?: (key: string, text: string) => boolean;
};

/** Binds the handlers to a group's keys while the component is mounted and active. */
export function useKeys<Id extends string>(group: KeyGroup<Id>, handlers: Handlers<Id>, options: Options): void {
  const { router, bound } = useKeyContext();
  const { layer, active = true } = options;
  const newestHandlers = useEffectEvent((): Handlers => handlers);
  const newestText = useEffectEvent(() => options.text);
  const newestGroup = useEffectEvent((): KeyGroup => bound.get(group.name) ?? group);
  // Bound before the next key is handled, not after the frame.
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

/** Passes the terminal's keys to the router. A console has exactly one. `onUnused`: nothing handled the key. */
export function KeyInput({ onUnused }: { onUnused?: (key: string) => void }): null {
  const { router, reader } = useKeyContext();
  const [handled, setHandled] = useState(0);
  const unused = useEffectEvent((key: string) => onUnused?.(key));
  const [queue] = useState(() => new KeyQueue(router, () => setHandled((count) => count + 1)));
  // A key's changes are drawn together with the count of keys: once the count is drawn, so are they.
  useLayoutEffect(() => queue.drawn(handled), [queue, handled]);
  useEffect(() => reader.listen((events) => queue.push(events, unused)), [reader, queue]);
  // Ink sets raw mode and bracketed paste for it; the paste itself comes from the reader.
  usePaste(() => {});
  return null;
}
