import { type Dispatch, useEffect, useEffectEvent } from 'react';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction } from '../shared/console-state.ts';
import { useServices } from '../shared/services.ts';

/** Time (ms) after which every endpoint was scraped: a metric that none has exposed by then does not exist. */
const SCRAPED_MS = 60_000;

/**
 * Reports once the names in the settings that do not exist: a guard for a missing service has no effect. `ready`: the engine has listed its
 * objects.
 */
export function useSettingsTrouble(ready: boolean, controls: Controls): void {
  const host = useServices();
  const report = useEffectEvent((about: { metrics: boolean }, known: readonly string[]) => {
    const trouble = host.unmatchedSettings(about).filter((text) => !known.includes(text));
    const [first, ...more] = trouble;
    for (const text of more) host.messages.add('warning', text);
    const others = more.length > 0 ? ` (and ${more.length} more: :messages)` : '';
    if (first !== undefined) controls.flash('warn', `${first}${others}`);
    return trouble;
  });
  useEffect(() => {
    if (!ready) return undefined;
    let known = report({ metrics: false }, []);
    const ends = [
      host.clock.after(SCRAPED_MS, () => void report({ metrics: true }, known)),
      host.onReload(({ ok }) => {
        if (ok) known = report({ metrics: false }, known);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [ready, host]);
}

/** Says what came of settings that were read again, and has tables follow them. */
export function useReloads(dispatch: Dispatch<ConsoleAction>, controls: Controls): void {
  const host = useServices();
  const { views } = host.settings;
  useEffect(() => host.onReload(({ ok, text }) => controls.flash(ok ? 'good' : 'bad', text)), [host, controls]);
  useEffect(() => dispatch({ type: 'views', views }), [dispatch, views]);
}
