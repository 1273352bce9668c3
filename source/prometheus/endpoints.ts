import { hasProcess } from '../lib/container-state.ts';
import type { ContainerId } from '../lib/ids.ts';
import type { ProgramFinder } from './programs.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/**
 * Finds metrics endpoints: in settings, container labels and the well-known ports of the stacks. Pure; scraping shows whether an endpoint
 * answers.
 */

export type EndpointOrigin = 'settings' | 'label' | 'well-known port' | 'Prometheus target' | 'daemon.json';

export type MetricsEndpoint = {
  /** Stable over restarts: the container's name with port and path, or the URL from the settings. */
  id: string;
  /** Name for the operator. */
  name: string;
  url: string;
  origin: EndpointOrigin;
  /** The container that answers there, if it is a container. */
  containerId?: ContainerId;
  /** Port and path inside the container, for reaching it by exec. */
  inside?: { port: number; path: string };
  /** A Prometheus server's own port: it can also be queried. */
  isServer: boolean;
  /** A guess: found only by its port; no error is shown if it does not answer. */
  guess: boolean;
  /** The Prometheus server (endpoint id) that also scrapes it, and the target's labels there. */
  scrapedBy?: { server: string; job: string; instance: string };
};

/** A target of a Prometheus server: its container, and the server's labels for it. */
export type KnownTarget = {
  containerId: string;
  port: number;
  path: string;
  scrapedBy: NonNullable<MetricsEndpoint['scrapedBy']>;
};

/** An endpoint from the settings: a URL, a container with port and path, or the URL at which a container is reached. */
export type EndpointSetting = {
  name?: string;
  url?: string;
  /** Container, compose service, or `project/service`. */
  container?: string;
  port?: number;
  path?: string;
  /** `false` disables a container's own endpoint. */
  scrape?: boolean;
  /** A Prometheus server's own. */
  isServer?: boolean;
  /** Where it was found, if not in the settings. */
  origin?: EndpointOrigin;
};

export type DiscoverOptions = {
  settings?: readonly EndpointSetting[];
  /** Host on which published ports answer: 127.0.0.1, or the host of a remote engine. */
  host?: string;
  /** The engine is on this machine: ports that are published on its loopback answer. */
  local?: boolean;
  /** Container addresses can be reached: the engine runs on this machine's kernel. */
  routable?: boolean;
  /** Whether well-known ports are tried if nothing else is configured; default: true. */
  guess?: boolean;
  /** The program that a container runs, if known. */
  programOf?: ProgramFinder;
  /** Targets of Prometheus servers among these containers. */
  targets?: readonly KnownTarget[];
};

/** All endpoints of these containers and settings, each once: settings before labels before well-known ports before targets. */
export function discoverEndpoints(targets: readonly ScrapeTarget[], options: DiscoverOptions = {}): MetricsEndpoint[] {
  const found = new Map<string, MetricsEndpoint>();
  const add = (endpoint: MetricsEndpoint | undefined) => {
    if (endpoint !== undefined && !found.has(endpoint.id)) found.set(endpoint.id, endpoint);
  };
  const running = targets.filter(hasProcess);
  for (const setting of options.settings ?? []) {
    if (setting.url !== undefined && setting.container === undefined) add(fromUrl(setting, running, options));
  }
  for (const target of running) {
    if (whyNot(target, options.settings) !== undefined) continue;
    const settings = (options.settings ?? []).filter((one) => isFor(one, target));
    for (const setting of settings) add(fromSetting(setting, target, options));
    if (settings.length === 0) add(fromTarget(target, options));
  }
  for (const known of options.targets ?? []) {
    const target = running.find(({ id }) => id === known.containerId);
    if (target !== undefined && whyNot(target, options.settings) === undefined)
      addTarget(found, known, target, options);
  }
  return [...found.values()];
}

/** For a known endpoint, only the server that scrapes it is added; the endpoint is no longer a guess. */
function addTarget(
  found: Map<string, MetricsEndpoint>,
  known: KnownTarget,
  target: ScrapeTarget,
  options: DiscoverOptions,
): void {
  const same = [...found.values()].find((one) => isSame(one, known, target));
  const endpoint = same ?? at(target, known.port, known.path, 'Prometheus target', options);
  found.set(endpoint.id, { ...endpoint, guess: false, scrapedBy: known.scrapedBy });
}

/** Why a container must not be scraped, in words; undefined if it may be. */
export function whyNot(target: ScrapeTarget, settings: readonly EndpointSetting[] = []): string | undefined {
  if (settings.some((one) => one.scrape === false && isFor(one, target))) return 'the settings say not to scrape it';
  const { 'deskhand.metrics.scrape': own, 'prometheus.io/scrape': common } = target.labels;
  return (own ?? common) === 'false' ? 'its label says not to scrape it' : undefined;
}

/** Whether an endpoint is the same as a server's target, so that nothing is scraped twice. */
function isSame({ containerId, inside, url }: MetricsEndpoint, known: KnownTarget, { ports }: ScrapeTarget): boolean {
  if (containerId !== known.containerId) return false;
  if (inside !== undefined) return inside.port === known.port && inside.path === known.path;
  if (!URL.canParse(url)) return false;
  // A configured URL is replaced only if its port is known to lead elsewhere.
  const { pathname, port } = new URL(url);
  const behind = ports.find(({ host }) => String(host) === port)?.container ?? known.port;
  return pathname === known.path && behind === known.port;
}

function isFor(setting: EndpointSetting, target: ScrapeTarget): boolean {
  const project = target.labels['com.docker.compose.project'];
  const service = target.labels['com.docker.compose.service'];
  return setting.container !== undefined && [target.name, service, `${project}/${service}`].includes(setting.container);
}

/** A URL that leads to a published port is that container's. */
function fromUrl(
  setting: EndpointSetting,
  targets: readonly ScrapeTarget[],
  options: DiscoverOptions,
): MetricsEndpoint {
  const { url = '', name, isServer = false, origin = 'settings' } = setting;
  const { hostname, port, pathname, protocol } = URL.canParse(url) ? new URL(url) : new URL('none:');
  const isHere =
    protocol === 'http:' && (hostname === options.host || (options.local !== false && isLoopback(hostname)));
  for (const target of isHere ? targets : []) {
    const inside = target.ports.find((one) => leadsTo(one, hostname, port || '80', options));
    const found = inside && at(target, inside.container, pathname, 'settings', options);
    // The URL itself stays as configured: it may contain a password or a query.
    if (found) return { ...found, url, name: name ?? found.name, isServer: isServer || found.isServer };
  }
  const id = url.replace(/\/\/[^/@]*@/, '//');
  return { id, name: name ?? id, url, origin, isServer, guess: false };
}

/** Whether a published port answers at this host and port. */
function leadsTo(
  { host, address, protocol }: ScrapeTarget['ports'][number],
  hostname: string,
  port: string,
  { host: engine = '127.0.0.1' }: DiscoverOptions,
): boolean {
  if (String(host) !== port || protocol !== 'tcp') return false;
  const at = reachable(address, engine);
  return at === hostname || (isLoopback(at) && isLoopback(hostname));
}

function fromSetting(
  setting: EndpointSetting,
  target: ScrapeTarget,
  options: DiscoverOptions,
): MetricsEndpoint | undefined {
  const known = options.programOf?.(target);
  if (setting.url !== undefined) return atUrl(target, setting.url, 'settings', options);
  const port = setting.port ?? known?.port ?? onlyPort(target);
  if (port === undefined) return undefined;
  return at(target, port, setting.path ?? known?.path ?? '/metrics', 'settings', options);
}

function fromTarget(target: ScrapeTarget, options: DiscoverOptions): MetricsEndpoint | undefined {
  const { labels } = target;
  const url = labels['deskhand.metrics.url'];
  if (url !== undefined) return atUrl(target, url, 'label', options);
  const scrape = labels['deskhand.metrics.scrape'] ?? labels['prometheus.io/scrape'];
  const port = labels['deskhand.metrics.port'] ?? labels['prometheus.io/port'];
  const path = labels['deskhand.metrics.path'] ?? labels['prometheus.io/path'];
  const known = options.programOf?.(target);
  if (port !== undefined || path !== undefined || scrape === 'true') {
    const number = portNumber(port) ?? known?.port ?? onlyPort(target);
    if (number !== undefined) return at(target, number, path ?? '/metrics', 'label', options);
  }
  if (known === undefined || options.guess === false) return undefined;
  return at(target, known.port, known.path, 'well-known port', options);
}

function atUrl(
  target: ScrapeTarget,
  url: string,
  origin: EndpointOrigin,
  { programOf }: DiscoverOptions,
): MetricsEndpoint {
  const isServer = programOf?.(target)?.isServer ?? false;
  return {
    id: `${target.name} ${url}`,
    name: target.name,
    url,
    origin,
    containerId: target.id,
    isServer,
    guess: false,
  };
}

function onlyPort(target: ScrapeTarget): number | undefined {
  const ports = new Set(target.ports.filter(({ protocol }) => protocol === 'tcp').map(({ container }) => container));
  return ports.size === 1 ? [...ports][0] : undefined;
}

function portNumber(text: string | undefined): number | undefined {
  const port = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** By published port, else by container address if reachable; without an address if neither works. */
function at(
  target: ScrapeTarget,
  port: number,
  path: string,
  origin: EndpointOrigin,
  options: DiscoverOptions,
): MetricsEndpoint {
  const clean = path.startsWith('/') ? path : `/${path}`;
  const base = baseUrl(target, port, options);
  const known = options.programOf?.(target);
  return {
    id: `${target.name}:${port}${clean}`,
    name: target.name,
    url: base === undefined ? '' : `${base}${clean}`,
    origin,
    containerId: target.id,
    inside: { port, path: clean },
    isServer: known?.isServer === true && port === known.port,
    guess: origin === 'well-known port',
  };
}

function baseUrl(
  target: ScrapeTarget,
  port: number,
  { host = '127.0.0.1', local = true, routable = true }: DiscoverOptions,
): string | undefined {
  const published = target.ports.find(
    (one) =>
      one.container === port && one.protocol === 'tcp' && one.host !== undefined && (local || !isLoopback(one.address)),
  );
  if (published?.host !== undefined) return `http://${reachable(published.address, host)}:${published.host}`;
  // With host networking, every port is the host's.
  if (target.attachments.some(({ network }) => network === 'host')) return `http://${host}:${port}`;
  const address = target.attachments.find((one) => one.address)?.address;
  if (routable && address) return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return undefined;
}

function isLoopback(address = ''): boolean {
  return address.startsWith('127.') || address === '::1' || address === '[::1]' || address === 'localhost';
}

/** A port bound to all addresses answers on the engine's host; one bound to a single address only there. */
function reachable(address: string | undefined, host: string): string {
  if (address === undefined || address === '' || address === '0.0.0.0' || address === '::') return host;
  return address.includes(':') ? `[${address}]` : address;
}
