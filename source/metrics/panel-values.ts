import type { Panel } from '../prometheus/board.ts';
import {
  evaluate,
  evaluateRange,
  type InstantValue,
  linesOf,
  MOST_LINES,
  type RangeSeries,
} from '../prometheus/evaluate.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { History } from '../prometheus/history.ts';
import type { EndpointStatus } from '../prometheus/scraper.ts';

/** Scrapes that may be missed before a value counts as old. */
const MISSED = 3;

/** Whether an endpoint's values are older than a few scrapes. */
export function isOld({ lastScrape }: EndpointStatus, intervalMs: number, now: number): boolean {
  return lastScrape !== undefined && now - lastScrape > MISSED * intervalMs;
}

/** The newest values of a panel from an endpoint's history; PromQL has none here. `intervalMs`: between two scrapes. */
export function valuesNow({ exprs }: Panel, history: History, now: number, intervalMs: number): InstantValue[] {
  return exprs.flatMap((expr) => evaluate(expr, history, now, { intervalMs }));
}

/** The lines of an expression over a span of an endpoint's history, every `step` ms. */
export function linesOver(
  expr: Expr,
  history: History,
  span: { from: number; to: number; step: number },
  intervalMs: number,
): RangeSeries[] {
  return evaluateRange(expr, history, span, { intervalMs });
}

/** Why the lines of a panel are incomplete, in words; empty if they are complete. */
export function incompleteText(panel: Panel, history: History, now: number): string {
  return mixedText(panel, history, now) || partialText(panel, history);
}

/** How far back counter resets are searched, in ms. */
const LOOK_BACK_MS = 300_000;

/** Why a rate has gaps: the same counter alternates between several values. */
function mixedText({ exprs }: Panel, history: History, now: number): string {
  const isMixed = exprs.some((expr) => {
    if (expr.kind !== 'rate' && expr.kind !== 'quantile') return false;
    const selected = expr.kind === 'rate' ? expr : { ...expr, metric: `${expr.metric}_bucket` };
    return history.select(selected).some(({ track }) => track.isMixed(now - LOOK_BACK_MS, now));
  });
  return isMixed ? 'several processes answer in turn: no rate' : '';
}

/** What a chart leaves out if a program has very many series. */
function partialText({ exprs }: Panel, history: History): string {
  for (const expr of exprs) {
    if (expr.kind === 'promql') continue;
    const { present, tracked } = history.coverage(expr.kind === 'quantile' ? `${expr.metric}_bucket` : expr.metric);
    if (tracked < present) return `only ${tracked} of ${present} series`;
    const lines = linesOf(expr, history);
    if (lines > MOST_LINES) return `largest ${MOST_LINES} of ${lines}`;
  }
  return '';
}
