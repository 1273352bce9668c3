import type { Service } from '../desk/model.ts';
import type { ServiceId } from '../lib/ids.ts';
import { evaluate } from '../prometheus/evaluate.ts';
import type { MetricSource } from './desk-metrics.ts';
import type { LongValue } from './long-history.ts';
import { USAGE_CHARTS } from './usage-charts.ts';
import type { UsageHistory } from './usage-history.ts';

/** What lines are kept under: a service keeps its lines when its containers are replaced. */
export function subjectOf(engine: string, service: ServiceId): string {
  return `${engine} ${service}`;
}

/** The name of an endpoint's chart among those of its service. */
export function chartOf(source: Pick<MetricSource, 'status'>, title: string): string {
  const { name } = source.status.endpoint;
  return `${name}: ${title}`;
}

/** The current values of all charts of a service: of its programs and of its containers. */
export function valuesOf(
  service: Service,
  {
    engine,
    sources,
    usage,
    now,
    intervalMs,
  }: {
    engine: string;
    sources: readonly MetricSource[];
    usage: UsageHistory;
    now: number;
    intervalMs: number;
  },
): LongValue[] {
  const subject = subjectOf(engine, service.id);
  const ofPrograms = sources.flatMap((source) =>
    [...source.board.panels, ...source.pinned].flatMap((panel) =>
      panel.exprs
        .flatMap((expr) => evaluate(expr, source.history, now, { intervalMs }))
        .filter(({ value, at }) => Number.isFinite(value) && now - at < FRESH)
        .map(({ legend, value }): LongValue => [[subject, chartOf(source, panel.title), legend], value]),
    ),
  );
  const ofContainers = USAGE_CHARTS.flatMap(({ title, figures }) =>
    figures.flatMap(([figure, legend]): LongValue[] => {
      const points = service.containers.flatMap(({ id }) => usage.track(id, figure)?.last ?? []);
      const fresh = points.filter(({ time }) => now - time < FRESH);
      return fresh.length === 0 ? [] : [[[subject, title, legend], fresh.reduce((sum, { value }) => sum + value, 0)]];
    }),
  );
  return [...ofPrograms, ...ofContainers];
}

/** An older value is not recorded as a current one. Milliseconds. */
const FRESH = 60_000;
