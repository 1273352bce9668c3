import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { parseLogFilter } from '../../logs/filter.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { LogView } from '../../logs/paging.ts';
import { combined, type LogRules, NO_RULES, readRules } from '../../logs/rules.ts';
import { useMemory } from '../shared/memory.ts';

/** The rules of the settings and of this session, read, and how to change those of the session. */
export function useLogRules(settings: LogRules) {
  const memory = useMemory('log rules', NO_RULES);
  const [own, setOwn] = useState(memory.recall);
  const hide = useMemo(() => readRules([...settings.hide, ...own.hide]), [settings.hide, own.hide]);
  const highlight = useMemo(() => readRules([...settings.highlight, ...own.highlight]), [settings.highlight, own]);
  return {
    hide: hide.filters,
    highlight: highlight.filters,
    errors: [...hide.errors, ...highlight.errors],
    own,
    change(rules: LogRules) {
      memory.keep(rules);
      setOwn(rules);
    },
  };
}

/**
 * What is looked for in the log: as it was typed, with the level and the rules that hide. The returned function applies what is about
 * to be, so that the next frame shows it; another log and other rules are seen here.
 */
export function useLogFilter(
  store: LogStore | undefined,
  view: LogView,
  hide: ReturnType<typeof useLogRules>['hide'],
): (next: Pick<LogView, 'filter' | 'level'>) => void {
  const apply = ({ filter, level }: Pick<LogView, 'filter' | 'level'>) =>
    store?.setFilter(combined(parseLogFilter(filter), { level, hide }));
  const again = useEffectEvent(() => apply(view));
  useEffect(() => {
    if (store && hide) again();
  }, [store, hide]);
  return apply;
}
