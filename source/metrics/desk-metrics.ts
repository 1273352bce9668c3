import type { Store } from '../desk/store.ts';
import type { Clock } from '../lib/clock.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Board, Panel } from '../prometheus/board.ts';
import type { DiscoverOptions } from '../prometheus/endpoints.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { History } from '../prometheus/history.ts';
import type { EndpointStatus, Scraper, ScraperOptions } from '../prometheus/scraper.ts';
import type { Slo } from '../prometheus/slo.ts';
import type { Crossing, Threshold } from '../prometheus/thresholds.ts';
import type { ThresholdStatus } from '../prometheus/watcher.ts';
import type { ChartSeries } from '../ui/chart/chart.ts';
import type { Severities } from './alerts.ts';
import type { NamedBoard } from './boards/choose.ts';
import type { CurrentValues } from './current-values.ts';
import type { Recorder } from './long-history.ts';
import type { PreferencesStore } from './metric-preferences.ts';
import type { ProgramProfile } from './profiles.ts';
import type { Servers } from './servers.ts';
import type { Span } from './span.ts';
import type { UsageHistory } from './usage-history.ts';
import type { ByKey } from './user-thresholds.ts';

/** One endpoint of a service: status, history, board, pins and thresholds. */
export type MetricSource = {
  status: EndpointStatus;
  history: History;
  board: Board;
  pinned: readonly Panel[];
  thresholdStatuses: readonly ThresholdStatus[];
};

/** Metrics of the whole desk: finds the endpoints of its containers, scrapes them and keeps their history. */
export type DeskMetrics = {
  scraper: Scraper;
  usage: UsageHistory;
  /** Counts up with every scrape, pin and answer; for useSyncExternalStore. */
  revision(): number;
  subscribe(listener: () => void): () => void;
  /** Sets what is on the screen: the endpoints of these containers, and others by id, are scraped at the full rate. */
  watch(containers: readonly ContainerId[], endpoints?: readonly string[]): void;
  /** The containers whose charts are on the screen: their resource usage is read as often as that of visible rows. */
  watching(): readonly ContainerId[];
  /** The endpoints of these containers. */
  sources(containers: readonly ContainerId[]): readonly MetricSource[];
  source(endpoint: string): MetricSource | undefined;
  /** The operator's pins and thresholds. */
  byKey: Pick<ByKey, 'pin' | 'setThreshold' | 'trouble'>;
  /** The Prometheus servers there are. */
  servers: Pick<Servers, 'of' | 'facts' | 'unmatched'>;
  /** Grafana dashboards of the settings: how many could be read, those that fit no program here, and files that could not be read. */
  dashboards(): {
    count: number;
    unplaced: readonly { board: string; title: string; reason: string }[];
    problems: readonly string[];
  };
  /** Lines of a PromQL expression on an endpoint's board, as far as the server has answered. */
  asked(expr: Expr & { kind: 'promql' }, source: MetricSource, span: Span): ChartSeries[];
  /** Lines extended by a server's data from before the first scrape. */
  withPast(expr: Expr, source: MetricSource, lines: readonly ChartSeries[], span: Span): ChartSeries[];
  /** Lines of a service's chart with what was recorded for weeks, from before their own first value. */
  withRecorded(service: ServiceId | undefined, chart: string, lines: readonly ChartSeries[], span: Span): ChartSeries[];
  /** The service of an endpoint's container. */
  serviceOf(source: MetricSource): ServiceId | undefined;
  /** The current values of a service's metric (by service id): every series of every replica, or why they are unknown. */
  current(metric: string, service: ServiceId | undefined): CurrentValues;
  close(): void;
};

export type DeskMetricsOptions = {
  store: Store;
  clock: Clock;
  /** How endpoints are found: settings, the engine's host, whether container addresses can be reached. */
  discover?: () => DiscoverOptions;
  boards?: readonly NamedBoard[];
  /** Profiles of programs, in order of precedence. */
  profiles?: readonly ProgramProfile[];
  /** Called with files of the settings that could not be read, for the timeline. */
  problems?: readonly string[];
  /** From the settings. */
  thresholds?: readonly Threshold[];
  slos?: readonly Slo[];
  /** Saves the operator's pins and thresholds. */
  preferences?: PreferencesStore;
  /** Keeps the values of all charts for weeks. */
  recorder?: Recorder;
  /** The effect of Prometheus alerts, by severity. */
  severities?: Severities;
  /** Called on every crossing of a threshold: for the bell and notifications. */
  onCrossing?: (crossing: Crossing, serviceId: ServiceId | undefined) => void;
  scrape?: Partial<Omit<ScraperOptions, 'clock'>>;
};
