import { addVolume, connect, mountpoint } from '../world/build.ts';
import { type Container, type Network, Refusal, type Volume, type World } from '../world/types.ts';
import { addNetwork, changed, emit, findContainer, nextSerial } from '../world/world.ts';
import { type Call, filtersOf, type Handler, labelsMatch, NO_CONTENT, ok } from './call.ts';
import { record, text } from './create.ts';
import { macOf, when } from './view.ts';

/** Volumes and networks: list, inspect, create, remove; connect and disconnect. */

export function volumeView(volume: Volume): object {
  return {
    CreatedAt: `${when(volume.created).slice(0, 19)}Z`,
    Driver: 'local',
    Labels: Object.keys(volume.labels).length > 0 ? volume.labels : null,
    Mountpoint: mountpoint(volume.name),
    Name: volume.name,
    Options: null,
    Scope: 'local',
  };
}

export function volumeUsers(world: World, name: string): Container[] {
  return [...world.containers.values()].filter((c) => c.mounts.some((mount) => mount.Name === name));
}

export const listVolumes: Handler = (call) => {
  const filters = filtersOf(call, ['dangling', 'driver', 'label', 'name']);
  const dangling = [...(filters.get('dangling') ?? [])][0];
  const found = [...call.world.volumes.values()].filter((volume) => {
    const used = volumeUsers(call.world, volume.name).length > 0;
    if (dangling !== undefined && ['true', '1'].includes(dangling) === used) return false;
    const names = filters.get('name');
    return (!names || [...names].some((name) => volume.name.includes(name))) && labelsMatch(volume.labels, filters);
  });
  return ok({ Volumes: found.map(volumeView), Warnings: null });
};

function volumeOf(call: Call): Volume {
  const volume = call.world.volumes.get(call.params.name ?? '');
  if (!volume) throw new Refusal(404, `get ${call.params.name}: no such volume`);
  return volume;
}

export const showVolume: Handler = (call) => ok(volumeView(volumeOf(call)));

export const createVolume: Handler = async (call) => {
  const body = await call.body();
  const name = text(body.Name) || `${nextSerial(call.world).toString(16).padStart(64, '0')}`;
  const labels = Object.fromEntries(Object.entries(record(body.Labels)).map(([k, v]) => [k, String(v)]));
  if (!call.world.volumes.has(name)) {
    addVolume(call.world, name, labels, 0, call.world.now);
    emit(call.world, { type: 'volume', action: 'create', id: name, attributes: { driver: 'local' } });
  }
  const volume = call.world.volumes.get(name);
  return { status: 201, body: volume ? volumeView(volume) : {} };
};

export const removeVolume: Handler = (call) => {
  const volume = volumeOf(call);
  const users = volumeUsers(call.world, volume.name).map((container) => container.id);
  if (users.length > 0) throw new Refusal(409, `remove ${volume.name}: volume is in use - [${users.join(', ')}]`);
  deleteVolume(call.world, volume);
  return NO_CONTENT;
};

export function deleteVolume(world: World, volume: Volume): void {
  world.volumes.delete(volume.name);
  emit(world, { type: 'volume', action: 'destroy', id: volume.name, attributes: { driver: 'local' } });
}

export function networkUsers(world: World, network: Network): Container[] {
  return [...world.containers.values()].filter((container) => container.endpoints.has(network.name));
}

function networkView(world: World, network: Network, detailed: boolean): object {
  const live = detailed
    ? networkUsers(world, network).filter((c) => ['running', 'paused'].includes(c.state.status))
    : [];
  const attached = live.map((container) => {
    const endpoint = container.endpoints.get(network.name);
    const address = endpoint?.address ?? '';
    const view = {
      Name: container.name,
      EndpointID: endpoint?.id ?? '',
      MacAddress: address ? macOf(address) : '',
      IPv4Address: address ? `${address}/24` : '',
      IPv6Address: '',
    };
    return [container.id, view];
  });
  const { prefix } = network;
  return {
    Name: network.name,
    Id: network.id,
    Created: when(network.created),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: prefix ? [{ Subnet: `${prefix}.0/24`, Gateway: `${prefix}.1` }] : [],
    },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(attached),
    Options: {},
    Labels: network.labels,
  };
}

export const listNetworks: Handler = (call) => {
  const filters = filtersOf(call, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  const found = [...call.world.networks.values()].filter((network) => {
    const some = (key: string, test: (value: string) => boolean): boolean => {
      const values = filters.get(key);
      return !values || [...values].some(test);
    };
    const named =
      some('name', (value) => network.name.includes(value)) && some('id', (value) => network.id.startsWith(value));
    return named && some('driver', (value) => network.driver === value) && labelsMatch(network.labels, filters);
  });
  return ok(found.map((network) => networkView(call.world, network, false)));
};

function networkOf(call: Call): Network {
  const reference = call.params.id ?? '';
  const all = [...call.world.networks.values()];
  const found =
    all.find((n) => n.id === reference || n.name === reference) ?? all.find((n) => n.id.startsWith(reference));
  if (!found) throw new Refusal(404, `network ${reference} not found`);
  return found;
}

export const showNetwork: Handler = (call) => ok(networkView(call.world, networkOf(call), true));

export const createNetwork: Handler = async (call) => {
  const body = await call.body();
  const name = text(body.Name);
  if (name === '') throw new Refusal(400, 'network name is required');
  if ([...call.world.networks.values()].some((network) => network.name === name)) {
    throw new Refusal(409, `network with name ${name} already exists`);
  }
  const labels = Object.fromEntries(Object.entries(record(body.Labels)).map(([k, v]) => [k, String(v)]));
  const network = addNetwork(call.world, name, text(body.Driver) || 'bridge', labels);
  emitNetworkEvent(call.world, network, 'create');
  return { status: 201, body: { Id: network.id, Warning: '' } };
};

export const removeNetwork: Handler = (call) => {
  const network = networkOf(call);
  if (['bridge', 'host', 'none'].includes(network.name)) {
    throw new Refusal(403, `${network.name} is a pre-defined network and cannot be removed`);
  }
  if (networkUsers(call.world, network).some((c) => ['running', 'paused'].includes(c.state.status))) {
    const reason = `network ${network.name} id ${network.id} has active endpoints`;
    throw new Refusal(403, `error while removing network: ${reason}`);
  }
  deleteNetwork(call.world, network);
  return NO_CONTENT;
};

export function deleteNetwork(world: World, network: Network): void {
  world.networks.delete(network.id);
  emitNetworkEvent(world, network, 'destroy');
}

function emitNetworkEvent(world: World, network: Network, action: string, more: Record<string, string> = {}): void {
  emit(world, {
    type: 'network',
    action,
    id: network.id,
    attributes: { ...more, name: network.name, type: network.driver },
  });
}

export const connectNetwork: Handler = async (call) => {
  const network = networkOf(call);
  const body = await call.body();
  const container = findContainer(call.world, text(body.Container));
  const aliases = record(body.EndpointConfig).Aliases;
  connect(call.world, container, network.name, Array.isArray(aliases) ? aliases.map(String) : []);
  changed(container);
  emitNetworkEvent(call.world, network, 'connect', { container: container.id });
  return { status: 200 };
};

export const disconnectNetwork: Handler = async (call) => {
  const network = networkOf(call);
  const container = findContainer(call.world, text((await call.body()).Container));
  if (!container.endpoints.delete(network.name)) {
    throw new Refusal(500, `container ${container.id} is not connected to network ${network.name}`);
  }
  changed(container);
  emitNetworkEvent(call.world, network, 'disconnect', { container: container.id });
  return { status: 200 };
};
