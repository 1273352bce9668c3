import type { Service } from '../../desk/model.ts';
import { safe } from '../../lib/text.ts';
import type { DeskMetrics, MetricSource } from '../../metrics/desk-metrics.ts';
import { type MetricName, metricNames } from '../../metrics/metric-names.ts';
import { isOld } from '../../metrics/panel-values.ts';
import { serverRows } from '../../metrics/server-watch.ts';
import type { Board } from '../../prometheus/board.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { Theme } from '../../ui/theme.ts';
import { answerRows } from './answer-rows.ts';
import { boardRows, placeText } from './board-rows.ts';
import { type ChartCell, chartCells } from './cells.ts';
import { endpointRows, type ListedEndpoint, listedEndpoints } from './endpoint-rows.ts';
import { metricRows, statusRow } from './metric-rows.ts';
import type { MetricsState } from './metrics-state.ts';
import { nameRows } from './name-rows.ts';
import { type NotDrawn, notDrawnOf, notDrawnRows } from './not-drawn-rows.ts';
import { type Watched, watchedOf, watchRows } from './watches.ts';

/** The inputs of the pane. */
export type MetricsView = {
  service: Service | undefined;
  /** For comparison. */
  other: Service | undefined;
  metrics: DeskMetrics | undefined;
  state: MetricsState;
  world: CellContext;
  theme: Theme;
  now: number;
  focused: boolean;
  /** Cells inside the frame. */
  width: number;
  height: number;
};

export type Drawn = {
  rows: string[];
  /** The sources of the shown values. */
  sources: readonly MetricSource[];
  /** The charts to which keys apply. */
  cells: readonly ChartCell[];
  /** The listed names, if any. */
  names: readonly MetricName[];
  /** The listed endpoints, if any. */
  endpoints: readonly ListedEndpoint[];
  /** The listed thresholds, if any. */
  watched: readonly Watched[];
  /** The listed panels of dashboards that are not drawn, if any. */
  missing: readonly NotDrawn[];
  /** The number of the selected chart or row, if not all are visible: "3 of 15". */
  place: string;
};

/** Size from which charts are shown; below it, values are more useful. */
const BIG = { width: 88, height: 26 } as const;

export function isBig({ width, height }: { width: number; height: number }): boolean {
  return width >= BIG.width && height >= BIG.height;
}

/** The content of the pane: a list, charts, or rows. */
export function drawn(view: MetricsView): Drawn {
  const { service, metrics, state, theme, width, height, now } = view;
  const empty = { rows: [], sources: [], cells: [], names: [], endpoints: [], watched: [], missing: [], place: '' };
  const nothing = (why: string): Drawn => ({ ...empty, rows: [theme.paint('dim', ` ${why}`)] });
  if (metrics === undefined) return nothing('metrics are switched off');
  const { list } = state;
  if (list?.kind === 'endpoints') {
    const endpoints = listedEndpoints(metrics.scraper.statuses(), metrics.servers.unmatched());
    return { ...empty, endpoints, rows: endpointRows(endpoints, list.row, view) };
  }
  const alone = state.endpoint === undefined ? undefined : metrics.source(state.endpoint);
  if (alone === undefined && service === undefined) return nothing('no service selected');
  const sources = alone ? [alone] : metrics.sources(service?.containers.map(({ id }) => id) ?? []);
  if (list?.kind === 'names') {
    const names = metricNames(sources, list);
    return { ...empty, sources, names, rows: nameRows(names, list.row, width, height, theme) };
  }
  if (list?.kind === 'answer') return { ...empty, sources, rows: answerRows(list.answer, list.row, view) };
  if (list?.kind === 'watches') {
    const watched = watchedOf(sources);
    return { ...empty, sources, watched, rows: watchRows(watched, list.row, view) };
  }
  if (list?.kind === 'not-drawn') {
    const dashboards = metrics.dashboards();
    const missing = notDrawnOf(sources, dashboards);
    const rows = notDrawnRows(missing, list.row, { ...view, dashboards: dashboards.count });
    return { ...empty, sources, missing, rows };
  }
  const own = alone ? undefined : service;
  const cells = chartCells(own, sources, metrics, now);
  const trouble = metrics.byKey.trouble();
  const head = trouble === undefined ? [] : [theme.paint('warn', ` ${safe(`${theme.glyph('degraded')} ${trouble}`)}`)];
  const room = { ...view, height: height - head.length };
  const shown =
    isBig(view) || state.zoom ? bigRows(room, metrics, sources, cells) : smallRows(room, metrics, sources, own);
  return { ...empty, sources, cells, place: shown.place, rows: [...head, ...shown.rows] };
}

type Shown = Pick<Drawn, 'rows' | 'place'>;

function bigRows(
  view: MetricsView,
  metrics: DeskMetrics,
  sources: readonly MetricSource[],
  cells: readonly ChartCell[],
): Shown {
  const { state, theme, width, height, now } = view;
  const head = headRows(view, metrics, sources).map((row) => ` ${row}`);
  const of = (other: Service) => metrics.sources(other.containers.map(({ id }) => id));
  const other = view.other && {
    name: view.other.name,
    cells: chartCells(view.other, of(view.other), metrics, now),
  };
  const board = { cells, other, state, width, height: height - head.length, now, theme };
  return { rows: [...head, ...boardRows(board)], place: state.zoom ? '' : placeText(board) };
}

/** Up to this many endpoints each have a row above the charts; of more only those that are down, and a count. */
const MOST_HEADS = 3;

/** The state of the endpoints; for a Prometheus server also its alerts and targets. */
function headRows({ theme, now }: MetricsView, metrics: DeskMetrics, sources: readonly MetricSource[]): string[] {
  const { intervalMs } = metrics.scraper;
  const known = sources.filter(({ status }) => !status.endpoint.guess || status.lastScrape !== undefined);
  const down = known.filter(({ status }) => status.state === 'down');
  const shown = known.length <= MOST_HEADS ? known : down.slice(0, MOST_HEADS);
  const others =
    shown === known ? [] : [theme.paint('dim', `${known.length - down.length} of ${known.length} endpoints up`)];
  const rows = shown.flatMap(({ status, board }) => [
    statusRow(status, now, isOld(status, intervalMs, now), theme),
    ...notDrawnRow(board, theme),
    ...(status.endpoint.isServer ? serverRows(metrics.servers.facts(status.endpoint.id), now, theme).slice(0, 5) : []),
  ]);
  return [...others, ...rows];
}

function notDrawnRow({ notDrawn = [] }: Board, theme: Theme): string[] {
  if (notDrawn.length === 0) return [];
  const titles = notDrawn.map(({ title }) => safe(title)).join(', ');
  return [theme.paint('dim', `${notDrawn.length} panels of the dashboard are not drawn (n: why): ${titles}`)];
}

/** Rows, scrolled to the selected panel. */
function smallRows(
  view: MetricsView,
  metrics: DeskMetrics,
  sources: readonly MetricSource[],
  service: Service | undefined,
): Shown {
  const { state, world, theme, now, width, height, focused } = view;
  const panels = sources.reduce((sum, { board, pinned }) => sum + board.panels.length + pinned.length, 0);
  const selected = focused ? Math.min(state.selected, panels - 1) : undefined;
  const rows = metricRows({
    service,
    readings: world.state.usage,
    usage: metrics.usage,
    sources,
    server: (endpoint) => metrics.servers.facts(endpoint),
    asked: (expr, source, span) => metrics.asked(expr, source, span),
    intervalMs: metrics.scraper.intervalMs,
    now,
    selected,
    width,
    theme,
  });
  const row = selected === undefined ? 0 : rows.findIndex((text) => text.startsWith(theme.glyph('fold')));
  const shown = rows.slice(Math.max(0, Math.min(row - (height >> 1), rows.length - height)));
  const isCut = rows.length > height && panels > 0;
  return { rows: shown, place: isCut ? `${(selected ?? 0) + 1} of ${panels}` : '' };
}
