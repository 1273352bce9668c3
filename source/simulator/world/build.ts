import { newLogBook, say } from './log.ts';
import { IDLE, newMeter } from './meter.ts';
import { hexId } from './random.ts';
import type { Container, ContainerConfig, HostConfig, Image, Mount, Program, World } from './types.ts';
import { nextSerial } from './world.ts';

/** Puts images, volumes and containers into a world as `docker create` would, without an event. */

export type NewContainer = {
  name: string;
  image: Image;
  imageName: string;
  config: ContainerConfig;
  hostConfig: HostConfig;
  networks: Readonly<Record<string, readonly string[]>>;
  program: Program;
  created: number;
};

export function addContainer(world: World, wanted: NewContainer): Container {
  const id = hexId(world.seed, 'container', wanted.name, nextSerial(world));
  const { config, hostConfig, name } = wanted;
  const container: Container = {
    id,
    name,
    image: wanted.imageName,
    imageId: wanted.image.id,
    created: wanted.created,
    config: { ...config, Hostname: config.Hostname || id.slice(0, 12) },
    hostConfig,
    mounts: (hostConfig.Binds ?? []).map((bind) => mountOf(world, bind, wanted.created)),
    endpoints: new Map(),
    state: {
      status: 'created',
      pid: 0,
      exitCode: 0,
      error: '',
      oomKilled: false,
      restartCount: 0,
      manuallyStopped: false,
      run: 0,
      backOff: 0,
    },
    program: wanted.program,
    faults: new Map(),
    mood: 'normal',
    load: IDLE,
    meter: newMeter(world.seed, id, wanted.created),
    log: newLogBook(wanted.program.stream),
    watchers: new Set(),
    revision: 0,
  };
  for (const [network, aliases] of Object.entries(wanted.networks)) connect(world, container, network, aliases);
  world.containers.set(id, container);
  world.names.set(name, id);
  return container;
}

/** Attaches a container to a network by name; an unknown network is kept by name, as Docker does until the start. */
export function connect(world: World, container: Container, name: string, aliases: readonly string[]): void {
  const network = [...world.networks.values()].find((candidate) => candidate.name === name || candidate.id === name);
  if (network) network.given = network.given >= 254 ? 2 : network.given + 1;
  const address = network?.prefix ? `${network.prefix}.${network.given}` : '';
  const all = name === 'bridge' ? [] : [...new Set([...aliases, container.id.slice(0, 12)])];
  container.endpoints.set(network?.name ?? name, {
    aliases: all,
    address,
    id: hexId(world.seed, 'endpoint', container.id, name),
  });
}

/** A line of HostConfig.Binds: "volume:/path[:ro]" or "/host/path:/path[:ro]". A missing named volume is created. */
function mountOf(world: World, bind: string, created: number): Mount {
  const [source = '', destination = '', mode = 'rw'] = bind.split(':');
  const writable = !mode.split(',').includes('ro');
  if (source.startsWith('/')) {
    return {
      Type: 'bind',
      Source: source,
      Destination: destination,
      Mode: mode,
      RW: writable,
      Propagation: 'rprivate',
    };
  }
  if (!world.volumes.has(source)) addVolume(world, source, {}, 0, created);
  return {
    Type: 'volume',
    Name: source,
    Source: mountpoint(source),
    Destination: destination,
    Driver: 'local',
    Mode: mode === 'rw' ? 'z' : mode,
    RW: writable,
    Propagation: '',
  };
}

export function mountpoint(volume: string): string {
  return `/var/lib/docker/volumes/${volume}/_data`;
}

export function addVolume(
  world: World,
  name: string,
  labels: Record<string, string>,
  size: number,
  created: number,
): void {
  world.volumes.set(name, { name, labels, size, created });
}

export type NewImage = Partial<Omit<Image, 'id' | 'tags'>> & { created: number; size: number };

export function addImage(world: World, tags: readonly string[], wanted: NewImage): Image {
  const id = `sha256:${hexId(world.seed, 'image', tags.join(), wanted.created, nextSerial(world))}`;
  const image: Image = {
    digests: [],
    shared: 0,
    layers: 7,
    labels: {},
    command: [],
    entrypoint: null,
    env: [],
    ...wanted,
    id,
    tags: tags.map(withTag),
  };
  world.images.set(id, image);
  return image;
}

/** "redis" → "redis:latest"; a reference with a tag or digest stays. */
export function withTag(reference: string): string {
  return reference.includes('@') || /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}

/** Finds an image by reference, id or id prefix (with or without "sha256:"). */
export function imageNamed(world: World, reference: string): Image | undefined {
  const tag = withTag(reference);
  const hex = reference.replace(/^sha256:/, '');
  for (const image of world.images.values()) {
    if (image.tags.includes(tag) || image.digests.includes(reference)) return image;
    if (/^[0-9a-f]{4,}$/.test(hex) && image.id.startsWith(`sha256:${hex}`)) return image;
  }
  return undefined;
}

/** Adds the lines that it logged at its start in the past. */
export function sayBoot(world: World, container: Container): void {
  const { now } = world;
  world.now = container.state.startedAt ?? container.created;
  say(container.log, world.now, container.program.boot?.(container, world) ?? []);
  world.now = now;
}
