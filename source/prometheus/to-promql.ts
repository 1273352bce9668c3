import { DEFAULT_WINDOW_MS } from './board.ts';
import type { Expr, Selection } from './expr.ts';

/**
 * An expression as PromQL, so that a Prometheus server can evaluate it for the time before the console was started. `of`: labels that the
 * server added, which identify this program.
 */
export function toPromql(expr: Expr, metric?: string, of: Readonly<Record<string, string>> = {}): string {
  if (expr.kind === 'promql') return expr.query;
  const matchers = { where: { ...expr.where, ...of }, not: expr.not };
  const scale = expr.scale === undefined || expr.scale === 1 ? '' : ` * ${expr.scale}`;
  const window = `[${Math.round(('window' in expr && expr.window ? expr.window : DEFAULT_WINDOW_MS) / 1000)}s]`;
  const by = expr.by ?? [];
  switch (expr.kind) {
    case 'value': {
      const selector = selectorOf(metric ?? expr.metric, matchers);
      const how = expr.reduce ?? (expr.by === undefined ? undefined : 'sum');
      return (how === undefined ? selector : `${how} by (${by.map(quotedName).join(', ')}) (${selector})`) + scale;
    }
    case 'rate': {
      const rate = `rate(${selectorOf(metric ?? expr.metric, matchers)}${window})`;
      return (expr.each ? rate : `sum by (${by.map(quotedName).join(', ')}) (${rate})`) + scale;
    }
    case 'quantile': {
      const rate = `rate(${selectorOf(metric ?? `${expr.metric}_bucket`, matchers)}${window})`;
      const sum = `sum by (${[...by, 'le'].map(quotedName).join(', ')}) (${rate})`;
      return `histogram_quantile(${expr.q}, ${expr.each ? rate : sum})${scale}`;
    }
  }
}

function selectorOf(metric: string, { where = {}, not = {} }: Pick<Selection, 'where' | 'not'>): string {
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric);
  const written = (of: Readonly<Record<string, string>>, exact: string, like: string) =>
    Object.entries(of).map(([name, value]) => {
      const pattern = /^\/(.*)\/$/s.exec(value)?.[1];
      return `${quotedName(name)}${pattern === undefined ? exact : like}${JSON.stringify(pattern ?? value)}`;
    });
  const matchers = [...written(where, '=', '=~'), ...written(not, '!=', '!~')];
  if (!plain) return `{${[JSON.stringify(metric), ...matchers].join(',')}}`;
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`;
}

function quotedName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
