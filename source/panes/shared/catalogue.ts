import { createContext, useContext } from 'react';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { CommandEntry } from './views.ts';

/** All commands of the console, and its bindings with those of the view that is asked about first. */
export type Catalogue = { commands: readonly CommandEntry[]; groups: readonly KeyGroup[] };

export const CatalogueContext = createContext<Catalogue>({ commands: [], groups: [] });

/** What the views that explain the console list. */
export function useCatalogue(): Catalogue {
  return useContext(CatalogueContext);
}
