import { identify, LABEL, serviceName } from '../desk/identity.ts';
import type { Desk, Service } from '../desk/model.ts';
import { ownerOf } from '../desk/owner.ts';
import type { CacheRecord, DiskContainer, DiskImage, DiskUse, NetworkFacts, VolumeFacts } from '../engine/facts.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { isUp } from '../lib/container-state.ts';
import { bytes } from '../lib/format.ts';
import type { PlanObject } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { isMounted, ownSize } from './disk.ts';
import { marksOf, namesOf } from './marks.ts';

/** What can be pruned. `images` are the dangling ones, `all-images` all that no container uses; `system` never means volumes. */
export type PruneWhat =
  | 'images'
  | 'all-images'
  | 'containers'
  | 'one-offs'
  | 'networks'
  | 'build-cache'
  | 'volumes'
  | 'system';

export type PruneSource = {
  use: DiskUse;
  networks: readonly NetworkFacts[];
  /** Bytes of the logs of containers, where they are known. */
  logs?: ReadonlyMap<string, number>;
  desk: Desk;
  settings: ActionSettings;
};

/** What is removed, and what is unused but kept, with the reason. */
export type Selection = { objects: PlanObject[]; kept: { name: string; why: string }[] };

type Candidate = { object: PlanObject; keep?: string | undefined };

/** The objects that a prune would remove. `includeKept` takes also what is kept for a reason (but never protected things). */
export function select(what: PruneWhat, source: PruneSource, includeKept: boolean): Selection {
  const objects: PlanObject[] = [];
  const kept: Selection['kept'] = [];
  for (const { object, keep } of candidates(what, source)) {
    const why =
      object.protectedBy === undefined ? (includeKept ? undefined : keep) : `protected by ${object.protectedBy}`;
    if (why === undefined) objects.push(object);
    else kept.push({ name: object.name, why });
  }
  return { objects, kept };
}

function candidates(what: PruneWhat, source: PruneSource): Candidate[] {
  if (what === 'images') return images(source, true);
  if (what === 'all-images') return images(source, false);
  if (what === 'containers') return containers(source);
  if (what === 'one-offs')
    return containers(source, (one) => identify(one.name, one.labels).oneoff).map(({ object }) => ({ object }));
  if (what === 'networks') return networks(source);
  if (what === 'build-cache') return buildCache(source.use);
  if (what === 'volumes') return source.use.volumes.filter(({ name }) => !isMounted(name, source.use)).map(volume);
  return [...containers(source), ...networks(source), ...images(source, true), ...buildCache(source.use)];
}

function images({ use, desk }: PruneSource, dangling: boolean): Candidate[] {
  const users = new Set(use.containers.map(({ imageId }) => imageId));
  const idle = use.images.filter(({ id, tags }) => !users.has(id) && (!dangling || tags.length === 0));
  const former = formerImages(idle, desk);
  const kept = use.images.filter((image) => !idle.includes(image) || former.has(image.id));
  const staying = new Set(kept.flatMap((image) => lineage(image, use)));
  return idle.map((image) => ({
    object: imageObject(image),
    keep: whyKept(image, dangling, staying) ?? former.get(image.id),
  }));
}

/** The service that compose built an image for, by the labels that it gives the image. */
function builtFor({ labels }: DiskImage): string | undefined {
  const { [LABEL.project]: project, [LABEL.service]: service } = labels;
  return project && service ? `${project}/${service}` : undefined;
}

/** Of each service the newest untagged image, which a new build has replaced: the way back. Why each is kept, by its id. */
function formerImages(idle: readonly DiskImage[], { services }: Desk): Map<string, string> {
  const names = new Set(services.map(serviceName));
  const untagged = idle.filter(({ tags }) => tags.length === 0).toSorted((a, b) => b.created - a.created);
  const kept = new Map<string, string>();
  for (const [service, [newest]] of Map.groupBy(untagged, builtFor))
    if (service !== undefined && newest !== undefined && names.has(service))
      kept.set(newest.id, `the former image of ${service}, to go back to`);
  return kept;
}

/** The images that an image was built on, as far as the engine knows them. */
function lineage({ parent }: DiskImage, use: DiskUse): string[] {
  const ids: string[] = [];
  let next = parent;
  while (next !== undefined && !ids.includes(next)) {
    ids.push(next);
    next = use.images.find(({ id }) => id === ids.at(-1))?.parent;
  }
  return ids;
}

function imageObject(image: DiskImage): PlanObject {
  const short = image.id.replace('sha256:', '').slice(0, 12);
  return {
    kind: 'image',
    id: image.id,
    name: image.tags[0] ?? shortDigest(image.digests[0]) ?? short,
    note: imageNote(image),
    tags: image.tags,
    protectedBy: labelProtection(image.labels),
    bytes: ownSize(image),
    created: image.created,
  };
}

function imageNote(image: DiskImage): string {
  const { tags, digests } = image;
  if (tags.length > 0) return `no container uses it; tags: ${tags.join(', ')}`;
  if (digests.length > 0) return 'pulled by its digest, or its tag moved on; no container uses it';
  const service = builtFor(image);
  return `dangling: it has no tag and no container${service === undefined ? '' : `; built for ${service}`}`;
}

/** registry/image@sha256:1b17f0a2c3d4: enough to know it by. */
function shortDigest(digest: string | undefined): string | undefined {
  return digest?.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
}

/** Kept for a rollback, because other images need it, or because it is known by its digest and not asked for. */
function whyKept(
  { id, tags, digests }: DiskImage,
  dangling: boolean,
  staying: ReadonlySet<string>,
): string | undefined {
  if (tags.some((tag) => tag.includes('deskhand-rollback'))) return 'rollback images';
  if (staying.has(id)) return 'images that stay are built on it';
  return dangling && digests.length > 0 ? 'pulled by digest; --all removes it' : undefined;
}

function containers(
  { use, logs, desk, settings }: PruneSource,
  among: (one: DiskContainer) => boolean = () => true,
): Candidate[] {
  return use.containers
    .filter((one) => among(one) && !isUp(one) && one.state !== 'removing')
    .map((one) => {
      const service = ownerOf(desk, one.id);
      const keep = service?.job === true ? 'the result of a job' : undefined;
      const { protectedBy } = marksOf([one.labels], namesOf(one, service), settings);
      return { object: { ...containerObject(one, service, logs?.get(one.id)), protectedBy }, keep };
    });
}

function containerObject(one: DiskContainer, service: Service | undefined, log: number | undefined): PlanObject {
  const exit = one.exitCode === undefined ? '' : ` with code ${one.exitCode}`;
  const member = service?.project === undefined ? '' : `of ${serviceName(service)}; `;
  return {
    kind: 'container',
    id: one.id,
    name: one.name,
    note: `${member}${one.state === 'exited' ? `exited${exit}` : `is ${one.state}`}; ${log === undefined ? 'its log goes too' : `its log of ${bytes(log)} goes too`}`,
    service: service?.id,
    project: service?.project,
    seen: { state: one.state },
    expect: { state: one.state },
    bytes: one.written + (log ?? 0),
    created: one.created,
  };
}

const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'ingress', 'docker_gwbridge', 'podman']);

/** Also a stopped container needs its networks: without them it does not start any more. */
function networks({ use, networks: all }: PruneSource): Candidate[] {
  const used = new Set(use.containers.flatMap(({ attachments }) => attachments.map(({ network }) => network)));
  return all
    .filter(
      ({ id, name, scope, configOnly }) =>
        scope === 'local' && !configOnly && !BUILT_IN.has(name) && !used.has(name) && !used.has(id),
    )
    .map((network) => {
      const object: PlanObject = {
        kind: 'network',
        id: network.id,
        name: network.name,
        note: `no container is attached (${network.driver})`,
        project: network.labels['com.docker.compose.project'],
        protectedBy: labelProtection(network.labels),
        bytes: 0,
        created: network.created,
      };
      return { object };
    });
}

/** How many records a record of the build cache stands on: those on top have to go first. */
function depth({ parents }: CacheRecord, use: DiskUse, seen: ReadonlySet<string> = new Set()): number {
  const depths = use.buildCache
    .filter(({ id }) => parents?.includes(id) && !seen.has(id))
    .map((parent) => 1 + depth(parent, use, new Set([...seen, parent.id])));
  return Math.max(0, ...depths);
}

function buildCache(use: DiskUse): Candidate[] {
  return use.buildCache
    .filter(({ inUse }) => !inUse)
    .toSorted((a, b) => depth(b, use) - depth(a, use))
    .map(({ id, type, description, shared, size, created, lastUsed }) => ({
      object: {
        kind: 'build-cache',
        id,
        name: id.slice(0, 12),
        note: `${type}: ${description.slice(0, 80)}${shared ? ' (shared with an image: frees nothing)' : ''}`,
        bytes: shared ? 0 : size,
        created: lastUsed ?? created,
      },
    }));
}

/** Named volumes hold data that someone named: they go one by one, by their own name. */
function volume(given: VolumeFacts): Candidate {
  const anonymous = isAnonymousVolume(given.name) || given.labels['com.docker.volume.anonymous'] !== undefined;
  const object: PlanObject = {
    kind: 'volume',
    id: given.name,
    name: given.name,
    note: `no container mounts it, running or not (${given.driver})`,
    project: given.labels['com.docker.compose.project'],
    protectedBy: labelProtection(given.labels),
    bytes: given.size,
    created: given.created,
    stamp: given.stamp,
    labels: given.labels,
  };
  return { object, keep: anonymous ? undefined : 'a named volume: remove it by name' };
}

function labelProtection(labels: Readonly<Record<string, string>>): string | undefined {
  return marksOf([labels], [], {}).protectedBy;
}
