import { memoizeByObject } from '../../lib/memoize.ts';
import { humanDuration, rfc3339 } from '../world/time.ts';
import type { Container, World } from '../world/types.ts';

/** A container as the list shows it. */

/** Like moby's State.String: "Up 3 hours (healthy)", "Exited (137) 2 minutes ago". */
export function statusText(container: Container, now: number): string {
  const { state, health } = container;
  const up = humanDuration(now - (state.startedAt ?? now));
  const ended = humanDuration(now - (state.finishedAt ?? now));
  switch (state.status) {
    case 'running':
      if (!health) return `Up ${up}`;
      return `Up ${up} (${health.status === 'starting' ? 'health: starting' : health.status})`;
    case 'paused':
      return `Up ${up} (Paused)`;
    case 'restarting':
      return `Restarting (${state.exitCode}) ${ended} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    default:
      return state.startedAt === undefined ? 'Created' : `Exited (${state.exitCode}) ${ended} ago`;
  }
}

/** The last entry of a container, while it is still valid. */
const entryOf = memoizeByObject((_: Container) => ({ revision: Number.NaN, status: '', bytes: Buffer.alloc(0) }));

/**
 * The list as JSON. Each entry is kept as bytes until its container or its status text ("Up 3 hours") changes, so that a list
 * of thousands is a copy.
 */
export function listJson(world: World, containers: readonly Container[], withSize = false): Buffer {
  const entries = containers.map((container) => {
    const status = statusText(container, world.now);
    const kept = entryOf(container);
    if (!withSize && kept.revision === container.revision && kept.status === status) return kept.bytes;
    const bytes = Buffer.from(`${JSON.stringify(summary(world, container, status, withSize))},`);
    if (!withSize) Object.assign(kept, { revision: container.revision, status, bytes });
    return bytes;
  });
  const all = Buffer.concat([Buffer.from('['), ...entries]);
  if (entries.length === 0) return Buffer.from('[]');
  all[all.length - 1] = ']'.charCodeAt(0);
  return all;
}

function summary(world: World, container: Container, status: string, withSize: boolean): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: container.imageId,
    Command: commandText(container),
    Created: Math.floor(container.created / 1000),
    Ports: portsOf(container),
    ...(withSize && { SizeRw: sizeRw(container), SizeRootFs: sizeRootFs(world, container) }),
    Labels: container.config.Labels,
    State: container.state.status,
    Status: status,
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode },
    NetworkSettings: { Networks: networksOf(world, container) },
    Mounts: container.mounts,
  };
}

/** Joins path and arguments like Docker: parts with a space are quoted. */
function commandText({ config }: Container): string {
  const words = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  return words.map((word, i) => (i > 0 && /[\s'"]/.test(word) ? `'${word.replace(/'/g, "'\\''")}'` : word)).join(' ');
}

type ListedPort = { IP?: string; PrivatePort: number; PublicPort?: number; Type: string };

function portsOf(container: Container): ListedPort[] {
  const live = container.state.status === 'running' || container.state.status === 'paused';
  if (!live) return [];
  return Object.keys(container.config.ExposedPorts ?? {}).flatMap((key): ListedPort[] => {
    const [port = '', type = 'tcp'] = key.split('/');
    const bound = container.hostConfig.PortBindings[key] ?? [];
    if (bound.length === 0) return [{ PrivatePort: Number(port), Type: type }];
    return bound.flatMap(({ HostIp, HostPort }) =>
      (HostIp ? [HostIp] : ['0.0.0.0', '::']).map((IP) => ({
        IP,
        PrivatePort: Number(port),
        PublicPort: Number(HostPort),
        Type: type,
      })),
    );
  });
}

/** NetworkSettings.Networks: addresses only while it runs. */
export function networksOf(world: World, container: Container): Record<string, object> {
  const live = container.state.status === 'running' || container.state.status === 'paused';
  const entries = [...container.endpoints].map(([name, endpoint]) => {
    const network = networkByName(world, name);
    const prefix = network?.prefix ?? '';
    return [
      name,
      {
        IPAMConfig: null,
        Links: null,
        Aliases: endpoint.aliases.length > 0 ? endpoint.aliases : null,
        MacAddress: live && prefix ? macOf(endpoint.address) : '',
        DriverOpts: null,
        NetworkID: network?.id ?? '',
        EndpointID: live ? endpoint.id : '',
        Gateway: live && prefix ? `${prefix}.1` : '',
        IPAddress: live ? endpoint.address : '',
        IPPrefixLen: live && prefix ? 24 : 0,
        IPv6Gateway: '',
        GlobalIPv6Address: '',
        GlobalIPv6PrefixLen: 0,
        DNSNames: endpoint.aliases.length > 0 ? endpoint.aliases : null,
      },
    ];
  });
  return Object.fromEntries(entries);
}

const byName = new WeakMap<
  World,
  { count: number; index: Map<string, World['networks'] extends Map<string, infer N> ? N : never> }
>();

function networkByName(world: World, name: string): ReturnType<World['networks']['get']> {
  const known = byName.get(world);
  if (known && known.count === world.networks.size && known.index.has(name)) return known.index.get(name);
  const index = new Map([...world.networks.values()].map((network) => [network.name, network]));
  byName.set(world, { count: world.networks.size, index });
  return index.get(name);
}

export function macOf(address: string): string {
  return ['02:42', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}

/** Bytes in the container's own layer. */
export function sizeRw(container: Container): number {
  return 4096 + (container.meter.seed % 900_000);
}

export function sizeRootFs(world: World, container: Container): number {
  return (world.images.get(container.imageId)?.size ?? 0) + sizeRw(container);
}

export const when = rfc3339;
