import { deleteImage } from '../world/images.ts';
import { remove } from '../world/lifecycle.ts';
import type { World } from '../world/types.ts';
import { emit } from '../world/world.ts';
import { filtersOf, type Handler, labelsMatch, ok, untilOf } from './call.ts';
import { usersOf } from './images.ts';
import { deleteNetwork, deleteVolume, networkUsers, volumeUsers } from './storage.ts';
import { sizeRw } from './view.ts';

/** The prune calls: remove unused objects and report the bytes freed. */

const COMMON = ['label', 'label!', 'until'] as const;

export const pruneContainers: Handler = (call) => {
  const filters = filtersOf(call, COMMON);
  const before = untilOf(filters, call.world.now);
  const gone = [...call.world.containers.values()].filter((c) => {
    const over = c.state.status === 'exited' || c.state.status === 'created' || c.state.status === 'dead';
    return over && c.created < before && labelsMatch(c.config.Labels, filters);
  });
  let freed = 0;
  for (const container of gone) {
    freed += sizeRw(container);
    remove(call.world, container, false);
  }
  pruned(call.world, 'container', freed);
  return ok({ ContainersDeleted: list(gone.map((c) => c.id)), SpaceReclaimed: freed });
};

export const pruneImages: Handler = (call) => {
  const filters = filtersOf(call, [...COMMON, 'dangling']);
  const before = untilOf(filters, call.world.now);
  const [dangling = 'true'] = filters.get('dangling') ?? [];
  const all = ['false', '0'].includes(dangling);
  const gone = [...call.world.images.values()].filter((image) => {
    const unused = usersOf(call.world, image).length === 0;
    return unused && (all || image.tags.length === 0) && image.created < before && labelsMatch(image.labels, filters);
  });
  const freed = Math.floor(gone.reduce((total, { size, shared }) => total + size - shared, 0));
  const deleted = gone.flatMap((image) => deleteImage(call.world, image));
  pruned(call.world, 'image', freed);
  return ok({ ImagesDeleted: list(deleted), SpaceReclaimed: freed });
};

/** From API 1.42 on, only anonymous volumes are removed unless `all` is set; before, named ones too. */
export const pruneVolumes: Handler = (call) => {
  const filters = filtersOf(call, ['label', 'label!', 'all']);
  const [asked = 'false'] = filters.get('all') ?? [];
  const all = call.version < 1.42 || ['true', '1'].includes(asked);
  const gone = [...call.world.volumes.values()].filter((volume) => {
    const anonymous = 'com.docker.volume.anonymous' in volume.labels;
    const unused = volumeUsers(call.world, volume.name).length === 0;
    return unused && (all || anonymous) && labelsMatch(volume.labels, filters);
  });
  for (const volume of gone) deleteVolume(call.world, volume);
  const freed = Math.floor(gone.reduce((total, { size }) => total + size, 0));
  pruned(call.world, 'volume', freed);
  return ok({ VolumesDeleted: gone.map((volume) => volume.name), SpaceReclaimed: freed });
};

export const pruneNetworks: Handler = (call) => {
  const filters = filtersOf(call, COMMON);
  const before = untilOf(filters, call.world.now);
  const gone = [...call.world.networks.values()].filter((network) => {
    const own = !['bridge', 'host', 'none'].includes(network.name);
    return (
      own &&
      networkUsers(call.world, network).length === 0 &&
      network.created < before &&
      labelsMatch(network.labels, filters)
    );
  });
  for (const network of gone) deleteNetwork(call.world, network);
  pruned(call.world, 'network', 0);
  return ok({ NetworksDeleted: list(gone.map((network) => network.name)) });
};

export const pruneBuild: Handler = (call) => {
  const { world } = call;
  const ids = filtersOf(call, ['id', 'until', 'unused-for', 'type']).get('id');
  const gone = world.buildCache.filter(({ id, inUse }) => !inUse && (ids === undefined || ids.has(id)));
  world.buildCache = world.buildCache.filter((entry) => !gone.includes(entry));
  const freed = Math.floor(gone.reduce((total, { size }) => total + size, 0));
  pruned(world, 'builder', freed);
  return ok({ CachesDeleted: list(gone.map((entry) => entry.id)), SpaceReclaimed: freed });
};

function list<T>(items: T[]): T[] | null {
  return items.length > 0 ? items : null;
}

function pruned(world: World, type: 'container' | 'image' | 'volume' | 'network' | 'builder', bytes: number): void {
  emit(world, { type, action: 'prune', id: '', attributes: { reclaimed: String(bytes) } });
}
