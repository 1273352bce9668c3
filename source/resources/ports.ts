import type { ContainerFacts } from '../engine/facts.ts';
import { safe } from '../lib/text.ts';
import { containers } from './containers.ts';
import type { Resource } from './resource.ts';

/** A host port published by a container. */
type PublishedPort = {
  container: ContainerFacts;
  host: number;
  protocol: string;
  /** Port inside the container. */
  inside: number;
  /** Addresses of the host that it is bound to: those of IPv4 and IPv6 together. */
  addresses: readonly string[];
};

/** Addresses that mean all interfaces: everyone who reaches the host reaches the port. */
const ALL = new Set(['', '0.0.0.0', '::']);

const isOpen = ({ addresses }: PublishedPort) => addresses.some((address) => ALL.has(address));

function publishedBy(container: ContainerFacts): PublishedPort[] {
  const found = new Map<string, PublishedPort>();
  for (const { host, address = '', protocol, container: inside } of container.ports) {
    if (host === undefined) continue;
    const key = `${host}/${protocol}>${inside}`;
    const before = found.get(key)?.addresses ?? [];
    found.set(key, { container, host, protocol, inside, addresses: [...before, address] });
  }
  return [...found.values()];
}

function boundTo(port: PublishedPort): string {
  return isOpen(port) ? 'all interfaces' : safe(port.addresses.join(' '));
}

/** The host ports of running containers, and who can reach them. */
export const ports: Resource<PublishedPort> = {
  name: 'ports',
  title: 'Ports',
  aliases: ['ports', 'port'],
  sort: { column: 'host', descending: false },
  empty: 'No container publishes a port.',
  byService: true,
  id: ({ container, host, protocol, inside }) => `${container.id} ${host}/${protocol} ${inside}`,
  nameOf: ({ host }) => String(host),
  rows: (source, scope) => (containers.rows?.(source, scope) ?? []).flatMap(publishedBy),
  service: ({ container }, world) => containers.service?.(container, world),
  containers: ({ container }) => [container.id],
  target: ({ container }) => ({ kind: 'container', id: container.id }),
  inspect: ({ container }) => containers.inspect?.(container),
  enter: ({ container }) => containers.enter?.(container),
  columns: [
    {
      id: 'host',
      title: 'PORT',
      width: 6,
      align: 'right',
      rank: 0,
      value: ({ host }) => String(host),
      sort: ({ host }) => host,
    },
    { id: 'protocol', title: 'PROTO', width: 5, rank: 3, searched: true, value: ({ protocol }) => safe(protocol) },
    {
      id: 'address',
      title: 'BOUND TO',
      width: 16,
      fits: { max: 40 },
      rank: 1,
      searched: true,
      value: boundTo,
      tone: (port) => (isOpen(port) ? 'warn' : 'plain'),
    },
    {
      id: 'inside',
      title: 'INSIDE',
      width: 6,
      rank: 2,
      value: ({ inside }) => String(inside),
      sort: ({ inside }) => inside,
    },
    {
      id: 'container',
      title: 'CONTAINER',
      width: 16,
      grow: { max: 60 },
      cut: 'middle',
      rank: 0,
      searched: true,
      value: ({ container }) => safe(container.name),
    },
  ],
};
