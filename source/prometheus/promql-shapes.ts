import type { Expr, Reduce, Selection } from './expr.ts';
import { readSelector } from './promql-selector.ts';

/**
 * Recognises the few shapes of PromQL that dashboards mostly have and that mean exactly one of our own expressions:
 * `metric{…}`, `rate(metric{…}[1m])`, an aggregation of either, `histogram_quantile(q, rate(x_bucket[1m]))` with or without a sum, each
 * with a factor. This is not an evaluator: everything else is left to a Prometheus server.
 */
export function readShape(query: string): Expr | undefined {
  const { body, scale } = factor(stripped(spaced(query)));
  const shape = quantile(body) ?? aggregated(body) ?? plainRate(body) ?? value(body);
  if (shape === undefined || scale === 1) return shape;
  return { ...shape, scale: scale * (shape.scale ?? 1) };
}

/** Collapses blanks outside quoted texts. */
function spaced(query: string): string {
  return query.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted?: string) => quoted ?? ' ');
}

type Shape = Exclude<Expr, { kind: 'promql' }>;

/** A factor after or before: `… * 60`, `60 * …`, `… / 1000`. */
function factor(query: string): { body: string; scale: number } {
  const behind = /^(.*[)\]}\w]) ?([*/]) ?(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.exec(query);
  if (behind !== null) {
    const number = Number(behind[3]);
    return { body: stripped(behind[1] ?? ''), scale: behind[2] === '*' ? number : 1 / number };
  }
  const before = /^(\d+(?:\.\d+)?) ?\* ?(.*)$/.exec(query);
  return before === null
    ? { body: stripped(query), scale: 1 }
    : { body: stripped(before[2] ?? ''), scale: Number(before[1]) };
}

/** Removes parentheses around the whole. */
function stripped(text: string): string {
  const inner = /^\((.*)\)$/.exec(text.trim())?.[1];
  return inner !== undefined && isBalanced(inner) ? stripped(inner) : text.trim();
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function quantile(body: string): Shape | undefined {
  const match = /^histogram_quantile\( ?(0?\.\d+|[01]) ?, ?(.*)\)$/.exec(body);
  if (match === null || !isBalanced(match[2] ?? '')) return undefined;
  const inner = stripped(match[2] ?? '');
  const sum = aggregation(inner);
  const rated = rateOf(sum?.inner ?? inner);
  if (!rated?.metric.endsWith('_bucket') || rated.scale !== 1) return undefined;
  if (sum !== undefined && (sum.how !== 'sum' || !sum.by.includes('le'))) return undefined;
  const by = sum?.by.filter((name) => name !== 'le') ?? [];
  const { scale: _, ...selected } = rated;
  const metric = rated.metric.replace(/_bucket$/, '');
  // Without a sum every histogram keeps its line.
  const grouping = sum === undefined ? { each: true } : by.length === 0 ? {} : { by };
  return { kind: 'quantile', q: Number(match[1]), ...selected, metric, ...grouping };
}

const AGGREGATION = '(sum|avg|min|max)';
const BEFORE = new RegExp(`^${AGGREGATION} ?(?:by ?\\(([^)]*)\\) ?)?\\((.*)\\)$`);
const BEHIND = new RegExp(`^${AGGREGATION} ?\\((.*)\\) ?by ?\\(([^)]*)\\)$`);

/** `sum by (a, b) (…)` or `sum(…) by (a, b)`, or another of the plain aggregations. */
function aggregation(text: string): { how: Reduce; by: string[]; inner: string } | undefined {
  const [before, behind] = [BEFORE.exec(text), BEHIND.exec(text)];
  const how = (behind ?? before)?.[1] as Reduce | undefined;
  const [names = '', inner = ''] = behind === null ? [before?.[2], before?.[3]] : [behind[3], behind[2]];
  if (how === undefined || inner === '' || !isBalanced(inner)) return undefined;
  const by = names.split(',').map((name) => name.trim());
  return { how, by: by.filter((name) => name !== ''), inner: stripped(inner) };
}

function aggregated(body: string): Shape | undefined {
  const found = aggregation(body);
  // The labels of a scrape are not on the program's page.
  if (found === undefined || found.by.some((name) => name === 'job' || name === 'instance')) return undefined;
  const by = found.by.length === 0 ? {} : { by: found.by };
  const rated = rateOf(found.inner);
  if (rated !== undefined) return found.how === 'sum' ? { kind: 'rate', ...unscaled(rated), ...by } : undefined;
  const selected = readSelector(found.inner);
  return selected && { kind: 'value', ...selected, ...by, reduce: found.how };
}

/** A plain rate keeps one line per series. */
function plainRate(body: string): Shape | undefined {
  const rated = rateOf(body);
  return rated && { kind: 'rate', ...unscaled(rated), each: true };
}

function unscaled({ scale, ...rated }: Rated): Selection & { window: number; scale?: number } {
  return scale === 1 ? rated : { ...rated, scale };
}

type Rated = Selection & { window: number; scale: number };

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A rate per second, or the increase over the window, which is the rate times the window's length. */
function rateOf(text: string): Rated | undefined {
  const match = /^(rate|increase) ?\( ?(.*?) ?\[(\d+)([smhd])\] ?\)$/.exec(text);
  const selected = readSelector(match?.[2] ?? '');
  const unit = UNITS[match?.[4] ?? ''];
  if (selected === undefined || unit === undefined) return undefined;
  const window = Number(match?.[3]) * unit;
  return { ...selected, window, scale: match?.[1] === 'increase' ? window / 1000 : 1 };
}

function value(body: string): Shape | undefined {
  const selected = readSelector(body);
  return selected && { kind: 'value', ...selected };
}
