import type { TimelineEntry } from '../desk/state.ts';
import type { Clock } from '../lib/clock.ts';
import type { ContainerId } from '../lib/ids.ts';
import { type DiscoverOptions, type KnownTarget, type MetricsEndpoint, whyNot } from '../prometheus/endpoints.ts';
import type { ScrapeTarget } from '../prometheus/scrape-target.ts';
import type { EndpointStatus } from '../prometheus/scraper.ts';
import { type Alert, type PrometheusServer, prometheusServer } from '../prometheus/server.ts';
import { placeTargets, type Vantage } from '../prometheus/targets.ts';
import { type ServerFacts, ServerWatch } from './server-watch.ts';

/** A server's target that is not scraped from here. */
export type UnmatchedTarget = { server: string; job: string; url: string; why: string };

export type ServersOptions = {
  clock: Clock;
  /** The compose project of a container. */
  projectOf(container: ContainerId | undefined): string | undefined;
  /** There are new facts. */
  changed(): void;
  /** An alert started or stopped firing. */
  alert(alert: Alert, entry: TimelineEntry, server: MetricsEndpoint): void;
};

type WatchedServer = { endpoint: MetricsEndpoint; server: PrometheusServer; watch: ServerWatch };

const UNKNOWN: ServerFacts = { alerts: [], targets: [] };

/** The Prometheus servers: the one of the settings, and those found in the stacks that answer. */
export class Servers {
  readonly #options: ServersOptions;
  readonly #known = new Map<string, WatchedServer>();
  #unmatched: readonly UnmatchedTarget[] = [];

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** Updates the endpoints and their states. A server that has answered is kept while its container runs. */
  update(statuses: readonly EndpointStatus[]): void {
    const wanted = statuses.filter(
      ({ endpoint, state }) =>
        endpoint.isServer &&
        endpoint.url !== '' &&
        (endpoint.origin === 'settings' || state === 'up' || this.#has(endpoint)),
    );
    const ids = new Set(wanted.map(({ endpoint }) => endpoint.id));
    for (const [id, { watch }] of this.#known) {
      if (ids.has(id)) continue;
      watch.close();
      this.#known.delete(id);
    }
    for (const { endpoint } of wanted) this.#open(endpoint);
  }

  #has({ id, url }: MetricsEndpoint): boolean {
    return this.#known.get(id)?.endpoint.url === url;
  }

  #open(endpoint: MetricsEndpoint): void {
    const known = this.#known.get(endpoint.id);
    if (known !== undefined && this.#has(endpoint)) {
      known.endpoint = endpoint;
      return;
    }
    known?.watch.close();
    const server = prometheusServer(endpoint.url.replace(/\/metrics$/, ''));
    const { clock, changed, alert } = this.#options;
    const callbacks = { changed, alert: (one: Alert, entry: TimelineEntry) => alert(one, entry, endpoint) };
    this.#known.set(endpoint.id, { endpoint, server, watch: new ServerWatch(clock, server, callbacks) });
  }

  /** Alerts and targets of the server that has this endpoint. */
  facts(endpoint: string): ServerFacts {
    return this.#known.get(endpoint)?.watch.facts ?? UNKNOWN;
  }

  /** The server that scrapes an endpoint, else the one of the settings; undefined if none has its history. */
  ofPast({ scrapedBy }: MetricsEndpoint): PrometheusServer | undefined {
    return (this.#known.get(scrapedBy?.server ?? '') ?? this.#set())?.server;
  }

  /** The server that evaluates PromQL of an endpoint's board: its own, the settings', one of its project, any. */
  of({ id, scrapedBy, containerId }: MetricsEndpoint): PrometheusServer | undefined {
    const { projectOf } = this.#options;
    const project = projectOf(containerId);
    const all = [...this.#known.values()];
    const near =
      project === undefined ? undefined : all.find(({ endpoint }) => projectOf(endpoint.containerId) === project);
    const own = this.#known.get(id) ?? this.#known.get(scrapedBy?.server ?? '');
    return (own ?? this.#set() ?? near ?? all[0])?.server;
  }

  /** Scrape interval (ms) of an endpoint on a server; undefined if no server says. */
  scrapeInterval({ scrapedBy }: MetricsEndpoint): number | undefined {
    if (scrapedBy === undefined) return undefined;
    const { job, instance, server } = scrapedBy;
    const { targets } = this.facts(server);
    return targets.find((target) => target.job === job && target.instance === instance)?.interval;
  }

  #set(): WatchedServer | undefined {
    return [...this.#known.values()].find(({ endpoint }) => endpoint.origin === 'settings');
  }

  /** Targets that are not scraped from here, and why. */
  unmatched(): readonly UnmatchedTarget[] {
    return this.#unmatched;
  }

  /** Where the servers' targets are among these containers. */
  place(containers: readonly ScrapeTarget[], options: DiscoverOptions, hosts: readonly string[]): KnownTarget[] {
    const targets: KnownTarget[] = [];
    const unmatched: UnmatchedTarget[] = [];
    for (const { endpoint, watch } of this.#known.values()) {
      const { id: server, name } = endpoint;
      const found = placeTargets(watch.facts.targets, seatOf(endpoint, containers, options, hosts), containers);
      unmatched.push(...found.unmatched.map(({ target: { job, url }, why }) => ({ server: name, job, url, why })));
      for (const { target, containerId, port, path } of found.placed) {
        const container = containers.find(({ id }) => id === containerId);
        const why = container && whyNot(container, options.settings);
        const { job, instance, url } = target;
        if (why === undefined) targets.push({ containerId, port, path, scrapedBy: { server, job, instance } });
        else unmatched.push({ server: name, job, url, why });
      }
    }
    this.#unmatched = unmatched;
    return targets;
  }

  /** The firing alerts of all servers, each with its server; none of a server that has not answered for a while. */
  firing(now: number): { alert: Alert; server: string }[] {
    return [...this.#known.values()].flatMap(({ endpoint, watch }) =>
      watch.isFresh(now) ? watch.facts.alerts.map((alert) => ({ alert, server: endpoint.id })) : [],
    );
  }

  close(): void {
    for (const { watch } of this.#known.values()) watch.close();
  }
}

function seatOf(
  { containerId, url }: MetricsEndpoint,
  containers: readonly ScrapeTarget[],
  { local = true }: DiscoverOptions,
  hosts: readonly string[],
): Vantage {
  const container = containers.find(({ id }) => id === containerId);
  const isLoopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);
  return { ...(container ? { container } : {}), onHost: container === undefined && local && isLoopback, hosts };
}
