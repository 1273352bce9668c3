import { useEffect, useReducer, useSyncExternalStore } from 'react';
import { age, moment } from '../../lib/format.ts';
import { containerId } from '../../lib/ids.ts';
import { displayText } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import { Frame } from '../../ui/Frame.tsx';
import { useTheme } from '../../ui/theme-context.ts';
import { useKeyedMemo } from '../../ui/use-keyed-memo.ts';
import { useCommand, useControls } from '../shared/console-context.ts';
import { useServices } from '../shared/services.ts';
import type { Pane, PaneProps } from '../shared/views.ts';
import { metricKeys, RANGES } from './keys.ts';
import { initialMetrics, type MetricsList, type MetricsState, metricsReducer } from './metrics-state.ts';
import { drawn, isBig, type MetricsView } from './metrics-view.ts';
import { showSpan, useMetricKeys } from './use-metric-keys.ts';

export const metricsPane: Pane = {
  name: 'metrics',
  command: { names: ['metrics'], argument: 'NAME', help: 'metrics of a service' },
  keys: [metricKeys],
  commands: [
    {
      names: ['range'],
      argument: 'TIME',
      help: 'time shown in the metrics: :range 7d, :range 09:15 09:30, :range 2026-01-15 09:15',
    },
  ],
  column: 'left',
  // A stopped service only has its last curves to show.
  enough: (service) => (service && service.running === 0 ? 5 : undefined),
  Component: MetricsPane,
};

/** The metrics of the selected service: of its containers and programs. Charts if there is room, else rows. */
function MetricsPane({ service, world, width, height, focused }: PaneProps) {
  const theme = useTheme();
  const controls = useControls();
  const { metrics, clock } = useServices();
  useSyncExternalStore(metrics?.subscribe ?? nothing, metrics?.revision ?? never);
  const [state, dispatch] = useReducer(metricsReducer, initialMetrics);
  const other = state.compare === undefined ? undefined : world.desk.byId.get(state.compare);
  const watched = [service, other].flatMap((one) => one?.containers.map(({ id }) => id) ?? []).join(' ');
  useEffect(() => {
    metrics?.watch(
      watched === '' ? [] : watched.split(' ').map(containerId),
      state.endpoint === undefined ? [] : [state.endpoint],
    );
    return () => metrics?.watch([]);
  }, [metrics, watched, state.endpoint]);
  const size = { width: width - 2, height: height - 2 };
  const now = clock.now();
  const view: MetricsView = { service, other, metrics, state, world, theme, now, focused, ...size };
  // The desk changes several times a second; these rows change only with their own values and every second.
  const { usage } = world.state;
  const key = [
    metrics?.revision(),
    Math.floor(now / 1000),
    usage,
    service,
    other,
    state,
    theme,
    focused,
    width,
    height,
  ];
  const shown = useKeyedMemo(key, () => drawn(view));
  useCommand('range', (text) => showSpan(text, { view, dispatch }, controls));
  useMetricKeys({ view, drawn: shown, dispatch, active: focused });
  const notes = [
    state.endpoint === undefined ? '' : displayText(metrics?.scraper.status(state.endpoint)?.endpoint.name ?? ''),
    listText(state.list),
    other === undefined ? '' : `versus ${safe(other.name)}`,
    shown.place,
    state.yesterday ? 'and yesterday' : '',
    isBig(size) || state.zoom ? rangeText(state, width, now) : '',
  ];
  return (
    <Frame
      title={` Metrics(${service ? safe(service.name) : '-'}) `}
      note={notes.filter(Boolean).join(theme.ascii ? ' - ' : ' · ')}
      width={width}
      height={height}
      focused={focused}
      rows={shown.rows}
    />
  );
}

/** Cells from which on all ranges are named, with the one shown in brackets. */
const ALL_RANGES = 110;

/** The time that is shown: `1m [5m] 15m …`, `15m to 09:30:00`. */
function rangeText({ range, length, end }: MetricsState, width: number, now: number): string {
  const own = length === undefined ? (RANGES[range]?.name ?? '') : age(length);
  const until = end === undefined ? '' : ` to ${moment(end, now)}`;
  if (length !== undefined || end !== undefined || width < ALL_RANGES) return `${own}${until}`;
  return RANGES.map(({ name }, at) => (at === range ? `[${name}]` : name)).join(' ');
}

const LISTS = { endpoints: 'endpoints', watches: 'watched', 'not-drawn': 'not drawn' } as const;

function listText(list: MetricsList | undefined): string {
  if (list === undefined) return '';
  if (list.kind === 'answer') return safe(list.answer.query);
  return list.kind === 'names' ? `/${safe(list.text)}` : LISTS[list.kind];
}

const nothing = () => () => {};
const never = () => 0;
