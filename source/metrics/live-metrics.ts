import { LABEL } from '../desk/identity.ts';
import { asReached } from '../desk/namespaces.ts';
import type { ContainerFacts, EngineInfo } from '../engine/facts.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import { safe } from '../lib/text.ts';
import type { Board } from '../prometheus/board.ts';
import { type DiscoverOptions, discoverEndpoints, type MetricsEndpoint } from '../prometheus/endpoints.ts';
import { evaluate } from '../prometheus/evaluate.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { History } from '../prometheus/history.ts';
import { type ProgramFinder, programFinder } from '../prometheus/programs.ts';
import { type EndpointStatus, Scraper } from '../prometheus/scraper.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import type { ChartSeries } from '../ui/chart/chart.ts';
import { deskAlerts, serviceNamed } from './alerts.ts';
import { BoardChoice } from './board-choice.ts';
import { Breaches } from './breaches.ts';
import { type CurrentValues, currentValues } from './current-values.ts';
import type { DeskMetrics, DeskMetricsOptions, MetricSource } from './desk-metrics.ts';
import { inMemoryPreferences } from './metric-preferences.ts';
import { Recording } from './recording.ts';
import { ServerLines } from './server-lines.ts';
import { Servers } from './servers.ts';
import type { Span } from './span.ts';
import { UsageHistory } from './usage-history.ts';
import { ByKey } from './user-thresholds.ts';

export function createDeskMetrics(options: DeskMetricsOptions): DeskMetrics {
  return new Metrics(options);
}

class Metrics implements DeskMetrics {
  readonly scraper: Scraper;
  readonly usage = new UsageHistory();
  readonly #options: DeskMetricsOptions;
  readonly #listeners = new Set<() => void>();
  readonly byKey: ByKey;
  readonly #boards: BoardChoice;
  readonly #programOf: ProgramFinder;
  readonly servers: Servers;
  readonly #serverLines: ServerLines;
  readonly #breaches: Breaches;
  readonly #ends: readonly (() => void)[];
  #revision = 0;
  #containers: ReadonlyMap<ContainerId, ContainerFacts> = new Map();
  readonly #recording?: Recording;
  #engine: EngineInfo | undefined;
  #watched: { containers: readonly ContainerId[]; endpoints: readonly string[] } = { containers: [], endpoints: [] };

  constructor(options: DeskMetricsOptions) {
    const { store, clock, problems = [], preferences = inMemoryPreferences() } = options;
    this.#options = options;
    this.byKey = new ByKey(
      preferences,
      (container) => this.#owner(container),
      (endpoint) => this.#judge(endpoint),
    );
    this.scraper = new Scraper({ ...options.scrape, clock });
    const changed = () => this.#changed();
    this.#boards = new BoardChoice({ own: options.boards, programs: options.profiles }, clock, changed);
    this.#programOf = programFinder((options.profiles ?? []).flatMap(({ program }) => program ?? []));
    this.#serverLines = new ServerLines(clock, changed);
    this.servers = new Servers({
      clock,
      projectOf: (container) => container && this.#containers.get(container)?.labels[LABEL.project],
      changed: () => {
        this.#discover();
        this.#changed();
      },
      alert: ({ labels }, entry, { id: server }) => {
        const { job = '', instance = '' } = labels;
        const serviceId = this.#ownerOfTarget({ server, job, instance });
        store.dispatch({ type: 'note', entry: { ...entry, ...(serviceId === undefined ? {} : { serviceId }) } });
      },
    });
    this.#breaches = new Breaches({
      store,
      intervalMs: this.scraper.intervalMs,
      thresholds: (endpoint) => this.#thresholdsOf(endpoint),
      slos: options.slos,
      onCrossing: (crossing, serviceId) => options.onCrossing?.(crossing, serviceId),
    });
    this.#ends = [store.subscribe(() => this.#look()), this.scraper.subscribe((id) => this.#scraped(id))];
    const trouble = preferences.trouble();
    for (const problem of trouble === undefined ? problems : [...problems, trouble]) {
      const entry = { at: clock.now(), kind: 'metric' as const, level: 'warning' as const, text: safe(problem) };
      store.dispatch({ type: 'note', entry });
    }
    this.#look();
    const { recorder } = options;
    if (recorder) this.#recording = new Recording({ recorder, store, clock, metrics: this });
  }

  readonly revision = () => this.#revision;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  watch(containers: readonly ContainerId[], endpoints: readonly string[] = []): void {
    this.#watched = { containers, endpoints };
    this.scraper.watch([...this.#of(containers).map(({ endpoint }) => endpoint.id), ...endpoints]);
    this.#breaches.publish(this.#scrapedNow());
  }

  watching(): readonly ContainerId[] {
    return this.#watched.containers;
  }

  sources(containers: readonly ContainerId[]): readonly MetricSource[] {
    return this.#of(containers).flatMap(({ endpoint }) => this.source(endpoint.id) ?? []);
  }

  source(id: string): MetricSource | undefined {
    const status = this.scraper.status(id);
    const history = this.scraper.history(id);
    if (status === undefined || history === undefined) return undefined;
    const pinned = this.byKey.pins(status.endpoint);
    return { status, history, board: this.#board(status, history), pinned, thresholdStatuses: this.#breaches.of(id) };
  }

  dashboards(): { unplaced: ReturnType<BoardChoice['unplaced']>; problems: readonly string[]; count: number } {
    const count = (this.#options.boards ?? []).filter(({ ofSeveral }) => ofSeveral).length;
    return { unplaced: this.#boards.unplaced(), problems: this.#options.problems ?? [], count };
  }

  asked(expr: Expr & { kind: 'promql' }, { status: { endpoint } }: MetricSource, span: Span): ChartSeries[] {
    const scrapeMs = this.servers.scrapeInterval(endpoint);
    return this.#serverLines.asked(this.servers.of(endpoint), expr, span, scrapeMs);
  }

  withPast(expr: Expr, { status, history }: MetricSource, lines: readonly ChartSeries[], span: Span): ChartSeries[] {
    const server = this.servers.ofPast(status.endpoint);
    if (server === undefined || expr.kind === 'promql') return [...lines];
    return this.#serverLines.withPast(server, expr, { endpoint: status.endpoint, history }, lines, span);
  }

  withRecorded(
    service: ServiceId | undefined,
    chart: string,
    lines: readonly ChartSeries[],
    span: Span,
  ): ChartSeries[] {
    return this.#recording?.extended(service, chart, lines, span) ?? [...lines];
  }

  serviceOf({ status }: MetricSource): ServiceId | undefined {
    return this.#owner(status.endpoint.containerId);
  }

  current(metric: string, service: ServiceId | undefined): CurrentValues {
    const { store, clock } = this.#options;
    const containers = (service && store.deskOf(store.get()).byId.get(service)?.containers) ?? [];
    return currentValues(this.scraper, metric, containers, clock.now());
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#recording?.close();
    this.scraper.stop();
    this.#serverLines.close();
    this.servers.close();
    this.#listeners.clear();
  }

  #changed(): void {
    this.#revision += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  #owner(container: ContainerId | undefined): ServiceId | undefined {
    const { store } = this.#options;
    return container && store.deskOf(store.get()).ownerOf.get(container);
  }

  /** Reports the alerts of all servers: to the service that their target or labels name, else to the desk. */
  #publishAlerts(): void {
    const { store, clock, severities = {} } = this.#options;
    const alerts = this.servers.firing(clock.now()).flatMap(({ alert, server }) =>
      deskAlerts([alert], severities, (labels) => {
        const { job = '', instance = '' } = labels;
        return serviceNamed(labels, this.#containers.values()) ?? this.#ownerOfTarget({ server, job, instance });
      }),
    );
    store.dispatch({ type: 'alerts', alerts });
  }

  #ownerOfTarget({ server, job, instance }: NonNullable<MetricsEndpoint['scrapedBy']>): ServiceId | undefined {
    const found = this.scraper.statuses().find(({ endpoint: { scrapedBy } }) => {
      return scrapedBy?.server === server && scrapedBy.job === job && scrapedBy.instance === instance;
    });
    return this.#owner(found?.endpoint.containerId);
  }

  #thresholdsOf(id: string): Threshold[] {
    const endpoint = this.scraper.status(id)?.endpoint;
    return [...(this.#options.thresholds ?? []), ...(endpoint === undefined ? [] : this.byKey.thresholds(endpoint))];
  }

  #of(containers: readonly string[]): readonly EndpointStatus[] {
    const wanted = new Set(containers);
    return this.scraper.statuses().filter(({ endpoint }) => wanted.has(endpoint.containerId ?? ''));
  }

  #board(status: EndpointStatus, history: History): Board {
    const { [LABEL.service]: service, [LABEL.project]: project } =
      (status.endpoint.containerId && this.#containers.get(status.endpoint.containerId)?.labels) ?? {};
    const names = service === undefined ? [] : [service, `${project}/${service}`];
    return this.#boards.of(status, names, history.latest?.exposition, this.servers.of(status.endpoint));
  }

  /** Handles changes of the store: new readings, new and removed containers. */
  #look(): void {
    const state = this.#options.store.get();
    this.usage.record(state.usage);
    // The engine's facts show how its containers can be reached.
    if (state.containers === this.#containers && state.engine === this.#engine) return;
    this.#containers = state.containers;
    this.#engine = state.engine;
    this.#discover();
  }

  #discover(): void {
    const { discover = () => ({}) } = this.#options;
    const containers = asReached(this.#containers.values());
    const options: DiscoverOptions = discover();
    const hosts = [this.#engine?.name, options.host].flatMap((host) => (host && host !== '127.0.0.1' ? [host] : []));
    const targets = this.servers.place(containers, options, hosts);
    this.scraper.setEndpoints(discoverEndpoints(containers, { ...options, targets, programOf: this.#programOf }));
    this.servers.update(this.scraper.statuses());
    const ids = new Set(this.scraper.statuses().map(({ endpoint }) => endpoint.id));
    this.#boards.keep(ids);
    this.#breaches.keep(ids);
    this.#publishAlerts();
    this.watch(this.#watched.containers, this.#watched.endpoints);
  }

  /** The effect of a scrape on the desk: the service's activity, and crossed thresholds. */
  #scraped(id: string): void {
    const status = this.scraper.status(id);
    if (status?.endpoint.isServer) this.servers.update(this.scraper.statuses());
    this.#judge(id);
  }

  #judge(id: string): void {
    const source = this.source(id);
    if (source !== undefined) {
      const { status, board, history } = source;
      const serviceId = this.#owner(status.endpoint.containerId);
      if (serviceId !== undefined) this.#publishActivity(serviceId, status, board, history);
      this.#breaches.check(source, serviceId, this.#options.clock.now());
      this.#breaches.publish(this.#scrapedNow());
    }
    this.scraper.want(this.#wanted());
    this.#changed();
  }

  /** Names of the metrics on boards, pins and in thresholds. */
  #wanted(): Set<string> {
    const endpoints = this.scraper.statuses().map(({ endpoint }) => endpoint);
    const pins = endpoints.flatMap((endpoint) => this.byKey.pins(endpoint));
    const charted = this.#boards.metrics(
      pins,
      endpoints.flatMap(({ id }) => this.#thresholdsOf(id)),
    );
    const objectives = (this.#options.slos ?? []).flatMap(({ bad, total }) => [bad, total]);
    return new Set([...charted, ...objectives]);
  }

  /** The endpoints whose values are kept fresh, by id, with their service. */
  #scrapedNow(): Map<string, { status: EndpointStatus; serviceId: ServiceId | undefined }> {
    const all = this.scraper.statuses().filter(({ endpoint }) => this.scraper.isScraped(endpoint.id));
    return new Map(
      all.map((status) => [status.endpoint.id, { status, serviceId: this.#owner(status.endpoint.containerId) }]),
    );
  }

  #publishActivity(serviceId: ServiceId, status: EndpointStatus, { activity }: Board, history: History): void {
    if (activity === undefined) return;
    const at = this.#options.clock.now();
    const [reading] = evaluate(activity.expr, history, at, this.scraper);
    const perSecond = status.state === 'up' ? reading?.value : undefined;
    this.#options.store.dispatch({ type: 'activity', serviceId, at, metric: activity.name, perSecond });
  }
}
