import { useEffect, useEffectEvent, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import type { LogFilter } from '../../logs/filter.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { useServices } from '../shared/services.ts';

/** Another log is opened only after the cursor has stayed on a service for this long. Milliseconds. */
const STAY = 120;

/**
 * The open log of some sources, while the component is mounted and `subject` stays: another subject or range closes its streams. Redraws
 * when lines arrive.
 */
export function useLogs(
  subject: string,
  sources: readonly LogSource[],
  { range, only, many }: { range: LogRange; only?: LogFilter; many: boolean },
  ready: boolean,
): LogStore | undefined {
  const host = useServices();
  const key = `${host.endpoint()} ${subject} ${JSON.stringify(range)} ${only?.text ?? ''}`;
  const [opened, setOpened] = useState<{ key: string; store: LogStore }>();
  const isFirst = useEffectEvent(() => opened === undefined);
  // The first one at once, before the next key is handled: a key typed ahead is for the log.
  useLayoutEffect(() => {
    let store: LogStore | undefined;
    const open = () => {
      store = host.openLogs(range, only, many);
      setOpened({ key, store });
    };
    const cancel = isFirst() ? open() : host.clock.after(STAY, open);
    return () => {
      cancel?.();
      store?.close();
    };
  }, [host, key, range, only, many]);
  const store = opened?.key === key ? opened.store : undefined;
  useEffect(() => store?.setSources(sources), [store, sources]);
  useEffect(() => {
    if (ready) store?.wake();
  }, [store, ready]);
  useSyncExternalStore(store?.subscribe ?? never, store?.revision ?? none);
  return store;
}

const never = () => () => {};
const none = () => 0;
