import { LABEL, lastingName } from '../desk/identity.ts';
import type { CreateBody, EndpointBody } from '../engine/engine.ts';
import { type Fields, fields, list, strings, text, texts } from '../engine/parse/fields.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';

/** What makes a further replica: the body of its creation, and the networks to connect before its start. */
export type Clone = {
  name: string;
  body: CreateBody;
  /** Networks beyond the first: engines below API 1.44 take only one at the creation. */
  connect: readonly NetworkEndpoint[];
};

/**
 * The replica `number` as a clone of an existing one, from its inspect: the same image, configuration, host configuration and
 * networks. Without what belongs only to the old one: host name and MAC address, its name and short id among the network
 * aliases, its number among the labels. Tried against the real compose CLI, which takes the clone for its own.
 * Fails if the old name does not end in its number, as then no new name can be formed.
 */
export function cloneSpec(inspect: unknown, number: number): Clone {
  const old = fields(inspect);
  const id = text(old.Id);
  const oldName = text(old.Name).replace(/^\//, '');
  const name = replicaName(oldName, strings(fields(old.Config).Labels)[LABEL.number], number);
  const anonymous = anonymousBinds(old);
  const [first, ...more] = endpoints(old, [oldName, id.slice(0, 12)]);
  return {
    name,
    body: {
      ...config(old, id, number, anonymous),
      HostConfig: hostConfig(old, anonymous),
      ...(first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [first.network]: first.endpoint } } }),
    },
    connect: more,
  };
}

/**
 * `project-service-2` (compose v2) or `project_service_2` (v1), as the existing replica has it, but for a temporary prefix. Fails without a
 * number.
 */
export function replicaName(given: string, oldNumber: string | undefined, number: number): string {
  const old = lastingName(given);
  const end = oldNumber === undefined ? undefined : ['-', '_'].find((mark) => old.endsWith(`${mark}${oldNumber}`));
  if (end === undefined) throw new Error(`the name ${old} does not end in its replica number`);
  return `${old.slice(0, old.lastIndexOf(end))}${end}${number}`;
}

function config(old: Fields, id: string, number: number, anonymous: readonly Bind[]): Fields {
  const { Hostname, MacAddress: _mac, Volumes, ...kept } = fields(old.Config);
  const { 'com.docker.compose.replace': _replace, ...labels } = strings(kept.Labels);
  const own = Hostname === id.slice(0, 12) ? {} : { Hostname };
  const volumes = { ...fields(Volumes), ...Object.fromEntries(anonymous.map(({ target }) => [target, {}])) };
  const given = Object.keys(volumes).length === 0 ? {} : { Volumes: volumes };
  return { ...kept, ...own, ...given, Labels: { ...labels, [LABEL.number]: String(number) } };
}

/**
 * After a recreation compose hands the anonymous volumes of the old container to the new one, by name. A further replica gets
 * volumes of its own, as compose would make them: mounts lose their source, binds become plain volumes.
 */
function hostConfig(old: Fields, anonymous: readonly Bind[]): Fields {
  const { ContainerIDFile: _file, Binds, Mounts, ...kept } = fields(old.HostConfig);
  const own = new Set(anonymous.map(({ text: bind }) => bind));
  return {
    ...kept,
    ...(Binds === undefined ? {} : { Binds: Binds === null ? null : texts(Binds).filter((bind) => !own.has(bind)) }),
    ...(Mounts === undefined ? {} : { Mounts: Mounts === null ? null : list(Mounts).map(ownMount) }),
  };
}

function ownMount(given: unknown): Fields {
  const { Source, ...mount } = fields(given);
  const isAnonymous = text(mount.Type) === 'volume' && isAnonymousVolume(text(Source));
  return isAnonymous || Source === undefined ? mount : { ...mount, Source };
}

type Bind = { text: string; target: string };

/** Binds of the form VOLUME:TARGET[:MODE] with an anonymous volume. */
function anonymousBinds(old: Fields): Bind[] {
  return texts(fields(old.HostConfig).Binds).flatMap((bind) => {
    const [volume = '', target = ''] = bind.split(':');
    return isAnonymousVolume(volume) ? [{ text: bind, target }] : [];
  });
}

export type NetworkEndpoint = { network: string; endpoint: EndpointBody };

/** The user-defined networks, the one of the network mode first; `fixed`: with the addresses that were chosen for it. */
export function endpoints(old: Fields, ownNames: readonly string[], { fixed = false } = {}): NetworkEndpoint[] {
  const mode = text(fields(old.HostConfig).NetworkMode);
  const networks = Object.entries(fields(fields(old.NetworkSettings).Networks));
  return networks
    .filter(([network]) => !BUILT_IN.has(network))
    .toSorted(([a], [b]) => Number(b === mode) - Number(a === mode))
    .map(([network, given]) => {
      const { Aliases, Links, DriverOpts, GwPriority, IPAMConfig } = fields(given);
      const aliases = texts(Aliases).filter((alias) => !ownNames.includes(alias));
      const { LinkLocalIPs } = fields(IPAMConfig);
      const chosen = fixed ? IPAMConfig : LinkLocalIPs && { LinkLocalIPs };
      const endpoint = {
        Aliases: aliases,
        Links: Links ?? null,
        DriverOpts: DriverOpts ?? null,
        ...(chosen ? { IPAMConfig: chosen } : {}),
        ...(GwPriority ? { GwPriority } : {}),
      };
      return { network, endpoint };
    });
}

const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'default']);

/** Obstacles to a further replica, each with what would have to change. */
export type Obstacle = { refused: string; change: string };

/** Obstacles that only the inspect shows: fixed host ports, names, networks and addresses that two cannot share. */
export function cloneObstacles(inspect: unknown): Obstacle[] {
  const old = fields(inspect);
  const host = fields(old.HostConfig);
  const name = lastingName(text(old.Name).replace(/^\//, ''));
  const labels = strings(fields(old.Config).Labels);
  const obstacles: Obstacle[] = [];
  const port = fixedPort(fields(host.PortBindings));
  if (port !== undefined) {
    const change = `publish a range or no host port for ${port.inside} in the compose file`;
    obstacles.push({ refused: `the host port ${port.outside} can be used only once`, change });
  }
  if (!isGivenByCompose(name, labels)) {
    obstacles.push({ refused: `it has the fixed name ${name}`, change: 'remove container_name from the compose file' });
  }
  const mode = text(host.NetworkMode);
  if (mode === 'host' || mode.startsWith('container:')) {
    obstacles.push({
      refused: `it shares the network of ${mode === 'host' ? 'the host' : mode}`,
      change: 'give it its own network',
    });
  }
  const address = staticAddress(old);
  if (address !== undefined) {
    obstacles.push({
      refused: `it has the static address ${address}`,
      change: 'remove ipv4_address from the compose file',
    });
  }
  return obstacles;
}

/** PROJECT-SERVICE-NUMBER or, by compose v1 and in its compatibility mode, PROJECT_SERVICE_NUMBER; else container_name gave it. */
function isGivenByCompose(name: string, labels: Readonly<Record<string, string>>): boolean {
  const parts = [labels[LABEL.project], labels[LABEL.service], labels[LABEL.number]];
  return parts.every((part) => part !== undefined) && ['-', '_'].some((mark) => name === parts.join(mark));
}

function fixedPort(bindings: Fields): { inside: string; outside: string } | undefined {
  for (const [inside, bound] of Object.entries(bindings)) {
    const outside = list(bound)
      .map((binding) => text(fields(binding).HostPort))
      .find((port) => /^[1-9]\d*$/.test(port));
    if (outside !== undefined) return { inside, outside };
  }
  return undefined;
}

function staticAddress(old: Fields): string | undefined {
  return Object.values(fields(fields(old.NetworkSettings).Networks))
    .map((network) => fields(fields(network).IPAMConfig))
    .map((ipam) => text(ipam.IPv4Address) || text(ipam.IPv6Address))
    .find((address) => address !== '');
}
