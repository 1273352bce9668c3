import type { Clock } from '../../clock.ts';
import { deriveDesk } from '../../desk/derive.ts';
import type { TimelineEntry } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import type { ContainerFacts, EngineInfo } from '../../engine/facts.ts';
import type { Board, Expr, Panel } from '../../prometheus/board.ts';
import type { NamedBoard } from '../../prometheus/boards/choose.ts';
import { type DiscoverOptions, discoverEndpoints } from '../../prometheus/endpoints.ts';
import { evaluate } from '../../prometheus/evaluate.ts';
import type { History } from '../../prometheus/history.ts';
import { type EndpointStatus, Scraper, type ScraperOptions } from '../../prometheus/scraper.ts';
import type { PrometheusServer } from '../../prometheus/server.ts';
import type { Crossing, Threshold } from '../../prometheus/thresholds.ts';
import { toPromql } from '../../prometheus/to-promql.ts';
import { Watcher } from '../../prometheus/watcher.ts';
import type { ChartSeries } from '../../ui/chart/chart.ts';
import { formatValue } from '../../ui/chart/value.ts';
import { safe } from '../../ui/text.ts';
import type { Span } from './cells.ts';
import { BoardChoice, ServerChoice } from './choices.ts';
import { joined, ServerLines } from './server-lines.ts';
import { type ServerFacts, ServerWatch } from './server-watch.ts';
import { UsageHistory } from './usage-history.ts';

/** What is known of one endpoint of a service: how it is, its history, its board and what was pinned beside it. */
export type MetricSource = { status: EndpointStatus; history: History; board: Board; pinned: readonly Panel[] };

/** Metrics of the whole desk: finds the endpoints of the containers there are, scrapes, remembers. */
export type DeskMetrics = {
  scraper: Scraper;
  usage: UsageHistory;
  /** Counts up with every scrape, pin and answer; for useSyncExternalStore. */
  revision(): number;
  subscribe(listener: () => void): () => void;
  /** Says whose metrics are looked at: the endpoints of these containers, and others by id, are scraped at the full rate. */
  watch(containers: readonly string[], endpoints?: readonly string[]): void;
  /** The endpoints of these containers. */
  sources(containers: readonly string[]): readonly MetricSource[];
  source(endpoint: string): MetricSource | undefined;
  /** Pins a panel to an endpoint's board, or takes it off again; answers whether it is pinned now. */
  pin(endpoint: string, panel: Panel): boolean;
  /** The Prometheus server of the settings or found in a stack; undefined when there is none. */
  server(): PrometheusServer | undefined;
  /** Its alerts and targets. */
  serverFacts(): ServerFacts;
  /** Lines of a PromQL expression, as far as the server has answered. */
  asked(expr: Expr & { kind: 'promql' }, span: Span): ChartSeries[];
  /** Lines with what a server knows of the time before the endpoint was first scraped. */
  withPast(expr: Expr, source: MetricSource, lines: readonly ChartSeries[], span: Span): ChartSeries[];
  /** The newest value of a metric of a service (by its id), or of any; undefined when it is not known or too old to trust. */
  value(metric: string, service?: string): number | undefined;
  /** Thresholds that were set by key, beside those of boards and settings. */
  readonly thresholds: readonly Threshold[];
  /** Sets one of them; undefined takes it away. */
  setThreshold(id: string, threshold: Omit<Threshold, 'id'> | undefined): void;
  close(): void;
};

export type DeskMetricsOptions = {
  store: Store;
  clock: Clock;
  /** How endpoints are found: settings, the engine's host, whether container addresses can be reached. */
  discover?: () => DiscoverOptions;
  boards?: readonly NamedBoard[];
  /** URL of a Prometheus server; without it one that runs in a stack is asked. */
  prometheus?: string;
  /** What could not be read of the settings' files, for the timeline. */
  problems?: readonly string[];
  /** From the settings. */
  thresholds?: readonly Threshold[];
  /** Hears every crossing of a threshold: for the bell and notifications. */
  onCrossing?: (crossing: Crossing, serviceId: string | undefined) => void;
  scrape?: Partial<Omit<ScraperOptions, 'clock'>>;
};

/** A number older than this decides nothing. */
const TRUSTED_MS = 60_000;

export function createDeskMetrics(options: DeskMetricsOptions): DeskMetrics {
  return new Metrics(options);
}

class Metrics implements DeskMetrics {
  readonly scraper: Scraper;
  readonly usage = new UsageHistory();
  thresholds: readonly Threshold[] = [];
  readonly #options: DeskMetricsOptions;
  readonly #listeners = new Set<() => void>();
  readonly #boards: BoardChoice;
  readonly #servers: ServerChoice;
  readonly #serverLines: ServerLines;
  readonly #watcher: Watcher;
  readonly #serverWatch: ServerWatch;
  readonly #ends: readonly (() => void)[];
  #revision = 0;
  #containers: ReadonlyMap<string, ContainerFacts> = new Map();
  #engine: EngineInfo | undefined;
  #watched: { containers: readonly string[]; endpoints: readonly string[] } = { containers: [], endpoints: [] };

  constructor(options: DeskMetricsOptions) {
    const { store, clock } = options;
    this.#options = options;
    this.scraper = new Scraper({ ...options.scrape, clock });
    this.#boards = new BoardChoice(options.boards ?? []);
    this.#servers = new ServerChoice(options.prometheus);
    this.#serverLines = new ServerLines(clock, () => this.#changed());
    this.#serverWatch = new ServerWatch(
      clock,
      () => this.server(),
      (entry) => {
        if (entry !== undefined) store.dispatch({ type: 'note', entry });
        this.#changed();
      },
    );
    this.#watcher = new Watcher({
      intervalMs: this.scraper.intervalMs,
      format: formatValue,
      thresholds: () => [...(options.thresholds ?? []), ...this.thresholds],
    });
    this.#ends = [store.subscribe(() => this.#look()), this.scraper.subscribe((id) => this.#scraped(id))];
    for (const problem of options.problems ?? []) {
      const entry = { at: clock.now(), kind: 'metric' as const, level: 'warning' as const, text: safe(problem) };
      store.dispatch({ type: 'note', entry });
    }
    this.#look();
  }

  readonly revision = () => this.#revision;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  watch(containers: readonly string[], endpoints: readonly string[] = []): void {
    this.#watched = { containers, endpoints };
    this.scraper.watch([...this.#of(containers).map(({ endpoint }) => endpoint.id), ...endpoints]);
  }

  sources(containers: readonly string[]): readonly MetricSource[] {
    return this.#of(containers).flatMap(({ endpoint }) => this.source(endpoint.id) ?? []);
  }

  source(endpoint: string): MetricSource | undefined {
    const status = this.scraper.status(endpoint);
    const history = this.scraper.history(endpoint);
    if (status === undefined || history === undefined) return undefined;
    return { status, history, board: this.#board(status, history), pinned: this.#boards.pinned(endpoint) };
  }

  pin(endpoint: string, panel: Panel): boolean {
    const pinned = this.#boards.pin(endpoint, panel);
    this.scraper.want(this.#boards.metrics());
    this.#changed();
    return pinned;
  }

  server(): PrometheusServer | undefined {
    return this.#servers.choose(this.scraper.statuses());
  }

  setThreshold(id: string, threshold: Omit<Threshold, 'id'> | undefined): void {
    const others = this.thresholds.filter((one) => one.id !== id);
    this.thresholds = threshold === undefined ? others : [...others, { id, ...threshold }];
    this.#changed();
  }

  serverFacts(): ServerFacts {
    return this.#serverWatch.facts;
  }

  asked({ query }: Expr & { kind: 'promql' }, span: Span): ChartSeries[] {
    return this.#serverLines.lines(this.server(), query, span);
  }

  withPast(expr: Expr, { history }: MetricSource, lines: readonly ChartSeries[], span: Span): ChartSeries[] {
    const server = this.server();
    const first = history.firstAt;
    if (server === undefined || first === undefined || first <= span.from) return [...lines];
    const metric =
      expr.kind === 'promql' || expr.kind === 'quantile' ? undefined : history.select(expr)[0]?.series.name;
    return joined(lines, this.#serverLines.lines(server, toPromql(expr, metric), span));
  }

  value(metric: string, service?: string): number | undefined {
    for (const { endpoint, state } of this.scraper.statuses()) {
      if (state !== 'up' || (service !== undefined && this.#owner(endpoint.containerId) !== service)) continue;
      const last = this.scraper.history(endpoint.id)?.select({ metric })[0]?.track.last;
      if (last !== undefined && this.#options.clock.now() - last.time < TRUSTED_MS) return last.value;
    }
    return undefined;
  }

  close(): void {
    for (const end of this.#ends) end();
    this.scraper.stop();
    this.#serverLines.close();
    this.#serverWatch.close();
    this.#listeners.clear();
  }

  #changed(): void {
    this.#revision += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  #owner(container: string | undefined): string | undefined {
    return deriveDesk(this.#options.store.get()).ownerOf.get(container ?? '');
  }

  #of(containers: readonly string[]): readonly EndpointStatus[] {
    const wanted = new Set(containers);
    return this.scraper.statuses().filter(({ endpoint }) => wanted.has(endpoint.containerId ?? ''));
  }

  #board(status: EndpointStatus, history: History): Board {
    const labels = this.#containers.get(status.endpoint.containerId ?? '')?.labels;
    return this.#boards.of(status, labels?.['com.docker.compose.service'], history.latest?.exposition);
  }

  /** Looks at the store: new readings, containers that came or went. */
  #look(): void {
    const { store, discover = () => ({}) } = this.#options;
    const state = store.get();
    this.usage.record(state.usage);
    // The engine's own facts tell how its containers are reached.
    if (state.containers === this.#containers && state.engine === this.#engine) return;
    this.#containers = state.containers;
    this.#engine = state.engine;
    this.scraper.setEndpoints(discoverEndpoints([...state.containers.values()], discover()));
    this.watch(this.#watched.containers, this.#watched.endpoints);
  }

  /** What a scrape means for the desk: is the service at work, and has something crossed a threshold. */
  #scraped(id: string): void {
    const status = this.scraper.status(id);
    const history = this.scraper.history(id);
    if (status !== undefined && history !== undefined) {
      const board = this.#board(status, history);
      const serviceId = this.#owner(status.endpoint.containerId);
      if (serviceId !== undefined) this.#tellActivity(serviceId, status, board, history);
      for (const crossing of this.#watcher.check(status, board, history, this.#options.clock.now())) {
        this.#options.store.dispatch({ type: 'note', entry: noteOf(crossing, serviceId) });
        this.#options.onCrossing?.(crossing, serviceId);
      }
    }
    this.scraper.want(this.#boards.metrics());
    this.#changed();
  }

  #tellActivity(serviceId: string, status: EndpointStatus, { activity }: Board, history: History): void {
    if (activity === undefined) return;
    const at = this.#options.clock.now();
    const [reading] = evaluate(activity.expr, history, at, this.scraper);
    const perSecond = status.state === 'up' ? reading?.value : undefined;
    this.#options.store.dispatch({ type: 'activity', serviceId, at, metric: activity.name, perSecond });
  }
}

function noteOf(crossing: Crossing, serviceId: string | undefined): TimelineEntry {
  const { at, to } = crossing;
  const text = safe(crossing.text);
  const level = to === 'critical' ? 'bad' : to === 'warn' ? 'warning' : 'good';
  return { at, kind: 'metric', level, text, ...(serviceId === undefined ? {} : { serviceId }) };
}
