import { DEFAULT_WINDOW_MS } from './board.ts';
import { labelOf, type Series } from './exposition/exposition.ts';
import type { Expr, Grouping, Reduce } from './expr.ts';
import type { History, Tracked } from './history.ts';
import { isTemplate, legendFrom } from './legend.ts';
import { type Bucket, bucketQuantile } from './quantile.ts';
import { rate, widened } from './rate.ts';
import type { Track } from './track.ts';

/** A value of a board: its legend, number and time. */
export type InstantValue = { legend: string; value: number /** ms since the epoch. */; at: number };

/**
 * A line of a chart: values at regular steps (NaN: none), and the lowest and highest value since the previous step, so that `high` shows a
 * peak between two steps.
 */
export type RangeSeries = { legend: string; values: Float64Array; low: Float64Array; high: Float64Array };

export type EvaluateOptions = {
  /** Between scrapes, in ms. */
  intervalMs: number;
};

/** Scrapes that may be missed before a line has a gap. */
const MISSED = 2.5;
/** A rate needs this many samples in its window to have no gaps, as in Grafana's $__rate_interval. */
const SAMPLES_IN_WINDOW = 4;

/**
 * The values of an expression at `at`. A value older than its endpoint's last scrapes is still returned, with its own time, so that the
 * caller can show its age. PromQL returns nothing here.
 */
export function evaluate(expr: Expr, history: History, at: number, { intervalMs }: EvaluateOptions): InstantValue[] {
  // After the last scrape nothing is known: values are taken as of then, with that time.
  const then = Math.min(at, history.latest?.at ?? at);
  const context = { history, intervalMs, lookback: lookbackOf(history, intervalMs) };
  return groupsOf(expr, history).flatMap(({ legend, group }) => {
    const read = readingOf(expr, group, then, context);
    return read === undefined ? [] : [{ legend, ...read }];
  });
}

/**
 * An expression over [from, to]: at `from`, `from + step` and so on. Without `peaks` nothing between the steps is searched. At most
 * MOST_LINES lines, those with the largest values.
 */
export function evaluateRange(
  expr: Expr,
  history: History,
  range: { from: number; to: number; step: number; peaks?: boolean },
  { intervalMs }: EvaluateOptions,
): RangeSeries[] {
  const { from, to, step, peaks = true } = range;
  const steps = Math.max(1, Math.floor((to - from) / step) + 1);
  const context = { history, intervalMs, lookback: lookbackOf(history, intervalMs, step) };
  return largest(groupsOf(expr, history), expr, to, context).flatMap(({ legend, group }) => {
    // The last column is not complete yet: it shows what is known so far.
    const newest = history.latest?.at ?? Number.NEGATIVE_INFINITY;
    const read = (at: number) => readingOf(expr, group, at - newest < step ? Math.min(at, newest) : at, context)?.value;
    const moments = (until: number) =>
      peaks ? momentsOf(expr, group, { from: until - step, to: until }, context) : [];
    const line = sampled({ from, step, steps }, read, moments);
    return line.values.every(Number.isNaN) ? [] : [{ legend, ...line }];
  });
}

/** The time in which scrapes may be missed, at the interval used then: an endpoint that is not on the screen is scraped less often. */
function lookbackOf(history: History, intervalMs: number, least = 0): (at: number) => number {
  return (at) => Math.max(least, Math.max(intervalMs, history.paceAt(at)) * MISSED);
}

/** More lines in one chart cannot be distinguished. */
export const MOST_LINES = 10;

/** The number of lines of an expression. */
export function linesOf(expr: Expr, history: History): number {
  return groupsOf(expr, history).length;
}

/** The lines with values farthest from zero, in the given order, so that a line keeps its colour. */
function largest(groups: readonly Group[], expr: Expr, at: number, context: Context): readonly Group[] {
  if (groups.length <= MOST_LINES) return groups;
  const then = Math.min(at, context.history.latest?.at ?? at);
  const sizes = groups.map(({ group }) => Math.abs(readingOf(expr, group, then, context)?.value ?? -1));
  const least = sizes.map((size) => (Number.isNaN(size) ? -1 : size)).sort((a, b) => b - a)[MOST_LINES - 1] ?? 0;
  return groups.filter((_, index) => (sizes[index] ?? -1) >= least).slice(0, MOST_LINES);
}

/** Values at regular times, with the lowest and highest since the previous time. */
export function sampled(
  { from, step, steps }: { from: number; step: number; steps: number },
  read: (at: number) => number | undefined,
  moments: (until: number) => readonly number[],
): Omit<RangeSeries, 'legend'> {
  const values = new Float64Array(steps).fill(Number.NaN);
  const low = values.slice();
  const high = values.slice();
  for (let index = 0; index < steps; index += 1) {
    const at = from + index * step;
    const value = read(at);
    if (value === undefined) continue;
    let [lowest, highest] = [value, value];
    for (const moment of moments(at)) {
      const between = read(moment) ?? Number.NaN;
      if (between < lowest) lowest = between;
      if (between > highest) highest = between;
    }
    values[index] = value;
    low[index] = lowest;
    high[index] = highest;
  }
  return { values, low, high };
}

type Context = EvaluateOptions & {
  history: History;
  /** How far back a value at a time may lie, in ms. */
  lookback(at: number): number;
};

type Group = { legend: string; group: readonly Tracked[] };

/** The series of an expression, grouped by line. */
function groupsOf(expr: Expr, history: History): Group[] {
  if (expr.kind === 'promql') return [];
  const isQuantile = expr.kind === 'quantile';
  const selected = history.select(isQuantile ? { ...expr, metric: `${expr.metric}_bucket` } : expr);
  // Without `by` every series of a value is a separate line, and all series of a rate are one line.
  const alone = expr.each || (expr.kind === 'value' && expr.reduce === undefined);
  return grouped(selected, expr.by ?? (alone ? undefined : [])).map(({ label, group }) => ({
    legend: legendOf(expr, label, group),
    group,
  }));
}

function readingOf(
  expr: Expr,
  group: readonly Tracked[],
  at: number,
  context: Context,
): Omit<InstantValue, 'legend'> | undefined {
  switch (expr.kind) {
    case 'value':
      return latestOf(expr, group, at, context.lookback(at));
    case 'rate':
      return rateOf(expr, group, at, context);
    case 'quantile':
      return quantileOf(expr, group, at, context);
    case 'promql':
      return undefined;
  }
}

function latestOf(
  { scale = 1, reduce = 'sum' }: Expr & { kind: 'value' },
  group: readonly Tracked[],
  at: number,
  lookback: number,
): Omit<InstantValue, 'legend'> | undefined {
  const points = group.flatMap(({ track }) => track.at(at, reach(track, at, lookback)) ?? []);
  if (points.length === 0) return undefined;
  const values = points.map(({ value }) => value);
  return { value: reduced(values, reduce) * scale, at: newestOf(points) };
}

/** How old a value may be: `lookback`, or two steps if only a coarse history is left. */
export function reach(track: Track, at: number, lookback: number): number {
  return Math.max(lookback, 2 * track.resolution(at - lookback));
}

/** A rate needs a recent scrape, even if its window still contains samples. */
function isKnown(group: readonly Tracked[], at: number, { lookback }: Context): boolean {
  return group.some(({ track }) => track.at(at, reach(track, at, lookback(at))) !== undefined);
}

/** The rates of the series that have one; none after scraping has stopped. */
function ratesOf(
  expr: Expr & { kind: 'rate' | 'quantile' },
  group: readonly Tracked[],
  at: number,
  context: Context,
): { series: Series; perSecond: number }[] {
  if (!isKnown(group, at, context)) return [];
  const window = windowOf(expr, at, context);
  return group.flatMap(({ series, track }) => {
    const perSecond = rate(track, at, window);
    return perSecond === undefined ? [] : [{ series, perSecond }];
  });
}

function rateOf(
  expr: Expr & { kind: 'rate' },
  group: readonly Tracked[],
  at: number,
  context: Context,
): Omit<InstantValue, 'legend'> | undefined {
  const each = ratesOf(expr, group, at, context).map(({ perSecond }) => perSecond);
  if (each.length === 0) return undefined;
  return { value: reduced(each, 'sum') * (expr.scale ?? 1), at: measuredAt(group, at) };
}

function quantileOf(
  expr: Expr & { kind: 'quantile' },
  group: readonly Tracked[],
  at: number,
  context: Context,
): Omit<InstantValue, 'legend'> | undefined {
  const buckets: Bucket[] = ratesOf(expr, group, at, context)
    .filter(({ series }) => !Number.isNaN(series.bound))
    .map(({ series, perSecond }) => ({ bound: series.bound, count: perSecond }));
  if (buckets.length === 0) return undefined;
  return { value: bucketQuantile(expr.q, buckets) * (expr.scale ?? 1), at: measuredAt(group, at) };
}

/** Samples taken between two steps of a line; shorter windows may be missed. */
const MOST_MOMENTS = 60;

/** The times between two steps to look at: each sample for a value, half windows for a rate. */
function momentsOf(
  expr: Expr,
  group: readonly Tracked[],
  { from, to }: { from: number; to: number },
  context: Context,
): number[] {
  if (expr.kind === 'promql') return [];
  if (expr.kind === 'value') return [...new Set(group.flatMap(({ track }) => track.times(from, to)))];
  const window = windowOf(expr, to, context);
  const width = group[0] === undefined ? window : widened(group[0].track, to, window);
  const stride = Math.max(width / 2, (to - from) / MOST_MOMENTS);
  return Array.from({ length: Math.ceil((to - from) / stride) - 1 }, (_, index) => to - (index + 1) * stride);
}

/**
 * The window of a rate. In the first minutes it starts at the first scrape: earlier counts are unknown, and assuming zero, as Prometheus
 * does for a new series, would show a busy program as idle.
 */
function windowOf(expr: { window?: number }, at: number, { history, intervalMs }: Context): number {
  const wanted = Math.max(expr.window ?? DEFAULT_WINDOW_MS, SAMPLES_IN_WINDOW * intervalMs);
  const known = at - (history.firstAt ?? 0) + 1;
  return known > 1 ? Math.min(wanted, known) : wanted;
}

/** Groups series into lines. `by` undefined: each series separately, but the buckets of one histogram together. */
function grouped(found: readonly Tracked[], by: Grouping['by']): { label: string; group: Tracked[] }[] {
  const groups = new Map<string, { label: string; group: Tracked[] }>();
  for (const tracked of found) {
    const values = labelValues(tracked.series, by);
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { label: values.map(([, value]) => value).join(' '), group: [tracked] });
    else group.group.push(tracked);
  }
  return [...groups.values()];
}

/** The labels that distinguish a line from the others: `GET 200`. */
function labelValues(series: Series, by: Grouping['by']): [name: string, value: string][] {
  if (by !== undefined) return by.map((name) => [name, labelOf(series, name) ?? '']);
  const values: [string, string][] = [];
  for (let at = 0; at + 1 < series.labels.length; at += 2) {
    const name = series.labels[at] ?? '';
    if (!(series.part === 'bucket' && name === 'le')) values.push([name, series.labels[at + 1] ?? '']);
  }
  return values;
}

function legendOf(expr: Exclude<Expr, { kind: 'promql' }>, label: string, [first]: readonly Tracked[]): string {
  const { legend } = expr;
  if (legend !== undefined && isTemplate(legend)) {
    return legendFrom(legend, (name) => (first === undefined ? undefined : labelOf(first.series, name)));
  }
  if (expr.kind === 'quantile') return `${legend ?? `p${Number((expr.q * 100).toFixed(4))}`} ${label}`.trim();
  return legend === undefined ? label : `${legend} ${label}`.trim();
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
