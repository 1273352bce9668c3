import type { Unit } from '../lib/value.ts';
import type { Expr } from './expr.ts';
import type { Threshold } from './thresholds.ts';

/**
 * A board is data: the charts of one program. Boards come from the settings, from a profile, from a Grafana dashboard, or are generated for
 * an unknown program.
 */
export type Board = {
  title: string;
  panels: readonly Panel[];
  /** A counter of work done: its rate is 0 when the program has stalled. */
  activity?: { name: string; expr: Expr };
  /** Thresholds that are watched by default. */
  thresholds?: readonly Threshold[];
  /** Panels of the original dashboard that cannot be drawn, with the reason. */
  notDrawn?: readonly { title: string; reason: string }[];
  /** Histograms whose p99 is compared with its own past. */
  latencies?: readonly { title: string; metric: string }[];
};

/** How a panel is drawn if there is room: lines or a heatmap over time, a table, bars or a histogram of the newest values, or states over time. */
export type PanelView = 'lines' | 'heatmap' | 'table' | 'bars' | 'histogram' | 'states';

export type Panel = {
  /** Unique on its board. */
  title: string;
  unit: Unit;
  exprs: readonly Expr[];
  /** Default: lines. */
  view?: PanelView;
  /** Description: the HELP text. */
  help?: string;
  /** Horizontal lines in the chart, such as a position limit. */
  limits?: readonly number[];
};

export const DEFAULT_WINDOW_MS = 60_000;

/** Names of the metrics whose history a board needs. */
export function metricsOf(board: Board): Set<string> {
  const names = new Set<string>();
  const latencies = (board.latencies ?? []).map(({ metric }) => ({ kind: 'quantile' as const, metric, q: 0.99 }));
  const watched = [board.activity?.expr, ...(board.thresholds ?? []).map(({ expr }) => expr), ...latencies];
  for (const expr of [...board.panels.flatMap(({ exprs }) => exprs), ...watched]) {
    if (expr === undefined || expr.kind === 'promql') continue;
    names.add(expr.metric);
    if (expr.kind === 'quantile') names.add(`${expr.metric}_bucket`);
  }
  return names;
}
