import { DEFAULT_WINDOW_MS } from './board.ts';
import type { Expr } from './expr.ts';

/**
 * An expression as PromQL, so that a Prometheus server can answer it for the time before the console was started. `of`: labels that the
 * server has added to the program's own, which tell this one from others.
 */
export function toPromql(expr: Expr, metric?: string, of: Readonly<Record<string, string>> = {}): string {
  if (expr.kind === 'promql') return expr.query;
  const where = { ...expr.where, ...of };
  const scale = expr.scale === undefined || expr.scale === 1 ? '' : ` * ${expr.scale}`;
  const window = `[${Math.round(('window' in expr && expr.window ? expr.window : DEFAULT_WINDOW_MS) / 1000)}s]`;
  const by = expr.by ?? [];
  switch (expr.kind) {
    case 'value': {
      const selector = selectorOf(metric ?? expr.metric, where);
      const how = expr.reduce ?? (expr.by === undefined ? undefined : 'sum');
      return (how === undefined ? selector : `${how} by (${by.map(quotedName).join(', ')}) (${selector})`) + scale;
    }
    case 'rate':
      return `sum by (${by.map(quotedName).join(', ')}) (rate(${selectorOf(metric ?? expr.metric, where)}${window}))${scale}`;
    case 'quantile': {
      const buckets = selectorOf(metric ?? `${expr.metric}_bucket`, where);
      const sum = `sum by (${[...by, 'le'].map(quotedName).join(', ')}) (rate(${buckets}${window}))`;
      return `histogram_quantile(${expr.q}, ${sum})${scale}`;
    }
  }
}

function selectorOf(metric: string, where: Readonly<Record<string, string>> = {}): string {
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric);
  const matchers = Object.entries(where).map(([name, value]) => {
    const pattern = /^\/(.*)\/$/.exec(value)?.[1];
    return `${quotedName(name)}${pattern === undefined ? '=' : '=~'}${JSON.stringify(pattern ?? value)}`;
  });
  if (!plain) return `{${[JSON.stringify(metric), ...matchers].join(',')}}`;
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`;
}

function quotedName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
