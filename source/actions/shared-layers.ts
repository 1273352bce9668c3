import type { DiskImage, DiskUse, ImageLayer } from '../engine/facts.ts';
import type { PlanObject } from './action.ts';
import { sha256 } from './audit/record.ts';

/**
 * Images share layers. One that goes frees a layer only if no image that stays has it, and a layer that several of those that go share
 * is freed once. The engine reports how much of an image is shared, but not with which images; the build steps of its history do.
 */

/** The histories of images, oldest step first, by image id. Those of an image that cannot be read are missing. */
export type Histories = ReadonlyMap<string, readonly ImageLayer[]>;

/** The images whose histories are needed: an image that shares nothing frees what it has. */
export function sharingImages({ images }: DiskUse): DiskImage[] {
  return images.filter(({ shared }) => shared === undefined || shared > 0);
}

/** Whether the histories say which layers the images share: each accounts for the whole image. */
export function layersKnown(use: DiskUse, histories: Histories): boolean {
  return sharingImages(use).every(({ id, size }) => {
    const steps = histories.get(id);
    return steps !== undefined && steps.reduce((sum, step) => sum + step.size, 0) === size;
  });
}

/** The objects of a prune with the bytes that they free, alone and together. Where the histories do not say it, nothing is added. */
export function withCommonBytes(objects: readonly PlanObject[], use: DiskUse, histories: Histories): PlanObject[] {
  if (!layersKnown(use, histories)) return [...objects];
  const sharing = sharingImages(use);
  const going = new Set(objects.filter(({ kind }) => kind === 'image').map(({ id }) => id));
  const layers = holders(sharing, histories);
  const groups = new Map<string, { id: number; bytes: number }>();
  const own = new Map<string, { alone: number; common: { id: number; bytes: number }[] }>();
  for (const { id } of sharing) if (going.has(id)) own.set(id, { alone: 0, common: [] });
  for (const { bytes, images } of layers.values()) {
    if (bytes === 0 || images.some((id) => !going.has(id))) continue;
    const [only, ...others] = images;
    if (only !== undefined && others.length === 0) {
      const mine = own.get(only);
      if (mine) mine.alone += bytes;
      continue;
    }
    const key = images.join();
    const group = groups.get(key) ?? { id: groups.size + 1, bytes: 0 };
    if (!groups.has(key)) for (const id of images) own.get(id)?.common.push(group);
    group.bytes += bytes;
    groups.set(key, group);
  }
  return objects.map((object) => {
    const found = object.kind === 'image' ? own.get(object.id) : undefined;
    if (found === undefined) return object;
    return { ...object, bytes: found.alone, ...(found.common.length === 0 ? {} : { common: found.common }) };
  });
}

/** Every layer with the images that have it. Two images have the same layer if all their build steps up to it are the same. */
function holders(images: readonly DiskImage[], histories: Histories): Map<string, { bytes: number; images: string[] }> {
  const layers = new Map<string, { bytes: number; images: string[] }>();
  for (const { id } of images) {
    let key = '';
    for (const { created, createdBy, size } of histories.get(id) ?? []) {
      key = sha256(`${key} ${created} ${createdBy} ${size}`);
      const layer = layers.get(key) ?? { bytes: size, images: [] };
      layers.set(key, layer);
      layer.images.push(id);
    }
  }
  return layers;
}

/** Bytes that objects free together while `staying` of the same plan stay. */
export function freedBytes(objects: readonly PlanObject[], staying: readonly PlanObject[] = []): number {
  const kept = new Set(staying.flatMap(({ common = [] }) => common.map(({ id }) => id)));
  const common = new Map(
    objects.flatMap((object) => (object.common ?? []).map(({ id, bytes }) => [id, bytes] as const)),
  );
  const together = [...common].filter(([id]) => !kept.has(id)).reduce((sum, [, bytes]) => sum + bytes, 0);
  return objects.reduce((sum, { bytes = 0 }) => sum + bytes, together);
}
