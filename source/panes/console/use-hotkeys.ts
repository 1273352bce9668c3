import { useMemo } from 'react';
import type { Settings } from '../../settings/schema.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { hotkeyGroup } from '../bound-groups.ts';
import { useServices } from '../shared/services.ts';

/** The keys of the settings that run a command, in every view; those that override come before the view's own. */
export function useHotkeys(run: (command: string) => void): void {
  const { hotkeys } = useServices().settings;
  const group = useMemo(() => hotkeyGroup(hotkeys), [hotkeys]);
  useKeys(group, handlersOf(hotkeys, false, run), { layer: 'everywhere' });
  useKeys(group, handlersOf(hotkeys, true, run), { layer: 'taken' });
}

function handlersOf(hotkeys: Settings['hotkeys'], overriding: boolean, run: (command: string) => void) {
  const some = Object.entries(hotkeys).filter(([, { override = false }]) => override === overriding);
  return Object.fromEntries(some.map(([name, { command }]) => [name, () => run(command)]));
}
