import { imageNamed, withTag } from '../world/build.ts';
import { deleteImage, emitImageEvent, untag } from '../world/images.ts';
import { hexId } from '../world/random.ts';
import { type Container, type Image, Refusal, type World } from '../world/types.ts';
import { type Call, type Filters, filtersOf, flag, type Handler, labelsMatch, ok } from './call.ts';
import { when } from './view.ts';

/** Images: list, inspect, history, tag, remove. */

export const listImages: Handler = (call) => {
  const filters = filtersOf(call, ['before', 'dangling', 'label', 'reference', 'since', 'until']);
  const found = [...call.world.images.values()].filter((image) => matches(image, filters));
  found.sort((a, b) => b.created - a.created);
  return ok(found.map((image) => imageSummary(call.world, image, call.version)));
};

function matches(image: Image, filters: Filters): boolean {
  const dangling = [...(filters.get('dangling') ?? [])][0];
  if (dangling !== undefined && ['true', '1'].includes(dangling) !== (image.tags.length === 0)) return false;
  const references = filters.get('reference');
  if (references && ![...references].some((wanted) => image.tags.some((tag) => referenceMatches(tag, wanted))))
    return false;
  return labelsMatch(image.labels, filters);
}

function referenceMatches(tag: string, wanted: string): boolean {
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`).test(tag) || new RegExp(`^${pattern}$`).test(tag.replace(/:[^:/]*$/, ''));
}

/** `counted`: with the numbers that only `system df` computes. Before API 1.44 the size had a second name. */
export function imageSummary(world: World, image: Image, version: number, counted = false): object {
  return {
    Containers: counted ? usersOf(world, image).length : -1,
    Created: Math.floor(image.created / 1000),
    Id: image.id,
    Labels: Object.keys(image.labels).length > 0 ? image.labels : null,
    ParentId: '',
    RepoDigests: image.digests,
    RepoTags: image.tags,
    SharedSize: counted ? image.shared : -1,
    Size: image.size,
    ...(version < 1.44 && { VirtualSize: image.size }),
  };
}

export function usersOf(world: World, image: Image): Container[] {
  return [...world.containers.values()].filter((container) => container.imageId === image.id);
}

function imageOf(call: Call): Image {
  const name = call.params.name ?? '';
  const image = imageNamed(call.world, name);
  if (!image) throw new Refusal(404, `No such image: ${withTag(name)}`);
  return image;
}

export const showImage: Handler = (call) => {
  const image = imageOf(call);
  const layer = (n: number): string => `sha256:${hexId('layer', image.id, n)}`;
  return ok({
    Id: image.id,
    RepoTags: image.tags,
    RepoDigests: image.digests,
    Parent: '',
    Comment: 'buildkit.dockerfile.v0',
    Created: when(image.created),
    DockerVersion: '',
    Author: '',
    Config: {
      Cmd: image.command,
      Entrypoint: image.entrypoint,
      Env: image.env,
      Labels: image.labels,
      WorkingDir: '',
      User: '',
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.size,
    ...(call.version < 1.44 && { VirtualSize: image.size }),
    GraphDriver: { Data: { MergedDir: '', UpperDir: '', WorkDir: '' }, Name: 'overlay2' },
    RootFS: { Type: 'layers', Layers: Array.from({ length: image.layers }, (_, n) => layer(n)) },
    Metadata: { LastTagTime: when(image.tags.length > 0 ? image.created : undefined) },
  });
};

export const imageHistory: Handler = (call) => {
  const image = imageOf(call);
  const size = Math.floor(image.size / image.layers);
  return ok(
    Array.from({ length: image.layers }, (_, n) => ({
      Comment: 'buildkit.dockerfile.v0',
      Created: Math.floor(image.created / 1000),
      CreatedBy: n === 0 ? `CMD ${JSON.stringify(image.command)}` : `RUN /bin/sh -c step ${image.layers - n}`,
      Id: n === 0 ? image.id : '<missing>',
      Size: size,
      Tags: n === 0 ? image.tags : null,
    })),
  );
};

export const tagImage: Handler = (call) => {
  const image = imageOf(call);
  const repository = call.query.get('repo') ?? '';
  if (!/^[a-z0-9][a-z0-9._/:-]*$/.test(repository)) throw new Refusal(400, 'invalid reference format');
  const tag = `${repository}:${call.query.get('tag') || 'latest'}`;
  for (const other of call.world.images.values()) other.tags = other.tags.filter((known) => known !== tag);
  image.tags.push(tag);
  emitImageEvent(call.world, image, 'tag', tag);
  return { status: 201 };
};

export const removeImage: Handler = (call) => {
  const image = imageOf(call);
  const name = call.params.name ?? '';
  const tag = withTag(name);
  const force = flag(call.query, 'force');
  const byTag = image.tags.includes(tag);
  if (byTag && image.tags.length > 1) return ok([untag(call.world, image, tag)]);
  const user = usersOf(call.world, image)[0];
  const running = user && (user.state.status === 'running' || user.state.status === 'paused');
  const short = image.id.slice(7, 19);
  if (user && (running || !force)) {
    const what = byTag ? `remove repository reference "${name}"` : `delete ${short}`;
    const how = running && !byTag ? 'cannot be forced' : 'must force';
    const use = byTag ? 'using its referenced image' : running ? 'using running image' : 'using image';
    throw new Refusal(
      409,
      `conflict: unable to ${what} (${how}) - container ${user.id.slice(0, 12)} is ${use} ${short}`,
    );
  }
  if (!byTag && image.tags.length > 1 && !force) {
    throw new Refusal(
      409,
      `conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
    );
  }
  return ok(deleteImage(call.world, image));
};
