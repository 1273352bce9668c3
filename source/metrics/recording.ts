import type { Service } from '../desk/model.ts';
import type { Store } from '../desk/store.ts';
import type { Clock } from '../lib/clock.ts';
import type { ServiceId } from '../lib/ids.ts';
import { evaluate } from '../prometheus/evaluate.ts';
import type { ChartSeries } from '../ui/chart/chart.ts';
import type { DeskMetrics, MetricSource } from './desk-metrics.ts';
import { LONG_STEP, type LongValue, type Recorder } from './long-history.ts';
import type { Span } from './span.ts';
import { USAGE_CHARTS } from './usage-charts.ts';
import type { UsageHistory } from './usage-history.ts';

/** The first values are recorded once everything has been scraped (ms). */
const FIRST_AFTER = 60_000;

export type RecordingOptions = {
  recorder: Recorder;
  store: Store;
  clock: Clock;
  metrics: Pick<DeskMetrics, 'sources' | 'usage' | 'scraper'>;
};

/** Records the values of all charts every few minutes, until it is closed. */
export class Recording {
  readonly #options: RecordingOptions;
  #cancel: () => void;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#cancel = options.clock.after(FIRST_AFTER, () => this.#record());
  }

  /** The lines of a service's chart with what was recorded before their own first value. */
  extended(
    service: ServiceId | undefined,
    chart: string,
    lines: readonly ChartSeries[],
    span: Span,
  ): ChartSeries[] | undefined {
    const { recorder, store } = this.#options;
    if (service === undefined) return undefined;
    return recorder.history.extended(subjectOf(store.get().engineId, service), chart, lines, span);
  }

  close(): void {
    this.#cancel();
  }

  #record(): void {
    const { recorder, store, clock, metrics } = this.#options;
    const [state, now] = [store.get(), clock.now()];
    const context = { engine: state.engineId, usage: metrics.usage, now, intervalMs: metrics.scraper.intervalMs };
    const values = store
      .deskOf(state)
      .services.flatMap((service) =>
        valuesOf(service, { ...context, sources: metrics.sources(service.containers.map(({ id }) => id)) }),
      );
    recorder.record(now, values);
    this.#cancel = clock.after(LONG_STEP, () => this.#record());
  }
}

/** What lines are kept under: a service keeps its lines when its containers are replaced. */
function subjectOf(engine: string, service: ServiceId): string {
  return `${engine} ${service}`;
}

/** The name of an endpoint's chart among those of its service. */
export function chartOf(source: Pick<MetricSource, 'status'>, title: string): string {
  const { name } = source.status.endpoint;
  return `${name}: ${title}`;
}

/** The current values of all charts of a service: of its programs and of its containers. */
function valuesOf(
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
