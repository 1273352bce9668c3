import type { Service } from '../../desk/model.ts';
import { TwoGenerationCache } from '../../lib/cache.ts';
import { bytes } from '../../lib/format.ts';
import { memoizeByObject } from '../../lib/memoize.ts';
import type { Unit } from '../../lib/value.ts';
import type { DeskMetrics, MetricSource } from '../../metrics/desk-metrics.ts';
import { incompleteText, isOld, linesOver, valuesNow } from '../../metrics/panel-values.ts';
import { chartOf } from '../../metrics/recording.ts';
import type { Span } from '../../metrics/span.ts';
import { USAGE_CHARTS } from '../../metrics/usage-charts.ts';
import type { Panel, PanelView } from '../../prometheus/board.ts';
import type { RangeSeries } from '../../prometheus/evaluate.ts';
import type { History } from '../../prometheus/history.ts';
import type { ThresholdStatus } from '../../prometheus/watcher.ts';
import type { ChartSeries } from '../../ui/chart/chart.ts';
import { watchesOf } from './watches.ts';

/** One chart of a service, whatever the source of its values. */
export type ChartCell = {
  id: string;
  title: string;
  help: string;
  unit: Unit;
  view: PanelView;
  /** Limits of the panel and of thresholds: drawn if they are near the values. */
  limits: readonly number[];
  /** Its thresholds, worst first. */
  watches: readonly ThresholdStatus[];
  /** When its newest value was measured. */
  measuredAt(): number | undefined;
  old: boolean;
  /** It was pinned by the operator. */
  pinned: boolean;
  /** Why it is incomplete, in words: more series than are stored, or more lines than are drawn. */
  partial: string;
  /** Its lines over a span of time, at regular steps. */
  lines(span: Span): ChartSeries[];
  /** Its panel and source; none for a container's own resources. */
  panel?: { panel: Panel; source: MetricSource };
};

/** Most lines of a server in one chart; more cannot be distinguished. */
const MOST_ASKED = 20;

/** Share of a memory limit above which the limit is drawn. */
const NEAR_LIMIT = 0.2;

/** Usage readings come every few seconds; a longer interval is drawn as a gap. */
const USAGE_GAP_MS = 30_000;

/** All charts: the boards of these endpoints, what was pinned, and the resources of the service's containers. */
export function chartCells(
  service: Service | undefined,
  sources: readonly MetricSource[],
  metrics: DeskMetrics,
  now: number,
): ChartCell[] {
  const several = sources.length > 1;
  return [
    ...sources.flatMap((source) => [
      ...source.board.panels.map((panel) => panelCell(panel, source, metrics, several, now, false)),
      ...source.pinned.map((panel) => panelCell(panel, source, metrics, several, now, true)),
    ]),
    ...(service === undefined ? [] : USAGE_CHARTS.map((figure) => usageCell(figure, service, metrics, now))),
  ];
}

function panelCell(
  panel: Panel,
  source: MetricSource,
  metrics: DeskMetrics,
  several: boolean,
  now: number,
  pinned: boolean,
): ChartCell {
  const { status, history } = source;
  const { intervalMs } = metrics.scraper;
  const watches = watchesOf(panel, source);
  return {
    id: `${status.endpoint.id} ${panel.title}`,
    title: several ? `${panel.title} (${status.endpoint.name})` : panel.title,
    help: panel.help ?? '',
    unit: panel.unit,
    view: panel.view ?? 'lines',
    limits: [...(panel.limits ?? []), ...marksOf(watches, panel.limits)],
    watches,
    measuredAt: () => newest(valuesNow(panel, history, now, intervalMs).map(({ at }) => at)),
    old: isOld(status, intervalMs, now),
    pinned,
    partial: incompleteText(panel, history, now),
    panel: { panel, source },
    lines: ({ from, to, columns }) => {
      const lines = panel.exprs.flatMap((expr) => {
        if (expr.kind === 'promql') {
          const lines = metrics.asked(expr, source, { from, to, columns });
          return (panel.view ?? 'lines') === 'lines' ? lines.slice(0, MOST_ASKED) : lines;
        }
        const lines = keptLines(history).get(JSON.stringify([expr, from, columns, history.latest?.at]), () => {
          const step = (to - from) / Math.max(1, columns - 1);
          return linesOver(expr, history, { from, to, step }, intervalMs);
        });
        return metrics.withPast(expr, source, lines, { from, to, columns });
      });
      return metrics.withRecorded(metrics.serviceOf(source), chartOf(source, panel.title), lines, {
        from,
        to,
        columns,
      });
    },
  };
}

/** The limits of thresholds, except those of the panel itself. */
function marksOf(watches: readonly ThresholdStatus[], limits: readonly number[] = []): number[] {
  const all = watches.flatMap(({ threshold: { bad, warn, critical } }) =>
    [warn, critical].flatMap((limit) => (limit === undefined ? [] : bad === 'beyond' ? [-limit, limit] : [limit])),
  );
  return all.filter((limit) => !limits.includes(limit));
}

/** Cache size: more than the charts of one screen. */
const MAX_LINES = 100;

/** Lines by history, so that redrawing a chart between two scrapes costs nothing. */
const keptLines = memoizeByObject((_: History) => new TwoGenerationCache<string, RangeSeries[]>(MAX_LINES));

function usageCell(
  { id, title, unit, figures, help }: (typeof USAGE_CHARTS)[number],
  service: Service,
  metrics: DeskMetrics,
  now: number,
): ChartCell {
  const ids = service.containers.map((container) => container.id);
  const at = newest(
    ids.flatMap((container) => metrics.usage.track(container, figures[0]?.[0] ?? 'cpu')?.last?.time ?? []),
  );
  const limit = id === 'memory' ? memoryLimit(service) : undefined;
  const used = ids.reduce((sum, container) => sum + (metrics.usage.track(container, 'memory')?.last?.value ?? 0), 0);
  return {
    id: `usage ${id}`,
    title,
    unit,
    view: 'lines',
    help: limit === undefined ? help : `limit ${bytes(limit)}, ${help}`,
    // A distant limit would flatten the line.
    limits: limit === undefined || used < limit * NEAR_LIMIT ? [] : [limit],
    watches: [],
    measuredAt: () => at,
    old: at !== undefined && now - at > USAGE_GAP_MS,
    pinned: false,
    partial: '',
    lines: ({ from, to, columns }) => {
      const lines = figures.map(([figure, legend]) => ({
        legend,
        ...metrics.usage.series(ids, figure, {
          from,
          to,
          steps: columns,
          lookback: Math.max(USAGE_GAP_MS, (to - from) / columns),
        }),
      }));
      return metrics.withRecorded(service.id, title, lines, { from, to, columns });
    },
  };
}

function newest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The sum over its containers, if every one has a limit. */
function memoryLimit({ containers }: Service): number | undefined {
  const limits = containers.map(({ detail }) => detail?.limits.memory ?? 0);
  return limits.length > 0 && limits.every((limit) => limit > 0) ? limits.reduce((a, b) => a + b, 0) : undefined;
}
