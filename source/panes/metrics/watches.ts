import { age } from '../../lib/format.ts';
import { displayText } from '../../lib/secrets.ts';
import { safe, width as widthOf } from '../../lib/text.ts';
import { format } from '../../metrics/breaches.ts';
import type { MetricSource } from '../../metrics/desk-metrics.ts';
import { shownThreshold } from '../../metrics/threshold-text.ts';
import type { Panel } from '../../prometheus/board.ts';
import type { Expr } from '../../prometheus/expr.ts';
import type { ThresholdStatus } from '../../prometheus/watcher.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import { type Column, type ListSize, listHead, listRows } from './list-rows.ts';

/** Thresholds: on a chart, and all of them as a list. */

/** A threshold of a shown endpoint. */
export type Watched = { source: MetricSource; standing: ThresholdStatus };

/** The thresholds of a panel: worst first, and configured ones before built-in ones. */
export function watchesOf(panel: Panel, { thresholdStatuses }: MetricSource): readonly ThresholdStatus[] {
  const found = thresholdStatuses.filter(
    ({ threshold: { expr } }) => expr !== undefined && panel.exprs.some((one) => isSameReading(one, expr)),
  );
  return found.sort(
    (a, b) => rank(a) - rank(b) || ORIGINS.indexOf(a.threshold.from) - ORIGINS.indexOf(b.threshold.from),
  );
}

const ORIGINS = ['key', 'settings', 'built-in'] as const;

/** The window and the name do not make it a different value. */
function isSameReading(a: Expr, b: Expr): boolean {
  const key = (expr: Expr) =>
    expr.kind === 'promql' ? undefined : { ...expr, legend: undefined, window: undefined, scale: expr.scale ?? 1 };
  return JSON.stringify(sorted(key(a))) === JSON.stringify(sorted(key(b)));
}

function sorted(value: object | undefined): unknown {
  return value && Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

const LEVELS = ['critical', 'warn', 'ok'] as const;

function rank({ watch }: ThresholdStatus): number {
  return LEVELS.indexOf(watch.level);
}

export function toneOf({ watch: { level } }: ThresholdStatus): Tone {
  return level === 'critical' ? 'bad' : level === 'warn' ? 'warn' : 'dim';
}

/** The threshold of a chart, its state and origin: "▲ critical for 2m, key: above 100"; if there are several, the first and a count. */
export function watchText(watches: readonly ThresholdStatus[], now: number, theme: Theme): string {
  const [first, ...others] = watches.filter(({ threshold: { warn, critical } }) => (warn ?? critical) !== undefined);
  if (first === undefined) return '';
  const { threshold, watch } = first;
  const limits = `${threshold.from}${others.length > 0 ? ` +${others.length}` : ''}: ${limitsText(first, theme)}`;
  if (watch.level === 'ok') return limits;
  return `${theme.glyph('degraded')} ${watch.level} for ${age(now - watch.since)}, ${limits}`;
}

function limitsText({ threshold }: ThresholdStatus, { ascii }: Theme): string {
  const { warn, critical, note } = threshold;
  const known = warn !== undefined || critical !== undefined;
  const limits = known ? shownThreshold(threshold, (value, unit) => format(value, unit, ascii), ascii) : '';
  return [limits, note ?? ''].filter(Boolean).join(': ');
}

/** All thresholds of these endpoints: worst first, else in their order. */
export function watchedOf(sources: readonly MetricSource[]): readonly Watched[] {
  const all = sources.flatMap((source) => source.thresholdStatuses.map((standing) => ({ source, standing })));
  return all.sort((a, b) => rank(a.standing) - rank(b.standing));
}

/** The list, scrolled to the selected one. */
export function watchRows(watched: readonly Watched[], selected: number, size: ListSize & { now: number }): string[] {
  const { width, now, theme } = size;
  if (watched.length === 0) return [theme.paint('dim', ' no thresholds: t on a chart sets one')];
  const several = new Set(watched.map(({ source }) => source)).size > 1;
  const titles = watched.map(({ source, standing: { threshold } }) =>
    displayText(several ? `${threshold.title} (${source.status.endpoint.name})` : threshold.title),
  );
  const columns: readonly Column[] = [
    { name: 'WATCHED', cells: Math.min(Math.max(8, ...titles.map(widthOf)), Math.max(16, Math.floor(width / 3))) },
    { name: 'LEVEL', cells: 8 },
    { name: 'SINCE', cells: 5, align: 'right' },
    { name: 'NOW', cells: 8, align: 'right' },
    { name: 'SET BY', cells: 8 },
  ];
  const rows = watched.map(({ standing }, index) => {
    const { threshold, value, watch } = standing;
    const since = age(now - watch.since);
    const pending = watch.pending ? `${watch.pending.level} since ${age(now - watch.pending.since)}; ` : '';
    const valueText = format(value, threshold.unit, theme.ascii);
    const text = safe(pending + limitsText(standing, theme));
    const cells = [titles[index] ?? '', watch.level, since, valueText, threshold.from, text];
    return { cells, tone: watch.level === 'ok' ? ('plain' as const) : toneOf(standing) };
  });
  return [listHead(columns, 'LIMITS', size), ...listRows(columns, rows, selected, size)];
}
