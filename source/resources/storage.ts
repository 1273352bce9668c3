import type { ImageFacts, NetworkFacts, VolumeFacts } from '../engine/facts.ts';
import { bytes } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import { isBelow } from '../lib/version.ts';
import { visibleName } from '../lib/visible-name.ts';
import { ageCell } from './cells.ts';
import { ageColumn, numberColumn } from './columns.ts';
import type { CellContext, Resource } from './resource.ts';

/** Images, volumes and networks: requested from the engine while their table is visible. */

const UNTAGGED = '<none>:<none>';

/** `newer`: in a word, whether its registry has a newer one. */
type ImageRow = ImageFacts & { newer?: string };

export const images: Resource<ImageRow> = {
  name: 'images',
  unused: 'images',
  title: 'Images',
  aliases: ['img', 'images', 'image'],
  sort: { column: 'name', descending: false },
  empty: 'No images.',
  id: (image) => image.id,
  nameOf: (image) => visibleName(image.tags[0] ?? UNTAGGED),
  fetch: async ({ engine, newer }, signal) =>
    (await engine.images({ signal })).map((image) => ({ ...image, newer: newer?.(image) })),
  on: ['image'],
  target: ({ tags: [tag] }) => (tag === undefined || tag === UNTAGGED ? undefined : { kind: 'image', id: tag }),
  inspect: (image) => ({ kind: 'image', id: image.id }),
  enter: (image) => ({ open: 'layers', image, name: visibleName(image.tags[0] ?? image.id.slice(7, 19)) }),
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 24,
      grow: { max: 70 },
      cut: 'middle',
      rank: 0,
      value: (image) => safe(image.tags.join(' ') || UNTAGGED),
    },
    {
      id: 'id',
      title: 'ID',
      width: 12,
      rank: 3,
      value: (image) => image.id.replace(/^sha256:/, '').slice(0, 12),
      searched: true,
    },
    numberColumn({ id: 'size', title: 'SIZE', width: 8, rank: 1 }, ({ size }) => size, bytes),
    numberColumn({ id: 'uses', title: 'USED', width: 5, rank: 2 }, (image, world) => usersOfImage(image, world).length),
    {
      id: 'used',
      title: 'USED BY',
      width: 16,
      grow: { max: 40 },
      rank: 5,
      wide: true,
      searched: true,
      value: (image, world) => safe(usersOfImage(image, world).join(' ')),
    },
    {
      id: 'newer',
      title: 'REGISTRY',
      width: 9,
      rank: 4,
      wide: true,
      searched: true,
      value: ({ newer = 'not asked' }) => newer,
      tone: ({ newer }) => (newer === 'newer' ? 'warn' : 'plain'),
    },
    ageColumn(({ created }) => created, { rank: 1 }),
  ],
};

/** Containers made from it, also ended ones: old engines do not count them. */
function usersOfImage({ id }: Pick<ImageFacts, 'id'>, { state }: CellContext): string[] {
  return [...state.containers.values()].filter(({ imageId }) => imageId === id).map(({ name }) => name);
}

export const volumes: Resource<VolumeFacts> = {
  name: 'volumes',
  on: ['volume'],
  unused: 'volumes',
  title: 'Volumes',
  aliases: ['vol', 'volumes', 'volume', 'pvc', 'pv'],
  sort: { column: 'name', descending: false },
  empty: 'No volumes.',
  id: (volume) => volume.name,
  nameOf: (volume) => visibleName(volume.name),
  labels: (volume) => volume.labels,
  async fetch({ engine, volumeSizes }, signal) {
    const sizes = volumeSizes();
    const found = await engine.volumes({ signal });
    return found.map((volume) => ({ ...volume, size: sizes?.get(volume.name) ?? volume.size }));
  },
  target: (volume) => ({ kind: 'volume', id: volume.name }),
  inspect: (volume) => ({ kind: 'volume', id: volume.name }),
  enter: (volume) => ({ open: 'table', resource: 'files', scope: { volume: volume.name, path: '/' } }),
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 20,
      grow: { max: 64 },
      cut: 'middle',
      rank: 0,
      value: (volume) => visibleName(volume.name),
    },
    {
      id: 'used',
      title: 'USED BY',
      width: 16,
      grow: { max: 40 },
      rank: 1,
      searched: true,
      value: (volume, world) => safe(usersOf(volume.name, [...world.state.containers.values()]).join(' ')),
    },
    numberColumn(
      { id: 'size', title: 'SIZE', width: 8, rank: 1 },
      ({ size = -1 }: VolumeFacts) => (size < 0 ? undefined : size),
      bytes,
    ),
    { id: 'driver', title: 'DRIVER', width: 8, rank: 3, value: (volume) => safe(volume.driver) },
    { ...ageColumn<VolumeFacts>(({ created }) => created, { rank: 2 }), value: volumeAge },
    {
      id: 'mountpoint',
      title: 'MOUNTPOINT',
      width: 20,
      grow: { max: 80 },
      cut: 'middle',
      rank: 5,
      wide: true,
      value: (volume) => safe(volume.mountpoint),
    },
  ],
};

/** Since this API version the creation of a volume is its creation; before it moves with every change in its top directory. */
const CREATION_API = '1.44';

/** On older engines the volume is at least as old as its last change. */
function volumeAge({ created }: VolumeFacts, world: CellContext): string {
  const age = ageCell(created, world);
  return age !== '' && isBelow(world.state.engine?.apiVersion || CREATION_API, CREATION_API) ? `>${age}` : age;
}

function usersOf(volume: string, all: readonly { name: string; mounts: readonly { name?: string }[] }[]): string[] {
  return all.filter(({ mounts }) => mounts.some(({ name }) => name === volume)).map(({ name }) => name);
}

export const networks: Resource<NetworkFacts> = {
  name: 'networks',
  unused: 'networks',
  title: 'Networks',
  aliases: ['net', 'networks', 'network'],
  sort: { column: 'name', descending: false },
  empty: 'No networks.',
  id: (network) => network.id,
  nameOf: (network) => visibleName(network.name),
  labels: (network) => network.labels,
  fetch: ({ engine }, signal) => engine.networks({ signal }),
  inspect: (network) => ({ kind: 'network', id: network.id }),
  enter: (network) => ({
    open: 'inspect',
    about: { kind: 'network', id: network.id },
    name: visibleName(network.name),
  }),
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 20,
      grow: { max: 60 },
      cut: 'middle',
      rank: 0,
      value: (network) => visibleName(network.name),
    },
    { id: 'driver', title: 'DRIVER', width: 8, rank: 1, value: (network) => safe(network.driver), searched: true },
    { id: 'scope', title: 'SCOPE', width: 6, rank: 3, value: (network) => safe(network.scope) },
    numberColumn({ id: 'containers', title: 'CONTAINERS', width: 10, rank: 2 }, (network, world) =>
      attached(network, [...world.state.containers.values()]),
    ),
    ageColumn(({ created }) => created, { rank: 2 }),
    { id: 'id', title: 'ID', width: 12, rank: 4, wide: true, value: (network) => network.id.slice(0, 12) },
  ],
};

function attached(network: NetworkFacts, all: readonly { attachments: readonly { network: string }[] }[]): number {
  return all.filter(({ attachments }) => attachments.some((attachment) => attachment.network === network.name)).length;
}
