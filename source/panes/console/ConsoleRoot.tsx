import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import type { Settings } from '../../settings/schema.ts';
import type { Background } from '../../ui/input/decoder.ts';
import type { KeyReader } from '../../ui/input/key-reader.ts';
import { KeyRouter } from '../../ui/key-router.ts';
import type { Theme } from '../../ui/theme.ts';
import { ThemeContext } from '../../ui/theme-context.ts';
import { KeyContext } from '../../ui/use-keys.ts';
import { boundGroups } from '../bound-groups.ts';
import { type AppServices, ServicesContext } from '../shared/services.ts';
import { Console } from './Console.tsx';
import { GuardedConsole } from './Guarded.tsx';

export type ConsoleRootProps = {
  services: AppServices;
  /** The theme for a docker context, which may have a skin of its own, and for what the terminal is drawn on, once it has said so. */
  theme(settings: Settings, context: string | undefined, background: Background | undefined): Theme;
  /** Where keys come from. */
  reader: KeyReader;
  /** An initial command, as typed after `:`. */
  command?: string;
  /** Starts with the table of all hosts. */
  fleet?: boolean;
};

/** The console with its React contexts: the running program, the theme, the keys. */
export function ConsoleRoot({ services, theme, reader, command, fleet = false }: ConsoleRootProps) {
  const { store, onReload, context: contextNow } = services;
  const [router] = useState(() => new KeyRouter());
  const context = useSyncExternalStore(store.subscribe, contextNow);
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = [store.subscribe(changed), onReload(changed)];
      return () => {
        for (const end of ends) end();
      };
    },
    [store, onReload],
  );
  const settings = useSyncExternalStore(subscribe, () => services.settings);
  const keys = useMemo(() => {
    const { groups } = boundGroups(settings);
    return { router, reader, bound: new Map(groups.map((group) => [group.name, group])) };
  }, [settings, router, reader]);
  const background = useSyncExternalStore(reader.onBackground, reader.background);
  const shown = useMemo(() => theme(settings, context, background), [theme, settings, context, background]);
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
