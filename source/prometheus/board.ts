import type { Unit } from '../lib/value.ts';
import type { Expr } from './expr.ts';
import type { Threshold } from './thresholds.ts';

/**
 * A board is data: what to draw for one program. Boards come from the settings (YAML), from here (the known engine), from a
 * Grafana dashboard, or are made for a program that nobody knows.
 */
export type Board = {
  title: string;
  panels: readonly Panel[];
  /** The counter that shows the program at work: its rate is 0 when it has stalled. */
  activity?: { name: string; expr: Expr };
  /** What is watched without a word in the settings. */
  thresholds?: readonly Threshold[];
  /** Panels of the dashboard it was made from that are not drawn, with the reason. */
  notDrawn?: readonly { title: string; reason: string }[];
  /** Histograms whose p99 is watched against its own past. */
  latencies?: readonly { title: string; metric: string }[];
};

/** How a panel is drawn where there is room: as lines over time, a table or bars of the newest values, or states over time. */
export type PanelView = 'lines' | 'table' | 'bars' | 'states';

export type Panel = {
  /** Unique on its board. */
  title: string;
  unit: Unit;
  exprs: readonly Expr[];
  /** By default lines. */
  view?: PanelView;
  /** Longer words: the HELP text. */
  help?: string;
  /** Lines drawn into the chart: a position limit. */
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
