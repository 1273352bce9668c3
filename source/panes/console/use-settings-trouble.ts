import { useEffect, useEffectEvent } from 'react';
import type { Controls } from '../shared/console-context.ts';
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
    const known = report({ metrics: false }, []);
    return host.clock.after(SCRAPED_MS, () => void report({ metrics: true }, known));
  }, [ready, host]);
}
