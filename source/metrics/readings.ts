import type { Unit } from '../lib/value.ts';
import type { Panel } from '../prometheus/board.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import { unitOf } from '../prometheus/units.ts';
import type { PanelSettings, ReadingSettings, ThresholdSettings } from '../settings/metrics.ts';

/** Panels, thresholds and readings as settings and profiles write them, as charts and watches read them. */

export function panelOf(panel: PanelSettings): Panel {
  const { title, help, limits } = panel;
  return { title, unit: unit(panel), exprs: exprsOf(panel), ...(help ? { help } : {}), ...(limits ? { limits } : {}) };
}

/** `from`: where the threshold was set. */
export function thresholdOf(one: ThresholdSettings, id: string, from: Threshold['from']): Threshold {
  const { title, bad, warn, critical } = one;
  return { id, from, title, unit: unit(one), bad, warn, critical, forMs: one.for * 1000, expr: exprOf(one) };
}

/** The first line of a reading; the schema has seen to it that there is one. */
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
  if (value !== undefined) return [{ kind: 'value', metric: value, ...shared }];
  if (rate !== undefined) {
    return [{ kind: 'rate', metric: rate, scale: PER[reading.per ?? 'second'] ?? 1, ...shared, ...looking }];
  }
  if (promql !== undefined) return [{ kind: 'promql', query: promql }];
  if (of === undefined) return [];
  return [quantile].flat().map((q) => ({ kind: 'quantile', metric: of, q, ...shared, ...looking }));
}

/** As named, else as the metric's name says; the rate of a size is one a second. */
function unit({ unit: named, value, rate, of, per = 'second' }: ReadingSettings & { unit?: Unit }): Unit {
  if (rate !== undefined && per === 'second' && (named ?? unitOf({ name: rate, unit: '' })) === 'bytes')
    return 'bytes/s';
  if (named !== undefined) return named;
  if (rate !== undefined) return unitOf({ name: rate, unit: '' }) === 'bytes' ? 'bytes' : 'count';
  return unitOf({ name: value ?? of ?? '', unit: '' });
}
