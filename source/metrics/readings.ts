import type { Unit } from '../lib/value.ts';
import type { Panel } from '../prometheus/board.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import { unitOf } from '../prometheus/units.ts';
import type { PanelSettings, ReadingSettings, ThresholdSettings } from '../settings/metrics.ts';

/** Converts panels, thresholds and readings of settings and profiles for charts and the watcher. */

export function panelOf(panel: PanelSettings): Panel {
  const { title, help, limits } = panel;
  return { title, unit: unit(panel), exprs: exprsOf(panel), ...(help ? { help } : {}), ...(limits ? { limits } : {}) };
}

/** `from`: where the threshold was set. */
export function thresholdOf(one: ThresholdSettings, id: string, from: Threshold['from']): Threshold {
  const { title, bad, warn, critical } = one;
  return { id, from, title, unit: unit(one), bad, warn, critical, forMs: one.for * 1000, expr: exprOf(one) };
}

/** The first line of a reading; the schema ensures that there is one. */
export function exprOf(reading: ReadingSettings): Expr {
  const [expr] = exprsOf(reading);
  if (expr === undefined) throw new Error('a reading without a metric');
  return expr;
}

const PER: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600 };

function exprsOf(reading: ReadingSettings): Expr[] {
  const { value, rate, of, promql, where, by, window, quantile = [] } = reading;
  const shared = { ...(where ? { where } : {}), ...(by ? { by } : {}) };
  const looking = window === undefined ? {} : { window: window * 1000 };
  if (value !== undefined) {
    return named(value).map(({ metric, legend }) => ({ kind: 'value', metric, ...legend, ...shared }));
  }
  if (rate !== undefined) {
    const scale = PER[reading.per ?? 'second'] ?? 1;
    return named(rate).map(({ metric, legend }) => ({ kind: 'rate', metric, ...legend, scale, ...shared, ...looking }));
  }
  if (promql !== undefined) return [{ kind: 'promql', query: promql }];
  if (of === undefined) return [];
  return [quantile].flat().map((q) => ({ kind: 'quantile', metric: of, q, ...shared, ...looking }));
}

/** Several metrics in one panel are named by the distinct parts of their names. */
function named(metrics: string | readonly string[]): { metric: string; legend?: { legend: string } }[] {
  const all = typeof metrics === 'string' ? [metrics] : metrics;
  const [first = ''] = all;
  const words = first.split('_');
  const others = all.map((metric) => metric.split('_'));
  const same = words.findIndex((word, index) => others.some((other) => other[index] !== word));
  return all.map((metric) =>
    all.length === 1 ? { metric } : { metric, legend: { legend: metric.split('_').slice(same).join(' ') } },
  );
}

/** As set, else by the metric's name; the rate of a size is per second. */
function unit({ unit: set, value = [], rate = [], of = '', per = 'second' }: ReadingSettings & { unit?: Unit }): Unit {
  const [counter] = [rate].flat();
  const [name = of] = [value].flat();
  if (counter === undefined) return set ?? unitOf({ name, unit: '' });
  const counted = set ?? (unitOf({ name: counter, unit: '' }) === 'bytes' ? 'bytes' : 'count');
  return counted === 'bytes' && per === 'second' ? 'bytes/s' : counted;
}
