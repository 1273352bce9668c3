import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import { LogStore } from '../../logs/log-store.ts';
import type { AppServices } from '../shared/services.ts';
import { useServices } from '../shared/services.ts';

/** A cursor that runs over services opens no log before it has stayed for so long. Milliseconds. */
const STAY = 120;

/**
 * The open log of some sources, for as long as the component is mounted and `subject` stays: another subject or range closes
 * its streams. Draws anew when lines have come.
 */
export function useLogs(
  subject: string,
  sources: readonly LogSource[],
  range: LogRange,
  ready: boolean,
): LogStore | undefined {
  const host = useServices();
  const key = `${host.endpoint()} ${subject} ${JSON.stringify(range)}`;
  const [opened, setOpened] = useState<{ key: string; store: LogStore }>();
  useEffect(() => {
    let store: LogStore | undefined;
    const cancel = host.clock.after(STAY, () => {
      store = openStore(host, range);
      setOpened({ key, store });
    });
    return () => {
      cancel();
      store?.close();
    };
  }, [host, key, range]);
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

function openStore(host: AppServices, range: LogRange): LogStore {
  const { logs, screen } = host.settings;
  return new LogStore(host.engine(), host.clock, {
    range,
    limitBytes: logs.buffer * 1024 * 1024,
    everyMs: 1000 / screen.frames,
  });
}
