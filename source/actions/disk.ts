import type { DiskImage, DiskUse } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';

/** One line of the disk view, as `docker system df` has it; sizes in bytes. */
export type DiskLine = {
  kind: 'images' | 'containers' | 'volumes' | 'build cache';
  count: number;
  /** In use: by a container, by a running one, by the builder. */
  active: number;
  size: number;
  reclaimable: number;
};

/** Disk use by kind. Reclaimable: what pruning everything unused would free; shared layers of used images stay. */
export function diskLines(use: DiskUse): DiskLine[] {
  const usedImages = new Set(use.containers.map(({ imageId }) => imageId));
  const idle = use.images.filter(({ id }) => !usedImages.has(id));
  const running = use.containers.filter(isUp);
  const stopped = use.containers.filter((container) => !isUp(container));
  const loose = use.volumes.filter((volume) => !isMounted(volume.name, use));
  const cold = use.buildCache.filter(({ inUse }) => !inUse);
  return [
    {
      kind: 'images',
      count: use.images.length,
      active: use.images.length - idle.length,
      size: use.layers,
      reclaimable: Math.max(0, use.layers - sum(use.images.filter(({ id }) => usedImages.has(id)).map(ownSize))),
    },
    {
      kind: 'containers',
      count: use.containers.length,
      active: running.length,
      size: sum(use.containers.map(({ written }) => written)),
      reclaimable: sum(stopped.map(({ written }) => written)),
    },
    {
      kind: 'volumes',
      count: use.volumes.length,
      active: use.volumes.length - loose.length,
      size: sum(use.volumes.map(({ size }) => size ?? 0)),
      reclaimable: sum(loose.map(({ size }) => size ?? 0)),
    },
    {
      kind: 'build cache',
      count: use.buildCache.length,
      active: use.buildCache.length - cold.length,
      size: sum(use.buildCache.filter(({ shared }) => !shared).map(({ size }) => size)),
      reclaimable: sum(cold.filter(({ shared }) => !shared).map(({ size }) => size)),
    },
  ];
}

/** Bytes of an image that no other image has. */
export function ownSize(image: DiskImage): number {
  return Math.max(0, image.size - (image.shared ?? 0));
}

/** A container mounts the volume, running or not. */
export function isMounted(volume: string, use: DiskUse): boolean {
  return use.containers.some(({ mounts }) => mounts.some(({ type, name }) => type === 'volume' && name === volume));
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
