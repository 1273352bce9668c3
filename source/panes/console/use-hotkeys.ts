import { useMemo } from 'react';
import { useKeys } from '../../ui/use-keys.ts';
import { hotkeyGroup } from '../bound-groups.ts';
import { useServices } from '../shared/services.ts';

/** The keys of the settings that run a command, in every view. */
export function useHotkeys(run: (command: string) => void): void {
  const { hotkeys } = useServices().settings;
  const group = useMemo(() => hotkeyGroup(hotkeys), [hotkeys]);
  const handlers = Object.entries(hotkeys).map(([name, { command }]) => [name, () => run(command)]);
  useKeys(group, Object.fromEntries(handlers), { layer: 'everywhere' });
}
