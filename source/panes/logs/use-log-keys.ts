import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import type { LogLevel } from '../../lib/log-line/level.ts';
import { findAround } from '../../logs/find.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { textOf } from '../../logs/log-text.ts';
import { cursorOf, type LogView } from '../../logs/paging.ts';
import type { SearchQuery } from '../../logs/search.ts';
import type { LogViewAction } from '../../logs/view.ts';
import type { Handlers } from '../../ui/keymap.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { useServices } from '../shared/services.ts';
import { logKeys } from './keys.ts';
import { showInPager } from './pager.ts';
import type { LogScreen } from './screen.ts';

export type LogKeys = {
  active: boolean;
  store: LogStore | undefined;
  view: LogView;
  act(action: LogViewAction): void;
  screen(): LogScreen | undefined;
  sources: readonly LogSource[];
  /** They are on many hosts. */
  many: boolean;
  names: readonly string[];
  prefixed: boolean;
  /** Name for saved files. */
  title: string;
  /** Whether an exchange's time zone is known. */
  exchange: boolean;
  filter(text: string): void;
  /** Shows only lines of this level and worse ones. */
  level(least: LogLevel | undefined): void;
  range: LogRange;
  setRange(range: LogRange): void;
  /** Lines shown by `0` (tail) and `1` (head). */
  tail: number;
  /** Cycles through the scopes. */
  widen(): void;
  /** Shows or hides the state of each source. */
  toggleSources(): void;
  histogram(): void;
  /** Asks for a time and goes there. */
  jump(): void;
  /** Opens the log of the cause at the same moment. */
  cause(): void;
  /** Asks what to search for in the whole history of all services. */
  find(): void;
  /** In such a search: the lines around the hit under the cursor, and back to the log. */
  found?: { open(): void; close(): void };
  menu: Handlers['menu'];
  restart: Handlers['restart'];
};

/** Cells per step sideways. */
const STEP = 8;

/** The keys of the logs pane while it has the focus. */
export function useLogKeys(keys: LogKeys): void {
  useMotion(keys);
  useRanges(keys);
  useFinding(keys);
  useKeeping(keys);
}

function useMotion({ active, act, exchange, store, ...others }: LogKeys): void {
  const { clock } = useServices();
  const toggle = (what: 'follow' | 'wrap' | 'columnLock' | 'formatted') => () => act({ type: 'toggle', what });
  useKeys(
    logKeys,
    {
      up: () => act({ type: 'move', by: -1 }),
      down: () => act({ type: 'move', by: 1 }),
      pageUp: () => act({ type: 'page', by: -1 }),
      pageDown: () => act({ type: 'page', by: 1 }),
      first: () => act({ type: 'first' }),
      last: () => act({ type: 'last' }),
      left: () => act({ type: 'sideways', by: -STEP }),
      right: () => act({ type: 'sideways', by: STEP }),
      autoscroll: toggle('follow'),
      wrap: toggle('wrap'),
      columnLock: toggle('columnLock'),
      formatted: toggle('formatted'),
      stamps: () => act({ type: 'stamps', exchange }),
      mark: () => act({ type: 'mark' }),
      markRange: () => act({ type: 'mark-range' }),
      separator: (key) =>
        others.found && key === 'enter' ? others.found.open() : act({ type: 'separator', at: clock.now() }),
      unmark: () => act({ type: 'unmark' }),
      clear: () => act({ type: 'clear', end: store?.buffer.end ?? 0 }),
      all: others.widen,
      sources: others.toggleSources,
      histogram: others.histogram,
      jump: others.jump,
      cause: others.cause,
      find: others.find,
      menu: others.menu,
      restart: others.restart,
    },
    { layer: 'pane', active },
  );
}

const MINUTE = 60_000;

function useRanges({ active, range, setRange, tail }: LogKeys): void {
  const since = (minutes: number) => () => setRange({ kind: 'since', ms: minutes * MINUTE });
  const lines = Math.max(1000, tail);
  useKeys(
    logKeys,
    {
      tail: () => setRange({ kind: 'tail', lines: tail }),
      head: () => setRange({ kind: 'head', lines }),
      since1m: since(1),
      since5m: since(5),
      since15m: since(15),
      since30m: since(30),
      since1h: since(60),
      previousRun: () =>
        setRange(range.kind === 'previous' ? { kind: 'tail', lines: tail } : { kind: 'previous', lines }),
    },
    { layer: 'pane', active },
  );
}

/** The least level after `v`; undefined shows all. */
const NEXT_LEVEL: Readonly<Record<LogLevel, LogLevel | undefined>> = {
  trace: 'info',
  debug: 'info',
  info: 'warn',
  warn: 'error',
  error: undefined,
  fatal: undefined,
};

function useFinding({ active, store, view, act, screen, filter, level, found }: LogKeys): void {
  const controls = useControls();
  const find = (by: 1 | -1, wanted: SearchQuery) => () => {
    const at = screen();
    if (!store || !at) return false;
    if (wanted === 'match' && !store.search.filter)
      return controls.flash('info', 'No search active: / filters, //text searches.');
    // At the tail there is nothing later: the newest one is meant.
    const start = view.follow ? ({ from: store.buffer.end, by: -1 } as const) : { from: cursorOf(view, at) ?? 0, by };
    findAround(store, at.sequence, { ...start, wanted }, (line, wrapped) => {
      if (line === undefined) return controls.flash('info', `No ${wanted}.`);
      act({ type: 'jump', line });
      if (wrapped && line === start.from) controls.flash('info', `No other ${wanted}.`);
      else if (wrapped) controls.flash('info', `No ${by > 0 ? 'later' : 'earlier'} ${wanted}: wrapped around.`);
    });
    return true;
  };
  useKeys(
    logKeys,
    {
      filter: () => controls.filter(view.filter, filter),
      level: () => level(NEXT_LEVEL[view.level ?? 'trace']),
      more: () => act({ type: 'context', by: 1 }),
      less: () => act({ type: 'context', by: -1 }),
      next: find(1, 'match'),
      previous: find(-1, 'match'),
      nextError: find(1, 'error'),
      previousError: find(-1, 'error'),
    },
    { layer: 'pane', active },
  );
  // esc gives up the filter, then the level, before it leaves the view.
  useKeys(
    logKeys,
    {
      unfilter() {
        if (view.filter !== '') return filter('');
        if (view.level !== undefined) return level(undefined);
        return found ? found.close() : false;
      },
    },
    { layer: 'pane', active },
  );
}

function useKeeping({ active, store, view, screen, names, prefixed, title, sources, many }: LogKeys): void {
  const host = useServices();
  const controls = useControls();
  const whole = async () => {
    const at = screen();
    return store && at ? textOf(store.texts, at.sequence, names, prefixed) : '';
  };
  const attempt = (run: () => Promise<void>) =>
    void run().catch((error: unknown) => controls.flash('bad', errorWithAdvice(error)));
  useKeys(
    logKeys,
    {
      copy() {
        const at = screen();
        const line = at && cursorOf(view, at);
        if (!store || line === undefined) return false;
        const marked = [...view.marks].filter((mark) => store.buffer.has(mark)).sort((a, b) => a - b);
        const lines = marked.length > 0 ? marked : store.texts.message(line);
        controls.copy(lines.map((number) => store.texts.masked(number)).join('\n'));
        return true;
      },
      save: () => attempt(async () => controls.save(`${title}.log`, await whole())),
      saveAll: () => controls.save(`${title}-all.log`, host.wholeLogs(sources, many)),
      pager: () =>
        attempt(async () => {
          const path = await host.save(`${title}.log`, await whole());
          await controls.handOver(() => showInPager(path, process.env));
          controls.flash('info', `Also saved to ${path}`);
        }),
    },
    { layer: 'pane', active },
  );
}
