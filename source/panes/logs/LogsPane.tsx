import { useEffect, useMemo, useState } from 'react';
import type { Desk, Service } from '../../desk/model.ts';
import type { LogRange } from '../../engine/logs/range.ts';
import { safe } from '../../lib/text.ts';
import { parseLogFilter, withLevel } from '../../logs/filter.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Rate } from '../../logs/rates.ts';
import { sourcesOf } from '../../logs/sources.ts';
import { cursorOf, INITIAL_VIEW, type LogView, type LogViewAction, logView } from '../../logs/view.ts';
import { Frame } from '../../ui/Frame.tsx';
import type { Theme } from '../../ui/theme.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useMemory } from '../shared/memory.ts';
import { useServices } from '../shared/services.ts';
import type { LogsFocus, Pane, PaneProps } from '../shared/views.ts';
import type { Look } from './format-line.ts';
import { logKeys } from './keys.ts';
import { indicatorRow, logRows, noticeRows, rangeText, sourceRows } from './log-rows.ts';
import { type LogScreen, logScreen } from './screen.ts';
import { useLogKeys } from './use-log-keys.ts';
import { useLogs } from './use-logs.ts';

export const logsPane: Pane = {
  name: 'logs',
  command: { names: ['logs', 'log'], argument: 'NAME', help: 'logs of a service' },
  keys: [logKeys],
  column: 'right',
  calls: () => true,
  Component: LogsPane,
};

/** The scope: the service and those marked with it, its project, or everything. `a` cycles through them. */
type Scope = 'service' | 'project' | 'everything';

/** The merged logs of a service (or its project), followed as long as the pane is on the screen. */
export function LogsPane({ service, world, width, height, focused, moment, previous, marked }: PaneProps) {
  const theme = useTheme();
  const host = useServices();
  const [scope, setScope] = useState<Scope>('service');
  const [range, setRange] = useRange(host.settings.logs.tail, { moment, previous });
  const { desk } = world;
  const services = useMemo(() => inScope(scope, service, marked, desk), [scope, service, marked, desk]);
  const sources = useMemo(() => sourcesOf(services, world.state.engineId), [services, world.state.engineId]);
  const about = [scope, service?.id, ...(marked ?? []).map(({ id }) => id)].join(' ');
  const store = useLogs(about, sources, range, world.state.connection.state === 'ready');
  // The next log is shown with the view options of the last one.
  const manner = useMemory('log manner', INITIAL_VIEW);
  const [view, setView] = useState(manner.recall);
  const [loaded, setLoaded] = useState(false);
  const zone = host.settings.market[0]?.timeZone;
  const inner = Math.max(1, width - 2);
  const lines = Math.max(0, height - 3);

  const names = store?.statuses().map(({ name }) => name) ?? [];
  const prefixed = names.length > 1;
  const screenOf = (of: LogView): LogScreen | undefined => {
    if (!store) return undefined;
    const filter = store.search.filter;
    const look: Look = { view: of, width: inner - 1, names, prefixed, filter, zone, theme };
    const now = store.onEngine(world.state.now);
    return logScreen(store.texts, store.search, of, { look, now, height: lines }, store.rows);
  };
  const act = (action: LogViewAction) =>
    setView((before) => {
      const screen = screenOf(before);
      const next = screen ? logView(before, action, screen) : before;
      manner.keep({ ...INITIAL_VIEW, ...mannerOf(next) });
      return next;
    });
  useNewSubject(store, beginning(range, moment), setView);
  useLogKeys({
    active: focused,
    store,
    view,
    act,
    screen: () => screenOf(view),
    sources,
    names,
    prefixed,
    title: nameOf(scope, service, marked).replaceAll('/', '-'),
    exchange: zone !== undefined,
    filter(text) {
      store?.setFilter(withLevel(parseLogFilter(text), view.level));
      act({ type: 'filter', text });
    },
    level(level) {
      store?.setFilter(withLevel(parseLogFilter(view.filter), level));
      act({ type: 'level', level });
    },
    range,
    setRange,
    tail: host.settings.logs.tail,
    widen: () => setScope((before) => wider(before, service)),
    toggleSources: () => setLoaded((before) => !before),
  });

  return (
    <Frame
      title={titleOf(nameOf(scope, service, marked), range, view.filter)}
      width={width}
      height={height}
      focused={focused}
      rows={rowsOf(store, view, screenOf(view), {
        range,
        zone,
        now: store?.onEngine(world.state.now) ?? world.state.now,
        focused,
        theme,
        cells: inner,
        lines,
        loaded,
      })}
    />
  );
}

type Drawing = {
  range: LogRange;
  zone?: string;
  now: number;
  focused: boolean;
  theme: Theme;
  /** The width of a row, and the number of rows for lines. */
  cells: number;
  lines: number;
  /** Whether the state of every source is shown. */
  loaded: boolean;
};

function rowsOf(
  store: LogStore | undefined,
  view: LogView,
  screen: LogScreen | undefined,
  { range, zone, now, focused, theme, cells, lines, loaded }: Drawing,
): string[] {
  if (!store || !screen) return [];
  const statuses = store.statuses();
  const { hits, left } = store.search;
  const cursor = cursorOf(view, screen);
  const indicators = indicatorRow(
    {
      view,
      zone,
      range,
      rate: totalRate(store, now),
      statuses,
      leftOut: store.leftOut(),
      hits: hits && {
        count: hits.count,
        busy: store.search.busy,
        place: left || cursor === undefined ? undefined : hits.place(cursor),
      },
      error: store.search.error,
      bufferBytes: store.buffer.bytes,
      now,
    },
    theme,
  );
  const empty = screen.sequence.last() === undefined ? { range, cleared: view.cleared > 0 } : undefined;
  const half = Math.max(1, Math.floor(lines / 2));
  const notices = (
    empty && left ? [theme.paint('dim', ' nothing matches')] : noticeRows(statuses, empty, cells, theme)
  ).slice(0, half);
  const sources = statuses.map((status) => ({ status, rate: store.rates.of(status.number, now) }));
  const about = loaded ? sourceRows(sources, half - notices.length, now, theme) : [];
  const room = { ...screen, height: Math.max(0, lines - about.length - notices.length) };
  return [indicators, ...about, ...notices, ...logRows(view, room, focused, theme)];
}

function totalRate(store: LogStore, now: number): Rate {
  const total: Rate = { lines: 0, errors: 0, estimated: false };
  for (const { number } of store.statuses()) {
    const rate = store.rates.of(number, now);
    total.lines += rate.lines;
    total.errors += rate.errors;
    total.estimated ||= rate.estimated;
    if (rate.last !== undefined) total.last = Math.max(total.last ?? 0, rate.last);
  }
  return total;
}

function titleOf(name: string, range: LogRange, filter: string): string {
  return ` Logs(${name})[${rangeText(range)}] ${filter === '' ? '' : `</${safe(filter)}> `}`;
}

function nameOf(scope: Scope, service: Service | undefined, marked: readonly Service[] = []): string {
  if (scope === 'everything') return 'all';
  if (!service) return '-';
  const project = service.project === undefined ? '' : `${safe(service.project)}/`;
  if (scope === 'project') return `${project}*`;
  const others = marked.filter(({ id }) => id !== service.id).length;
  return `${project}${safe(service.name)}${others > 0 ? `+${others}` : ''}`;
}

function inScope(
  scope: Scope,
  service: Service | undefined,
  marked: readonly Service[] = [],
  desk: Desk,
): readonly Service[] {
  if (scope === 'everything') return desk.services;
  if (!service) return marked;
  if (scope === 'project') return desk.services.filter(({ project }) => project === service.project);
  return [service, ...marked.filter(({ id }) => id !== service.id)];
}

function wider(scope: Scope, service: Service | undefined): Scope {
  if (scope === 'service') return service?.project === undefined ? 'everything' : 'project';
  return scope === 'project' ? 'everything' : 'service';
}

/** Milliseconds before and after the requested time. */
const AROUND = 5 * 60_000;

function useRange(lines: number, { moment, previous }: LogsFocus): [LogRange, (range: LogRange) => void] {
  return useState<LogRange>(
    moment !== undefined
      ? { kind: 'between', since: moment - AROUND, until: moment + AROUND }
      : { kind: previous === true ? 'previous' : 'tail', lines },
  );
}

function mannerOf({ wrap, columnLock, formatted, mask, stamps }: LogView): Partial<LogView> {
  return { wrap, columnLock, formatted, mask, stamps };
}

/** Where a log is opened, if not at its end. */
type Beginning = number | 'first' | undefined;

function beginning(range: LogRange, moment: number | undefined): Beginning {
  if (range.kind === 'between') return moment;
  return range.kind === 'head' ? 'first' : undefined;
}

/** A new log starts at its end and without a filter; `head` starts at the first line, a requested time at that time. */
function useNewSubject(
  store: LogStore | undefined,
  beginning: Beginning,
  setView: (change: (before: LogView) => LogView) => void,
): void {
  useEffect(() => {
    if (!store) return;
    setView((before) => ({ ...INITIAL_VIEW, ...mannerOf(before) }));
    if (beginning === undefined) return;
    return store.onceRead(() => {
      const line = beginning === 'first' ? store.buffer.first : store.lineAt(beginning);
      if (line !== undefined)
        setView((before) => ({ ...before, follow: false, cursor: line, top: Math.max(0, line - 3), skip: 0 }));
    });
  }, [store, beginning, setView]);
}
