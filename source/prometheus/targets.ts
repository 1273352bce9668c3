import { hasProcess } from '../lib/container-state.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import type { ServerTarget } from './server.ts';

/**
 * Maps a Prometheus server's targets to containers of this desk. Pure. A target's host name is only valid inside the server's networks, so
 * it is matched by name and never resolved.
 */

/** A target that is a container of this desk: its port and path inside. */
export type PlacedTarget = { target: ServerTarget; containerId: string; port: number; path: string };
/** A target that cannot be scraped from here, and why. */
export type UnmatchedServerTarget = { target: ServerTarget; why: string };

export type Placed = { placed: readonly PlacedTarget[]; unmatched: readonly UnmatchedServerTarget[] };

/** Where a server runs, which decides how it sees its targets. */
export type Vantage = {
  /** The container it runs in. */
  container?: ScrapeTarget;
  /** It runs on the engine's host, outside of containers. */
  onHost: boolean;
  /** Names of the engine's host that are valid everywhere. */
  hosts: readonly string[];
};

/** Names under which a container reaches the machine it runs on. */
const FROM_INSIDE = /^(host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal|172\.17\.0\.1)$/;
const LOOPBACK = /^(localhost|127\.[\d.]+|::1)$/;

/** The running containers that each target may be, or the reason why there is none. */
export function placeTargets(
  targets: readonly ServerTarget[],
  vantage: Vantage,
  containers: readonly ScrapeTarget[],
): Placed {
  const placed: PlacedTarget[] = [];
  const unmatched: UnmatchedServerTarget[] = [];
  for (const target of targets) {
    const found = place(target, vantage, containers);
    if (typeof found === 'string') unmatched.push({ target, why: found });
    else placed.push(...found);
  }
  return { placed, unmatched };
}

function place(target: ServerTarget, vantage: Vantage, containers: readonly ScrapeTarget[]): PlacedTarget[] | string {
  const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
  if (url === undefined) return 'its address could not be parsed';
  if (url.protocol !== 'http:') return `it speaks ${url.protocol.replace(':', '')} to a name of its own network`;
  if (url.search !== '') return 'it is scraped with parameters, like a probe: not repeated';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = resolve(host, Number(url.port || 80), vantage, containers);
  if (found.length === 0) return `no container of this desk is ${url.host}`;
  const running = found.filter(({ container }) => hasProcess(container));
  if (running.length === 0) return `${found[0]?.container.name} is not running`;
  return running.map(({ container, inside }) => ({
    target,
    containerId: container.id,
    port: inside,
    path: url.pathname,
  }));
}

type Found = { container: ScrapeTarget; inside: number };

function resolve(host: string, port: number, vantage: Vantage, containers: readonly ScrapeTarget[]): Found[] {
  const { container: server, onHost, hosts } = vantage;
  const isLoopback = LOOPBACK.test(host);
  if (isLoopback && server !== undefined) return [{ container: server, inside: port }];
  const isHost = hosts.includes(host) || (isLoopback ? onHost : server !== undefined && FROM_INSIDE.test(host));
  if (isHost) return containers.flatMap((one) => published(one, port));
  const byName = server === undefined ? [] : containers.filter((one) => isNamed(one, host, server));
  const isNear = server !== undefined || onHost;
  const found = byName.length > 0 || !isNear ? byName : containers.filter((one) => hasAddress(one, host));
  return found.map((container) => ({ container, inside: port }));
}

function published(container: ScrapeTarget, port: number): Found[] {
  const found = container.ports.find(({ host, protocol }) => host === port && protocol === 'tcp');
  return found === undefined ? [] : [{ container, inside: found.container }];
}

function hasAddress({ attachments }: ScrapeTarget, host: string): boolean {
  return attachments.some(({ address }) => address === host);
}

/** By its name, its id, its compose service or an alias in a network that it shares with the server. */
function isNamed({ id, name, labels, attachments }: ScrapeTarget, host: string, server: ScrapeTarget): boolean {
  const shared = attachments.filter(({ network }) => server.attachments.some((one) => one.network === network));
  if (shared.length === 0) return false;
  const names = [name, labels['com.docker.compose.service'], ...shared.flatMap(({ aliases = [] }) => aliases)];
  const inNetworks = names.flatMap((one) => [one, ...shared.map(({ network }) => `${one}.${network}`)]);
  return inNetworks.includes(host) || (/^[0-9a-f]{12,64}$/.test(host) && id.startsWith(host));
}
