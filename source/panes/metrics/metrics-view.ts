import type { Service } from '../../desk/model.ts';
import type { Board } from '../../prometheus/board.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import type { World } from '../../resources/resource.ts';
import { safe } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';
import { boardRows } from './board-rows.ts';
import { type ChartCell, chartCells } from './cells.ts';
import type { DeskMetrics, MetricSource } from './desk-metrics.ts';
import { endpointRows, listedEndpoints } from './endpoint-rows.ts';
import { isOld } from './fresh.ts';
import { metricRows, statusRow } from './metric-rows.ts';
import type { MetricsState } from './metrics-state.ts';
import { type MetricName, metricNames, nameRows } from './name-rows.ts';
import { serverRows } from './server-watch.ts';

/** All that the pane is drawn from. */
export type MetricsView = {
  service: Service | undefined;
  /** To compare with. */
  other: Service | undefined;
  metrics: DeskMetrics | undefined;
  state: MetricsState;
  world: World;
  theme: Theme;
  now: number;
  focused: boolean;
  /** Cells inside the frame. */
  width: number;
  height: number;
};

export type Drawn = {
  rows: string[];
  /** Where the shown numbers come from. */
  sources: readonly MetricSource[];
  /** The charts that keys are about. */
  cells: readonly ChartCell[];
  /** The names, where names are listed. */
  names: readonly MetricName[];
  /** The endpoints, where those are listed. */
  endpoints: readonly EndpointStatus[];
};

/** From here on there is room for enough charts; below, numbers say more. */
const BIG = { width: 88, height: 26 } as const;

export function isBig({ width, height }: { width: number; height: number }): boolean {
  return width >= BIG.width && height >= BIG.height;
}

/** What the pane shows: a list of endpoints or of names, charts, or rows. */
export function drawn(view: MetricsView): Drawn {
  const { service, metrics, state, theme, width, height, now } = view;
  const empty = { rows: [], sources: [], cells: [], names: [], endpoints: [] };
  const nothing = (why: string): Drawn => ({ ...empty, rows: [theme.paint('dim', ` ${why}`)] });
  if (metrics === undefined) return nothing('metrics are switched off');
  if (state.endpoints) {
    const endpoints = listedEndpoints(metrics.scraper.statuses());
    return { ...empty, endpoints, rows: endpointRows(endpoints, state.selected, view) };
  }
  const alone = state.endpoint === undefined ? undefined : metrics.source(state.endpoint);
  if (alone === undefined && service === undefined) return nothing('no service selected');
  const sources = alone ? [alone] : metrics.sources(service?.containers.map(({ id }) => id) ?? []);
  if (state.search !== undefined) {
    const names = metricNames(sources, state.search);
    return { ...empty, sources, names, rows: nameRows(names, state.selected, width, height, theme) };
  }
  const own = alone ? undefined : service;
  const cells = chartCells(own, sources, metrics, now);
  const rows =
    isBig(view) || state.zoom ? bigRows(view, metrics, sources, cells) : smallRows(view, metrics, sources, own);
  return { ...empty, sources, cells, rows };
}

function bigRows(
  view: MetricsView,
  metrics: DeskMetrics,
  sources: readonly MetricSource[],
  cells: readonly ChartCell[],
): string[] {
  const { state, theme, width, height, now } = view;
  const { intervalMs } = metrics.scraper;
  const head = sources
    .filter(({ status }) => !status.endpoint.guess || status.lastScrape !== undefined)
    .flatMap(({ status, board }) => [
      statusRow(status, now, isOld(status, intervalMs, now), theme),
      ...notDrawnRow(board, theme),
      ...(status.endpoint.isServer ? serverRows(metrics.serverFacts(), now, theme).slice(0, 5) : []),
    ]);
  const of = (other: Service) => metrics.sources(other.containers.map(({ id }) => id));
  const other = view.other && {
    name: view.other.name,
    cells: chartCells(view.other, of(view.other), metrics, now),
  };
  const charts = boardRows({ cells, other, state, width, height: height - head.length, now, theme });
  return [...head.map((row) => ` ${row}`), ...charts];
}

function notDrawnRow({ notDrawn = [] }: Board, theme: Theme): string[] {
  if (notDrawn.length === 0) return [];
  const reasons = notDrawn.map(({ title, reason }) => safe(`${title} (${reason})`));
  return [theme.paint('dim', `not drawn: ${reasons.join(', ')}`)];
}

/** Rows, scrolled to the panel that keys are about. */
function smallRows(
  view: MetricsView,
  metrics: DeskMetrics,
  sources: readonly MetricSource[],
  service: Service | undefined,
): string[] {
  const { state, world, theme, now, width, height, focused } = view;
  const panels = sources.reduce((sum, { board, pinned }) => sum + board.panels.length + pinned.length, 0);
  const selected = focused ? Math.min(state.selected, panels - 1) : undefined;
  const rows = metricRows({
    service,
    readings: world.state.usage,
    usage: metrics.usage,
    sources,
    server: metrics.serverFacts(),
    intervalMs: metrics.scraper.intervalMs,
    now,
    selected,
    width,
    theme,
  });
  const row = selected === undefined ? 0 : rows.findIndex((text) => text.startsWith(theme.glyph('fold')));
  return rows.slice(Math.max(0, Math.min(row - (height >> 1), rows.length - height)));
}
