import type { Clock } from '../../clock.ts';
import type { Store } from '../../desk/store.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { type Board, metricsOf } from '../../prometheus/board.ts';
import { chooseBoard, type NamedBoard } from '../../prometheus/boards/choose.ts';
import { type DiscoverOptions, discoverEndpoints } from '../../prometheus/endpoints.ts';
import type { Exposition } from '../../prometheus/exposition.ts';
import type { History } from '../../prometheus/history.ts';
import { type EndpointStatus, Scraper, type ScraperOptions } from '../../prometheus/scraper.ts';
import { UsageHistory } from './usage-history.ts';

/** What is known of one endpoint of a service: how it is, its history and the board to show. */
export type MetricSource = { status: EndpointStatus; history: History; board: Board };

/** Metrics of the whole desk: finds the endpoints of the containers there are, scrapes, remembers. */
export type DeskMetrics = {
  scraper: Scraper;
  usage: UsageHistory;
  /** Counts up with every scrape; for useSyncExternalStore. */
  revision(): number;
  subscribe(listener: () => void): () => void;
  /** Says whose metrics are looked at: their endpoints are scraped at the full rate. */
  watch(containers: readonly string[]): void;
  /** The endpoints of these containers. */
  sources(containers: readonly string[]): readonly MetricSource[];
  close(): void;
};

export type DeskMetricsOptions = {
  store: Store;
  clock: Clock;
  /** How endpoints are found: settings, the engine's host, whether container addresses can be reached. */
  discover?: () => DiscoverOptions;
  boards?: readonly NamedBoard[];
  scrape?: Partial<Omit<ScraperOptions, 'clock'>>;
};

export function createDeskMetrics(options: DeskMetricsOptions): DeskMetrics {
  const { store, clock, discover = () => ({}), boards = [] } = options;
  const scraper = new Scraper({ ...options.scrape, clock });
  const usage = new UsageHistory();
  const listeners = new Set<() => void>();
  const chosen = new Map<string, { families: number; board: Board }>();
  let revision = 0;
  let containers: ReadonlyMap<string, ContainerFacts> | undefined;
  let watched: readonly string[] = [];

  const idsOf = (ids: readonly string[]) => {
    const wanted = new Set(ids);
    return scraper
      .statuses()
      .filter(({ endpoint }) => endpoint.containerId !== undefined && wanted.has(endpoint.containerId));
  };
  const look = () => {
    const state = store.get();
    usage.record(state.usage);
    if (state.containers === containers) return;
    containers = state.containers;
    scraper.setEndpoints(discoverEndpoints([...state.containers.values()], discover()));
    scraper.watch(idsOf(watched).map(({ endpoint }) => endpoint.id));
  };
  const boardOf = (status: EndpointStatus, exposition: Exposition | undefined): Board => {
    const { id, name, containerId } = status.endpoint;
    if (exposition === undefined) return { title: name, panels: [] };
    const known = chosen.get(id);
    // A board is made once for the families there are: rows that change places by themselves cannot be read.
    if (known?.families === exposition.families.size) return known.board;
    const service =
      containerId === undefined ? undefined : containers?.get(containerId)?.labels['com.docker.compose.service'];
    const board = chooseBoard([name, ...(service === undefined ? [] : [service])], exposition, boards);
    chosen.set(id, { families: exposition.families.size, board });
    scraper.want([...chosen.values()].flatMap((one) => [...metricsOf(one.board)]));
    return board;
  };

  const endStore = store.subscribe(look);
  const endScraper = scraper.subscribe((id) => {
    revision += 1;
    const status = scraper.status(id);
    if (status !== undefined) boardOf(status, scraper.history(id)?.latest?.exposition);
    for (const listener of [...listeners]) listener();
  });
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
      scraper.watch(idsOf(ids).map(({ endpoint }) => endpoint.id));
    },
    sources: (ids) =>
      idsOf(ids).flatMap((status) => {
        const history = scraper.history(status.endpoint.id);
        return history === undefined ? [] : [{ status, history, board: boardOf(status, history.latest?.exposition) }];
      }),
    close() {
      endStore();
      endScraper();
      scraper.stop();
      listeners.clear();
    },
  };
}
