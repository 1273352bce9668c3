import type { Clock } from '../../clock.ts';
import { deriveDesk } from '../../desk/derive.ts';
import type { TimelineEntry } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { type Board, type Expr, metricsOf, type Panel } from '../../prometheus/board.ts';
import { chooseBoard, type NamedBoard } from '../../prometheus/boards/choose.ts';
import { type DiscoverOptions, discoverEndpoints } from '../../prometheus/endpoints.ts';
import { evaluate } from '../../prometheus/evaluate.ts';
import type { Exposition } from '../../prometheus/exposition.ts';
import type { History } from '../../prometheus/history.ts';
import { type EndpointStatus, Scraper, type ScraperOptions } from '../../prometheus/scraper.ts';
import { type PrometheusServer, prometheusServer } from '../../prometheus/server.ts';
import type { Crossing, Threshold } from '../../prometheus/thresholds.ts';
import { toPromql } from '../../prometheus/to-promql.ts';
import { Watcher } from '../../prometheus/watcher.ts';
import type { ChartSeries } from '../../ui/chart/chart.ts';
import { formatValue } from '../../ui/chart/value.ts';
import type { Span } from './cells.ts';
import { joined, ServerLines } from './server-lines.ts';
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
  /** Says whose metrics are looked at: their endpoints are scraped at the full rate. */
  watch(containers: readonly string[]): void;
  /** The endpoints of these containers. */
  sources(containers: readonly string[]): readonly MetricSource[];
  /** Pins a panel to an endpoint's board, or takes it off again; answers whether it is pinned now. */
  pin(endpoint: string, panel: Panel): boolean;
  /** The Prometheus server of the settings or found in a stack; undefined when there is none. */
  server(): PrometheusServer | undefined;
  /** Lines of a PromQL expression, as far as the server has answered. */
  asked(expr: Expr & { kind: 'promql' }, span: Span): ChartSeries[];
  /** Lines with what a server knows of the time before the endpoint was first scraped. */
  withPast(expr: Expr, source: MetricSource, lines: readonly ChartSeries[], span: Span): ChartSeries[];
  /** The newest value of a metric of a service (by its id), or of any; undefined when it is not known or too old to trust. */
  value(metric: string, service?: string): number | undefined;
  /** Thresholds that were set by key, beside those of boards and settings. */
  thresholds: Threshold[];
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
  /** From the settings. */
  thresholds?: readonly Threshold[];
  /** Hears every crossing of a threshold: for the bell and notifications. */
  onCrossing?: (crossing: Crossing, serviceId: string | undefined) => void;
  scrape?: Partial<Omit<ScraperOptions, 'clock'>>;
};

/** A number older than this decides nothing. */
const TRUSTED_MS = 60_000;

export function createDeskMetrics(options: DeskMetricsOptions): DeskMetrics {
  const { store, clock, discover = () => ({}) } = options;
  const scraper = new Scraper({ ...options.scrape, clock });
  const usage = new UsageHistory();
  const listeners = new Set<() => void>();
  const boards = new BoardChoice(options.boards ?? []);
  const servers = new ServerChoice(options.prometheus);
  let revision = 0;
  let containers: ReadonlyMap<string, ContainerFacts> = new Map();
  let watched: readonly string[] = [];

  const changed = () => {
    revision += 1;
    for (const listener of [...listeners]) listener();
  };
  const serverLines = new ServerLines(clock, changed);
  const server = () => servers.choose(scraper.statuses());
  const of = (ids: readonly string[]) => {
    const wanted = new Set<string | undefined>(ids);
    return scraper
      .statuses()
      .filter(({ endpoint }) => endpoint.containerId !== undefined && wanted.has(endpoint.containerId));
  };
  const watch = () => scraper.watch(of(watched).map(({ endpoint }) => endpoint.id));
  const look = () => {
    const state = store.get();
    usage.record(state.usage);
    if (state.containers === containers) return;
    containers = state.containers;
    scraper.setEndpoints(discoverEndpoints([...containers.values()], discover()));
    watch();
  };
  const boardOf = (status: EndpointStatus, exposition: Exposition | undefined) => {
    const labels = containers.get(status.endpoint.containerId ?? '')?.labels;
    return boards.of(status, labels?.['com.docker.compose.service'], exposition);
  };

  const thresholds: Threshold[] = [];
  const watcher = new Watcher({
    intervalMs: scraper.intervalMs,
    format: formatValue,
    thresholds: () => [...(options.thresholds ?? []), ...thresholds],
  });
  /** What a scrape means for the desk: is the service at work, and has something crossed a threshold. */
  const tell = (status: EndpointStatus, board: Board, history: History) => {
    const at = clock.now();
    const serviceId = deriveDesk(store.get()).ownerOf.get(status.endpoint.containerId ?? '');
    if (serviceId !== undefined && board.activity !== undefined) {
      const [reading] = evaluate(board.activity.expr, history, at, scraper);
      const perSecond = status.state === 'up' ? reading?.value : undefined;
      store.dispatch({ type: 'activity', serviceId, at, metric: board.activity.name, perSecond });
    }
    for (const crossing of watcher.check(status, board, history, at)) {
      store.dispatch({ type: 'note', entry: noteOf(crossing, serviceId) });
      options.onCrossing?.(crossing, serviceId);
    }
  };

  const ends = [
    store.subscribe(look),
    scraper.subscribe((id) => {
      const status = scraper.status(id);
      const history = scraper.history(id);
      if (status !== undefined && history !== undefined)
        tell(status, boardOf(status, history.latest?.exposition), history);
      scraper.want(boards.metrics());
      changed();
    }),
  ];
  look();

  return {
    scraper,
    usage,
    revision: () => revision,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch(ids) {
      watched = ids;
      watch();
    },
    sources: (ids) =>
      of(ids).flatMap((status) => {
        const history = scraper.history(status.endpoint.id);
        if (history === undefined) return [];
        const pinned = boards.pinned(status.endpoint.id);
        return [{ status, history, board: boardOf(status, history.latest?.exposition), pinned }];
      }),
    pin(endpoint, panel) {
      const pinned = boards.pin(endpoint, panel);
      scraper.want(boards.metrics());
      changed();
      return pinned;
    },
    server,
    asked: ({ query }, span) => serverLines.lines(server(), query, span),
    withPast(expr, { history }, lines, span) {
      const first = history.firstAt;
      if (server() === undefined || first === undefined || first <= span.from) return [...lines];
      const metric =
        expr.kind === 'promql' || expr.kind === 'quantile' ? undefined : history.select(expr)[0]?.series.name;
      return joined(lines, serverLines.lines(server(), toPromql(expr, metric), span));
    },
    thresholds,
    value(metric, service) {
      const owner = deriveDesk(store.get()).ownerOf;
      for (const { endpoint, state } of scraper.statuses()) {
        if (state !== 'up' || (service !== undefined && owner.get(endpoint.containerId ?? '') !== service)) continue;
        const last = scraper.history(endpoint.id)?.select({ metric })[0]?.track.last;
        if (last !== undefined && clock.now() - last.time < TRUSTED_MS) return last.value;
      }
      return undefined;
    },
    close() {
      for (const end of ends) end();
      scraper.stop();
      serverLines.close();
      listeners.clear();
    },
  };
}

function noteOf(crossing: Crossing, serviceId: string | undefined): TimelineEntry {
  const { at, to, text } = crossing;
  const level = to === 'critical' ? 'bad' : to === 'warn' ? 'warning' : 'good';
  return { at, kind: 'metric', level, text, ...(serviceId === undefined ? {} : { serviceId }) };
}

/** Which board an endpoint has, and what is pinned to it. */
class BoardChoice {
  readonly #own: readonly NamedBoard[];
  readonly #chosen = new Map<string, { families: number; board: Board }>();
  readonly #pins = new Map<string, Panel[]>();

  constructor(own: readonly NamedBoard[]) {
    this.#own = own;
  }

  /** Made once for the families there are: rows that change places by themselves cannot be read. */
  of({ endpoint }: EndpointStatus, service: string | undefined, exposition: Exposition | undefined): Board {
    const { id, name } = endpoint;
    const known = this.#chosen.get(id);
    if (exposition === undefined) return known?.board ?? { title: name, panels: [] };
    if (known?.families === exposition.families.size) return known.board;
    const board = chooseBoard(service === undefined ? [name] : [name, service], exposition, this.#own);
    this.#chosen.set(id, { families: exposition.families.size, board });
    return board;
  }

  pinned(endpoint: string): readonly Panel[] {
    return this.#pins.get(endpoint) ?? [];
  }

  pin(endpoint: string, panel: Panel): boolean {
    const before = this.pinned(endpoint);
    const rest = before.filter(({ title }) => title !== panel.title);
    const pinned = rest.length === before.length;
    this.#pins.set(endpoint, pinned ? [...rest, panel] : rest);
    return pinned;
  }

  /** Names of all metrics on boards and pins. */
  metrics(): Set<string> {
    const panels = [...this.#chosen.values()].flatMap(({ board }) => board.panels);
    return metricsOf({ title: '', panels: [...panels, ...[...this.#pins.values()].flat()] });
  }
}

/** The Prometheus server to ask: the one of the settings, else the first one in a stack that answers. */
class ServerChoice {
  #known: { url: string; server: PrometheusServer } | undefined;
  readonly #set: string | undefined;

  constructor(url: string | undefined) {
    this.#set = url;
  }

  choose(statuses: readonly EndpointStatus[]): PrometheusServer | undefined {
    const found = statuses.find(({ endpoint, state }) => endpoint.isServer && state === 'up')?.endpoint.url;
    const url = this.#set ?? found?.replace(/\/metrics$/, '');
    if (url === undefined) return undefined;
    if (this.#known?.url !== url) this.#known = { url, server: prometheusServer(url) };
    return this.#known.server;
  }
}
