import { DEFAULT_WINDOW_MS, type Expr, type Grouping, type Reduce } from './board.ts';
import { labelOf, type Series } from './exposition.ts';
import type { History, Selector, Tracked } from './history.ts';
import { type Bucket, bucketQuantile } from './quantile.ts';
import { rate } from './rate.ts';
import type { Track } from './track.ts';

/** A number of a board: its legend, its value and when it was measured. */
export type Reading = { legend: string; value: number /** ms since the epoch. */; at: number };

/** A line of a chart: values at regular steps, NaN where there is none. */
export type Line = { legend: string; values: Float64Array };

export type EvaluateOptions = {
  /** Between scrapes, in ms. */
  intervalMs: number;
};

/** Scrapes that may be missed before a line has a gap. */
const MISSED = 2.5;
/** A rate wants this many samples in its window, or it would have gaps; Grafana's $__rate_interval does the same. */
const SAMPLES_IN_WINDOW = 4;

/**
 * The readings of an expression at `at`. A value that is older than its endpoint's last scrapes is still answered, with its own time:
 * the one who shows it says how old it is. PromQL is answered by nothing here.
 */
export function evaluate(expr: Expr, history: History, at: number, options: EvaluateOptions): Reading[] {
  const newest = history.latest?.at ?? at;
  // Beyond the last scrape nothing is known: numbers are taken as of then, and carry that time.
  return lines(expr, history, Math.min(at, newest), options.intervalMs * MISSED, options);
}

/** An expression over [from, to]: at `from`, `from + step` and so on. */
export function evaluateRange(
  expr: Expr,
  history: History,
  range: { from: number; to: number; step: number },
  options: EvaluateOptions,
): Line[] {
  const steps = Math.max(1, Math.floor((range.to - range.from) / range.step) + 1);
  const found = new Map<string, Line>();
  const lookback = Math.max(options.intervalMs * MISSED, range.step);
  for (let step = 0; step < steps; step += 1) {
    for (const { legend, value } of lines(expr, history, range.from + step * range.step, lookback, options)) {
      let line = found.get(legend);
      if (line === undefined) {
        line = { legend, values: new Float64Array(steps).fill(Number.NaN) };
        found.set(legend, line);
      }
      line.values[step] = value;
    }
  }
  return [...found.values()];
}

function lines(expr: Expr, history: History, at: number, lookback: number, options: EvaluateOptions): Reading[] {
  switch (expr.kind) {
    case 'value':
      return values(expr, history, at, lookback);
    case 'rate':
      return rates(expr, history, at, options);
    case 'quantile':
      return quantiles(expr, history, at, options);
    case 'promql':
      return [];
  }
}

function values(expr: Expr & { kind: 'value' }, history: History, at: number, lookback: number): Reading[] {
  const { scale = 1, reduce } = expr;
  const groups = grouped(history.select(expr), expr.by ?? (reduce === undefined ? undefined : []));
  const readings: Reading[] = [];
  for (const [label, group] of groups) {
    const points = group.flatMap(({ track }) => track.at(at, reach(track, at, lookback)) ?? []);
    if (points.length === 0) continue;
    const value = reduced(
      points.map((point) => point.value),
      reduce ?? 'sum',
    );
    readings.push({ legend: legendOf(expr, label), value: value * scale, at: newestOf(points) });
  }
  return readings;
}

/** Where only a coarse history is left, its step is how far apart samples are. */
function reach(track: Track, at: number, lookback: number): number {
  return Math.max(lookback, 1.5 * track.resolution(at - lookback));
}

function rates(expr: Expr & { kind: 'rate' }, history: History, at: number, options: EvaluateOptions): Reading[] {
  const { scale = 1 } = expr;
  const window = windowOf(expr, history, at, options);
  const readings: Reading[] = [];
  for (const [label, group] of grouped(history.select(expr), expr.by ?? [])) {
    const each = group.flatMap(({ track }) => rate(track, at, window) ?? []);
    if (each.length === 0) continue;
    readings.push({ legend: legendOf(expr, label), value: reduced(each, 'sum') * scale, at: measuredAt(group, at) });
  }
  return readings;
}

function quantiles(
  expr: Expr & { kind: 'quantile' },
  history: History,
  at: number,
  options: EvaluateOptions,
): Reading[] {
  const { scale = 1, q } = expr;
  const window = windowOf(expr, history, at, options);
  const readings: Reading[] = [];
  const selector: Selector = { metric: `${expr.metric}_bucket`, ...(expr.where ? { where: expr.where } : {}) };
  for (const [label, group] of grouped(history.select(selector), expr.by ?? [])) {
    const buckets: Bucket[] = [];
    for (const { series, track } of group) {
      const count = rate(track, at, window);
      if (count !== undefined && !Number.isNaN(series.bound)) buckets.push({ bound: series.bound, count });
    }
    if (buckets.length === 0) continue;
    readings.push({
      legend: expr.legend ?? [`p${Number((q * 100).toFixed(4))}`, label].join(' ').trim(),
      value: bucketQuantile(q, buckets) * scale,
      at: measuredAt(group, at),
    });
  }
  return readings;
}

/**
 * How far a rate looks back. In the first minutes after the first scrape only to that: what was counted before is not known, and to
 * take it for nothing, as Prometheus does with a series that has just appeared, would show a busy program as an idle one.
 */
function windowOf(expr: { window?: number }, history: History, at: number, { intervalMs }: EvaluateOptions): number {
  const wanted = Math.max(expr.window ?? DEFAULT_WINDOW_MS, SAMPLES_IN_WINDOW * intervalMs);
  const known = at - (history.firstAt ?? 0) + 1;
  return known > 1 ? Math.min(wanted, known) : wanted;
}

/** Series by their legend. `by` undefined: each by itself. */
function grouped(found: readonly Tracked[], by: Grouping['by']): Map<string, Tracked[]> {
  const groups = new Map<string, Tracked[]>();
  for (const tracked of found) {
    const label = labelText(tracked.series, by);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [tracked]);
    else group.push(tracked);
  }
  return groups;
}

/** The labels that tell a line from its neighbours: `GET 200`. */
function labelText(series: Series, by: Grouping['by']): string {
  if (by !== undefined) return by.map((name) => labelOf(series, name) ?? '').join(' ');
  return series.labels.filter((_, index) => index % 2 === 1).join(' ');
}

function legendOf(expr: { legend?: string }, label: string): string {
  if (expr.legend === undefined) return label;
  return label === '' ? expr.legend : `${expr.legend} ${label}`;
}

function reduced(all: readonly number[], how: Reduce): number {
  if (how === 'min') return all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (how === 'max') return all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = all.reduce((a, b) => a + b, 0);
  return how === 'avg' ? sum / all.length : sum;
}

function newestOf(points: readonly { time: number }[]): number {
  return points.reduce((newest, { time }) => Math.max(newest, time), 0);
}

function measuredAt(group: readonly Tracked[], at: number): number {
  return group.reduce((newest, { track }) => Math.max(newest, Math.min(at, track.last?.time ?? 0)), 0);
}
