import { createContext, useContext } from 'react';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { CommandEntry } from './views.ts';

/** All commands of the console, and its bindings, those of the current view first. */
export type Catalogue = { commands: readonly CommandEntry[]; groups: readonly KeyGroup[] };

export const CatalogueContext = createContext<Catalogue>({ commands: [], groups: [] });

/** The commands and bindings for the views that explain the console. */
export function useCatalogue(): Catalogue {
  return useContext(CatalogueContext);
}
