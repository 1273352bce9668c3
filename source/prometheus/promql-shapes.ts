import type { Expr } from './expr.ts';

/**
 * Recognises the few shapes of PromQL that dashboards mostly have and that mean exactly one of our own expressions:
 * `metric{…}`, `rate(metric{…}[1m])`, `sum by (…) (…)` of either, `histogram_quantile(q, sum by (le) (rate(x_bucket[1m])))`, each with
 * a factor. No evaluator: what is not one of these is left to a Prometheus server.
 */
export function readShape(query: string): Expr | undefined {
  const { body, scale } = factor(stripped(query.replace(/\s+/g, ' ')));
  const shape = quantile(body) ?? aggregated(body) ?? plainRate(body) ?? value(body);
  if (shape === undefined || scale === 1) return shape;
  return { ...shape, scale };
}

type Shape = Exclude<Expr, { kind: 'promql' }>;

/** A factor behind or before: `… * 60`, `60 * …`, `… / 1000`. */
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

/** Without parentheses that hold all of it. */
function stripped(text: string): string {
  const inner = /^\((.*)\)$/.exec(text.trim())?.[1];
  return inner !== undefined && isBalanced(inner) ? stripped(inner) : text.trim();
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
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
  const sum = summed(inner);
  const rated = rateOf(sum?.inner ?? inner);
  if (rated === undefined || !rated.metric.endsWith('_bucket')) return undefined;
  // Without a sum every set of labels is a line of its own, and its labels are not known here.
  if (sum === undefined && rated.where !== undefined) return undefined;
  if (sum !== undefined && !sum.by.includes('le')) return undefined;
  const by = sum?.by.filter((name) => name !== 'le') ?? [];
  const metric = rated.metric.replace(/_bucket$/, '');
  return { kind: 'quantile', q: Number(match[1]), ...rated, metric, ...(by.length === 0 ? {} : { by }) };
}

/** `sum by (a, b) (…)` or `sum(…) by (a, b)`. */
function summed(text: string): { by: string[]; inner: string } | undefined {
  const before = /^sum ?(?:by ?\(([^)]*)\) ?)?\((.*)\)$/.exec(text);
  const behind = /^sum ?\((.*)\) ?by ?\(([^)]*)\)$/.exec(text);
  const [names = '', inner = ''] = behind === null ? [before?.[1], before?.[2]] : [behind[2], behind[1]];
  if (inner === '' || !isBalanced(inner)) return undefined;
  const by = names.split(',').map((name) => name.trim());
  return { by: by.filter((name) => name !== ''), inner: stripped(inner) };
}

function aggregated(body: string): Shape | undefined {
  const sum = summed(body);
  if (sum === undefined) return undefined;
  const by = sum.by.length === 0 ? {} : { by: sum.by };
  const rated = rateOf(sum.inner);
  if (rated !== undefined) return { kind: 'rate', ...rated, ...by };
  const selected = selector(sum.inner);
  return selected && { kind: 'value', ...selected, ...by, reduce: 'sum' };
}

/** A rate alone keeps every series a line. Ours are sums: the same where a program has one series of it. */
function plainRate(body: string): Shape | undefined {
  const rated = rateOf(body);
  return rated?.where === undefined ? rated && { kind: 'rate', ...rated } : undefined;
}

function rateOf(text: string): { metric: string; where?: Record<string, string>; window: number } | undefined {
  const match = /^rate\( ?(.*?) ?\[(\d+)(s|m|h)\] ?\)$/.exec(text);
  const selected = selector(match?.[1] ?? '');
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[match?.[3] ?? ''];
  return selected === undefined || unit === undefined ? undefined : { ...selected, window: Number(match?.[2]) * unit };
}

function value(body: string): Shape | undefined {
  const selected = selector(body);
  return selected && { kind: 'value', ...selected };
}

/** `name{a="b",c=~"d"}`; undefined for matchers that ours cannot say. `job` and `instance` are the scrape's, not the program's. */
function selector(text: string): { metric: string; where?: Record<string, string> } | undefined {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*) ?(?:\{([^}]*)\})?$/.exec(text);
  if (match === null) return undefined;
  const where: Record<string, string> = {};
  for (const part of (match[2] ?? '').split(',').filter((one) => one.trim() !== '')) {
    const matcher = /^ ?(\w+) ?(=~|=) ?"([^"\\/]*)" ?$/.exec(part);
    if (matcher === null) return undefined;
    const [, name = '', operator, wanted = ''] = matcher;
    if (name !== 'job' && name !== 'instance') where[name] = operator === '=' ? wanted : `/${wanted}/`;
  }
  const metric = match[1] ?? '';
  return Object.keys(where).length === 0 ? { metric } : { metric, where };
}
