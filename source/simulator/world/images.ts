import { hexId } from './random.ts';
import type { Image, World } from './types.ts';
import { emit, settle } from './world.ts';

/** Changes to images, and their disk use. */

export function emitImageEvent(world: World, image: Image, action: string, name: string): void {
  emit(world, { type: 'image', action, id: image.id, attributes: { ...image.labels, name } });
}

/** Removes one name; the image stays. */
export function untag(world: World, image: Image, tag: string): object {
  image.tags = image.tags.filter((known) => known !== tag);
  emitImageEvent(world, image, 'untag', image.id);
  return { Untagged: tag };
}

/** Removes the image with its tags; returns the messages that the engine lists for it. */
export function deleteImage(world: World, image: Image): object[] {
  const gone = [...image.tags].map((tag) => untag(world, image, tag));
  world.images.delete(image.id);
  emitImageEvent(world, image, 'delete', image.id);
  if (diskUse(world) < world.host.disk * 0.95) world.faults.delete('disk-full');
  settle(world);
  return [...gone, { Deleted: image.id }, { Deleted: `sha256:${hexId('layer', image.id, 0)}` }];
}

/** Bytes that images, volumes and build cache take. */
export function diskUse(world: World): number {
  const sum = (sizes: Iterable<{ size: number }>): number => [...sizes].reduce((total, { size }) => total + size, 0);
  const shared = [...world.images.values()].reduce((total, { shared: bytes }) => total + bytes, 0);
  return sum(world.images.values()) - shared + sum(world.volumes.values()) + sum(world.buildCache);
}
