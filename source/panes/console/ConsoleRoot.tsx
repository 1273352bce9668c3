import { useMemo, useState, useSyncExternalStore } from 'react';
import type { KeyReader } from '../../ui/input/key-reader.ts';
import { KeyRouter } from '../../ui/key-router.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Theme } from '../../ui/theme.ts';
import { ThemeContext } from '../../ui/theme-context.ts';
import { KeyContext } from '../../ui/use-keys.ts';
import { type AppServices, ServicesContext } from '../shared/services.ts';
import { Console } from './Console.tsx';
import { GuardedConsole } from './Guarded.tsx';

export type ConsoleRootProps = {
  services: AppServices;
  /** The theme for a docker context: it may have a skin of its own. */
  theme(context: string | undefined): Theme;
  /** All bindings, with the settings applied. */
  groups: readonly KeyGroup[];
  /** Where keys come from. */
  reader: KeyReader;
  /** An initial command, as typed after `:`. */
  command?: string;
  /** Starts with the table of all hosts. */
  fleet?: boolean;
};

/** The console with its React contexts: the running program, the theme, the keys. */
export function ConsoleRoot({ services, theme, groups, reader, command, fleet = false }: ConsoleRootProps) {
  const [keys] = useState(() => ({
    router: new KeyRouter(),
    bound: new Map(groups.map((group) => [group.name, group])),
    reader,
  }));
  const context = useSyncExternalStore(services.store.subscribe, services.context);
  const shown = useMemo(() => theme(context), [theme, context]);
  return (
    <ServicesContext value={services}>
      <ThemeContext value={shown}>
        <KeyContext value={keys}>
          <GuardedConsole>
            <Console fleet={fleet} command={command} />
          </GuardedConsole>
        </KeyContext>
      </ThemeContext>
    </ServicesContext>
  );
}
