import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHashes } from '../compose/drift.ts';
import type { ImageFacts } from '../engine/facts.ts';
import { splitReference, withTag } from '../engine/parse/reference.ts';
import type { PrepareInput } from './action.ts';
import { type ComposeFacts, readCompose } from './compose-facts.ts';
import { servicesOf } from './targets.ts';

/** What the compose file says of a service whose image changes. */
export type FileFacts = {
  files: readonly string[];
  /** The image that the file names. */
  image?: string;
  /** Compose's hash of the service with the new image: its `up` leaves the container alone once the file names that image. */
  hash?: string;
};

export type UpdateFacts = {
  images: readonly ImageFacts[];
  /** Undefined for what compose did not make, and where the CLI or the files are missing. */
  file?: FileFacts;
};

/** Reads the images of the engine and, of a compose service or one of its containers, what its file says. */
export async function readUpdate(input: PrepareInput, image: string): Promise<UpdateFacts> {
  const { engine, signal, state, desk, target } = input;
  const [service] = servicesOf(state, desk, target);
  const whole = service && { ...input, target: { engine: target.engine, kind: 'service' as const, id: service.id } };
  const [images, file] = await Promise.all([
    engine.images({ signal }),
    service?.kind === 'compose' && whole ? readFile(whole, service.name, image) : undefined,
  ]);
  return { images, file };
}

async function readFile(input: PrepareInput, service: string, image: string): Promise<FileFacts | undefined> {
  const facts = await readCompose(input);
  if ('problem' in facts) return undefined;
  const config = facts.config.services.get(service);
  if (config === undefined) return undefined;
  const hash = await hashWith(input, facts, service, image).catch(() => undefined);
  return { files: facts.project.files, image: config.image, hash };
}

/** Compose itself hashes the service: an override names the image, in a directory that only this user can read. */
async function hashWith(
  { tools, signal = new AbortController().signal }: PrepareInput,
  { project, profiles }: Exclude<ComposeFacts, { problem: unknown }>,
  service: string,
  image: string,
): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'deskhand-'));
  try {
    const override = join(directory, 'image.json');
    await writeFile(override, JSON.stringify({ services: { [service]: { image } } }), { mode: 0o600 });
    const call = { project: { ...project, files: [...project.files, override] }, profiles };
    const { code, stdout } = await tools.compose.run(call, ['config', '--hash', service], { signal });
    return code === 0 ? parseHashes(stdout).get(service) : undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The image that a name stands for now, where the engine has it; an id is a name, too. */
export function imageOf(name: string, images: readonly ImageFacts[]): ImageFacts | undefined {
  const { repository, digest } = splitReference(name);
  const pinned = digest === undefined ? undefined : `${repository}@${digest}`;
  return images.find(
    ({ id, tags, digests }) =>
      id === name || tags.includes(withTag(name)) || (pinned !== undefined && digests.includes(pinned)),
  );
}
