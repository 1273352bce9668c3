import { addImage, withTag } from '../world/build.ts';
import { emitImageEvent } from '../world/images.ts';
import { hexId } from '../world/random.ts';
import { type Image, Refusal, type World } from '../world/types.ts';
import { type Call, type Handler, ok, TAKEN } from './call.ts';

/**
 * Simulated registries: each has every tag of the repositories that the simulated images come from, and nothing else.
 * `latest` has since been pushed again; every other tag is the same as in the engine, if the engine has it.
 */

const LAYERS = 4;
/** Interval between two lines of progress (ms), and the number of steps in which a layer arrives. */
const STEP_MS = 60;
const STEPS = 4;

const repositoryOf = (reference: string) => reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** An image of the same repository, used as the model for a pulled one. */
function relative(world: World, reference: string): Image {
  const repository = repositoryOf(reference);
  const known = [...world.images.values()].find(({ tags }) => tags.some((tag) => repositoryOf(tag) === repository));
  if (known) return known;
  throw new Refusal(
    404,
    `pull access denied for ${repository}, repository does not exist or may require 'docker login' (simulated)`,
  );
}

function digestOf(world: World, reference: string): string {
  return `sha256:${hexId(world.seed, 'manifest', withTag(reference))}`;
}

export const askRegistry: Handler = ({ world, params }) => {
  const reference = withTag(params.name ?? '');
  relative(world, reference);
  const here = [...world.images.values()].find(({ tags }) => tags.includes(reference));
  const own = here?.digests[0]?.split('@')[1];
  const digest = reference.endsWith(':latest') || own === undefined ? digestOf(world, reference) : own;
  return ok({
    Descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: 1024 },
    Platforms: [],
  });
};

export const pullImage: Handler = (call) => {
  const { query, world } = call;
  const given = query.get('tag') ?? '';
  const reference = withTag(`${query.get('fromImage') ?? ''}${given === '' ? '' : `:${given}`}`);
  const like = relative(world, reference);
  void pull(call, reference, like);
  return TAKEN;
};

async function pull({ world, clock, response }: Call, reference: string, like: Image): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const say = (line: object) => void response.write(`${JSON.stringify(line)}\r\n`);
  const pause = () => new Promise<void>((resolve) => clock.after(STEP_MS, resolve));
  say({ status: `Pulling from ${repositoryOf(reference)}`, id: reference.slice(reference.lastIndexOf(':') + 1) });
  const total = Math.ceil(like.size / LAYERS);
  const layers = Array.from({ length: LAYERS }, (_, at) => hexId(world.seed, reference, at).slice(0, 12));
  for (const id of layers) say({ status: 'Pulling fs layer', progressDetail: {}, id });
  for (const id of layers) {
    for (let step = 1; step <= STEPS; step += 1) {
      await pause();
      if (response.destroyed) return;
      say({ status: 'Downloading', progressDetail: { current: Math.ceil((total * step) / STEPS), total }, id });
    }
    say({ status: 'Pull complete', progressDetail: {}, id });
  }
  arrived(world, reference, like);
  say({ status: `Digest: ${digestOf(world, reference)}` });
  say({ status: `Status: Downloaded newer image for ${reference}` });
  response.end();
}

/** The name moves to the new image; the old image stays without it. */
function arrived(world: World, reference: string, like: Image): void {
  const { id: _id, tags: _tags, ...shape } = like;
  for (const other of world.images.values()) other.tags = other.tags.filter((tag) => tag !== reference);
  const digests = [`${repositoryOf(reference)}@${digestOf(world, reference)}`];
  const image = addImage(world, [reference], { ...shape, digests, created: world.now });
  emitImageEvent(world, image, 'pull', reference);
}
