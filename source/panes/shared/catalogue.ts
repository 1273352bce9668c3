import { createContext, useContext } from 'react';
import type { CommandEntry } from './views.ts';

/** All commands of the console, for the views that list them. */
export const CommandsContext = createContext<readonly CommandEntry[]>([]);

export function useCommands(): readonly CommandEntry[] {
  return useContext(CommandsContext);
}
