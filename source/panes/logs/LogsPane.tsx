import { useMemo, useState } from 'react';
import { safe } from '../../lib/text.ts';
import { type LogFilter, parseLogFilter } from '../../logs/filter.ts';
import { cursorOf, INITIAL_VIEW, type LogView } from '../../logs/paging.ts';
import { type LogViewAction, logView } from '../../logs/view.ts';
import { Frame } from '../../ui/Frame.tsx';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { useMemory } from '../shared/memory.ts';
import { useServices } from '../shared/services.ts';
import type { Pane, PaneProps } from '../shared/views.ts';
import { useServiceActions } from '../table/use-row-keys.ts';
import type { Look } from './format-line.ts';
import { logKeys } from './keys.ts';
import { rangeText } from './log-rows.ts';
import { histogramHeight, paneRows } from './pane-rows.ts';
import { causesOf, type Scope, wider } from './scope.ts';
import { type LogScreen, logScreen } from './screen.ts';
import { logCommands, useLogCommands } from './use-log-commands.ts';
import { useLogFilter, useLogRules } from './use-log-filter.ts';
import { useLogKeys } from './use-log-keys.ts';
import { around, optionsOf, type Part, useLogPart, useNewSubject } from './use-log-range.ts';
import { useLogSources } from './use-log-sources.ts';
import { useLogs } from './use-logs.ts';
import { zoneOf } from './zone.ts';

export const logsPane: Pane = {
  name: 'logs',
  command: { names: ['logs', 'log'], argument: 'NAME', help: 'logs of a service' },
  keys: [logKeys],
  commands: logCommands,
  column: 'right',
  calls: () => true,
  Component: LogsPane,
};

/** The filter of a search through everything; one with an error finds nothing and is not used. */
function findFilter(text: string | undefined): LogFilter | undefined {
  const filter = text === undefined ? undefined : parseLogFilter(text);
  return filter && !('error' in filter) ? filter : undefined;
}

/** The merged logs of a service (or its project), followed as long as the pane is on the screen. */
export function LogsPane({ service, world, width, height, focused, moment, previous, find, marked, over }: PaneProps) {
  const theme = useTheme();
  const host = useServices();
  const controls = useControls();
  const [scope, setScope] = useState<Scope>('service');
  const [part, show] = useLogPart(host.settings.logs.tail, { moment, previous, find });
  const { range } = part;
  const { desk } = world;
  const within = part.find === undefined ? scope : 'everything';
  const only = useMemo(() => findFilter(part.find), [part.find]);
  const about = useLogSources(within, range, { service, marked, over }, world);
  const { services, sources, many } = about;
  const store = useLogs(about.key, sources, { range, only, many }, about.ready);
  // The next log is shown with the view options of the last one.
  const options = useMemory('log options', INITIAL_VIEW);
  const [view, setView] = useState(options.recall);
  const [loaded, setLoaded] = useState(false);
  const bound = useBoundGroups();
  const zone = zoneOf(services, host.settings);
  const inner = Math.max(1, width - 2);
  const lines = Math.max(0, height - 3);
  const rules = useLogRules(host.settings.logs);
  const actions = useServiceActions(service, world);

  const names = store?.statuses().map(({ name }) => name) ?? [];
  const prefixed = names.length > 1;
  const screenOf = (of: LogView): LogScreen | undefined => {
    if (!store) return undefined;
    const { filter } = store.search;
    const look: Look = { view: of, width: inner - 1, names, prefixed, filter, highlight: rules.highlight, zone, theme };
    const now = store.onEngine(world.state.now);
    return logScreen(
      store.texts,
      store.search,
      of,
      { look, now, height: lines - histogramHeight(of, lines) },
      store.rows,
    );
  };
  const act = (action: LogViewAction) =>
    setView((before) => {
      const screen = screenOf(before);
      const next = screen ? logView(before, action, screen) : before;
      options.keep({ ...INITIAL_VIEW, ...optionsOf(next) });
      return next;
    });
  useNewSubject(store, part, setView);
  const apply = useLogFilter(store, view, rules.hide);
  const level = (least: LogView['level']) => {
    apply({ ...view, level: least });
    act({ type: 'level', level: least });
  };
  const { jump, find: search } = useLogCommands({ store, view, act, level, show, rules });
  const tail: Part = { range: { kind: 'tail', lines: host.settings.logs.tail } };
  const atFound = () => {
    const screen = screenOf(view);
    const line = screen && cursorOf(view, screen);
    if (!store || line === undefined) return;
    setScope('everything');
    show(around(store.texts.buffer.time(line) - store.onEngine(0)));
  };
  const atCause = () => {
    const screen = screenOf(view);
    const line = screen && cursorOf(view, screen);
    const [first, ...others] = service ? causesOf(service, desk) : [];
    if (!store || !first || line === undefined)
      return controls.flash('info', 'This service has no known dependencies.');
    const at = store.texts.buffer.time(line) - store.onEngine(0);
    controls.open({ kind: 'pane', pane: 'logs', service: first.id, moment: at, marked: others.map(({ id }) => id) });
  };
  useLogKeys({
    active: focused,
    store,
    view,
    act,
    screen: () => screenOf(view),
    sources,
    many,
    names,
    prefixed,
    title: about.title.replaceAll(/[/ ]/g, '-'),
    exchange: zone !== undefined,
    filter(text) {
      apply({ ...view, filter: text });
      act({ type: 'filter', text });
    },
    level,
    range,
    setRange: (next) => show({ range: next }),
    tail: host.settings.logs.tail,
    widen: () => (many ? undefined : setScope((before) => wider(before, service))),
    toggleSources: () => setLoaded((before) => !before),
    histogram: () => act({ type: 'histogram', shown: histogramHeight(view, lines) === 0 }),
    jump: () => controls.search(jump, 'time'),
    cause: atCause,
    menu: actions.menu,
    restart: actions.restart,
    find: () => controls.search(search, 'find in all logs'),
    found: part.find === undefined ? undefined : { open: () => atFound(), close: () => show(tail) },
  });

  const drawing = { range, zone, focused, theme, cells: inner, lines, loaded };
  const now = store?.onEngine(world.state.now) ?? world.state.now;
  return (
    <Frame
      title={` Logs(${about.title})[${part.find === undefined ? rangeText(range) : `find ${safe(part.find)}`}] ${view.filter === '' ? '' : `</${safe(view.filter)}> `}`}
      width={width}
      height={height}
      focused={focused}
      rows={paneRows(store, view, screenOf(view), {
        ...drawing,
        bound,
        now,
        hiding: rules.hide.length,
        badRules: rules.errors,
      })}
    />
  );
}
