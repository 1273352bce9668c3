import type { SwarmService } from '../../source/engine/swarm-facts.ts';
import { addImage, addVolume } from '../../source/simulator/world/build.ts';
import { remove, start } from '../../source/simulator/world/lifecycle.ts';
import { kill } from '../../source/simulator/world/signals.ts';
import type { World } from '../../source/simulator/world/types.ts';
import { advance } from '../../source/simulator/world/world.ts';
import { create } from './desk-world.ts';

/** What an engine has besides its services, by numbers that a generator chooses. */
export type ObjectsSpec = {
  images: readonly { tags: number; guarded: boolean; used: boolean }[];
  volumes: readonly { named: boolean; guarded: boolean; used: boolean }[];
  networks: readonly { used: boolean }[];
  cache: readonly { inUse: boolean }[];
  stopped: readonly { guarded: boolean }[];
  /** Members of the compose project `p`. */
  members: number;
};

/** What someone else does at the moment of a call. */
export type Meddling = {
  at: number;
  victim: number;
  what: 'tag' | 'move-tag' | 'mount' | 'volume-again' | 'attach' | 'start' | 'recreate' | 'member' | 'scale' | 'remove';
};

const PROTECTED = { 'deskhand.protected': 'true' };
const PLAIN = { policy: 'no', autoRemove: false };
const PROJECT = {
  'com.docker.compose.project': 'p',
  'com.docker.compose.service': 'web',
  'com.docker.compose.project.working_dir': '/',
  'com.docker.compose.project.config_files': '/dev/null',
};

export function populateObjects(world: World, spec: ObjectsSpec): void {
  const { now } = world;
  addImage(world, ['desk:1'], { created: now, size: 1000 });
  world.volumes.clear();
  start(world, create(world, 'keeper', { ...PLAIN, labels: {} }));
  for (const [index, { tags, guarded, used }] of spec.images.entries()) {
    const names = Array.from({ length: tags }, (_, tag) => `image${index}:${tag}`);
    const image = addImage(world, names, { created: now, size: 100 + index, labels: guarded ? PROTECTED : {} });
    if (used) create(world, `user-${index}`, { ...PLAIN, labels: PROTECTED, image });
  }
  for (const [index, { named, guarded, used }] of spec.volumes.entries()) {
    const name = named ? `data${index}` : `${index}`.padStart(64, 'a');
    addVolume(world, name, guarded ? PROTECTED : {}, 10, now);
    if (used) create(world, `mounts-${index}`, { ...PLAIN, labels: PROTECTED, binds: [`${name}:/data`] });
  }
  for (const [index, { used }] of spec.networks.entries()) {
    const network = { driver: 'bridge', created: now, labels: {}, internal: false, prefix: `10.1.${index}`, given: 1 };
    world.networks.set(`net${index}`.padEnd(64, '0'), {
      ...network,
      id: `net${index}`.padEnd(64, '0'),
      name: `net${index}`,
    });
    if (used) create(world, `attached-${index}`, { ...PLAIN, labels: PROTECTED, networks: [`net${index}`] });
  }
  for (const [index, { inUse }] of spec.cache.entries())
    world.buildCache.push({
      ...{
        id: `cache${index}`,
        description: 'RUN',
        size: 5,
        inUse,
        shared: false,
        created: now,
        lastUsed: now,
        uses: 1,
      },
    });
  for (const [index, { guarded }] of spec.stopped.entries()) {
    const container = create(world, `stopped-${index}`, { ...PLAIN, labels: guarded ? PROTECTED : {} });
    start(world, container);
    kill(world, container, 'SIGKILL');
  }
  for (let number = 1; number <= spec.members; number += 1) member(world, number);
}

function member(world: World, number: number): void {
  const labels = { ...PROJECT, 'com.docker.compose.container-number': `${number}` };
  start(world, create(world, `p-web-${number}`, { ...PLAIN, labels }));
}

/** Everything that there is, each thing by what cannot be mistaken: a volume has no id, but a time. */
export function inventoryOf(world: World): Set<string> {
  return new Set([
    ...[...world.containers.keys()].map((id) => `container ${id}`),
    ...[...world.images.keys()].map((id) => `image ${id}`),
    ...[...world.volumes.values()].map(({ name, created }) => `volume ${name} ${created}`),
    ...[...world.networks.keys()].map((id) => `network ${id}`),
    ...world.buildCache.map(({ id }) => `build-cache ${id}`),
  ]);
}

/** Does it; the things that are gone by it are no longer deskhand's to answer for. */
export function meddle(world: World, swarm: SwarmService[], { what, victim }: Meddling): void {
  advance(world, world.now + 1000);
  const image = nth([...world.images.values()], victim);
  const volume = nth([...world.volumes.values()], victim);
  const network = nth([...world.networks.values()], victim);
  const stopped = nth(
    [...world.containers.values()].filter(({ name }) => name.startsWith('stopped')),
    victim,
  );
  switch (what) {
    case 'tag':
      return void image?.tags.push(`wanted:${world.now}`);
    case 'move-tag': {
      const tag = image?.tags[0];
      if (image === undefined || tag === undefined) return;
      image.tags = image.tags.filter((one) => one !== tag);
      return void addImage(world, [tag], { created: world.now, size: 1 });
    }
    case 'mount':
      if (volume) create(world, `late-${world.now}`, { ...PLAIN, labels: PROTECTED, binds: [`${volume.name}:/data`] });
      return;
    case 'volume-again':
      if (volume === undefined) return;
      world.volumes.delete(volume.name);
      return addVolume(world, volume.name, volume.labels, 99, world.now);
    case 'attach':
      if (network)
        start(world, create(world, `late-${world.now}`, { ...PLAIN, labels: PROTECTED, networks: [network.name] }));
      return;
    case 'start':
      if (stopped && stopped.state.status !== 'running') start(world, stopped);
      return;
    case 'recreate': {
      if (stopped === undefined) return;
      const { name, config } = stopped;
      remove(world, stopped, true);
      return void create(world, name, { ...PLAIN, labels: config.Labels });
    }
    case 'member':
      return member(world, 7 + [...world.containers.values()].length);
    case 'scale': {
      const [service] = swarm;
      if (service) swarm[0] = { ...service, wanted: (service.wanted ?? 0) + 1, version: service.version + 1 };
      return;
    }
    case 'remove':
      if (stopped) remove(world, stopped, true);
  }
}

function nth<T>(all: readonly T[], place: number): T | undefined {
  return all[place % Math.max(1, all.length)];
}
