import { deepEqual, shallowEqual } from '../../lib/equal.ts';
import type { Attachment, ContainerFacts, Health } from '../facts.ts';
import { statusAge, statusClass, statusWords } from '../parse/status.ts';

/**
 * One container from two sources: the list (all containers, few fields) and its inspect (one container, all fields). Pure. Unchanged parts
 * keep their identity, so that they are not drawn again.
 */

/** Merges a new list entry into the known container, keeping the fields that lists leave out. Returns `known` itself if nothing differs. */
export function fromList(known: ContainerFacts | undefined, listed: ContainerFacts): ContainerFacts {
  if (known === undefined) return listed;
  const { detail } = known;
  const merged: ContainerFacts = {
    ...listed,
    ...imageOf(listed, known.image),
    health: listedHealth(known.health, listed),
    exitCode: listed.exitCode ?? (listed.state === known.state ? known.exitCode : undefined),
    ports: sameSet(known.ports, listed.ports) ? known.ports : listed.ports,
    // Mounts never change; the list may leave out a volume's path.
    mounts: detail || sameSet(known.mounts, listed.mounts) ? known.mounts : listed.mounts,
    attachments: withAliases(known.attachments, listed.attachments),
    detail,
  };
  return same(known, merged) ? known : merged;
}

const SHOWN_BY_STATUS = ['state', 'health', 'exitCode'] as const;

/**
 * Merges an inspect into the known container; fields that cannot change keep the list's form. `now` (ms since the epoch) is for the status
 * text.
 */
export function fromInspect(known: ContainerFacts | undefined, inspected: ContainerFacts, now: number): ContainerFacts {
  if (known === undefined) return { ...inspected, status: statusWords(inspected, now) };
  const restarted = known.detail !== undefined && known.detail.startedAt !== inspected.detail?.startedAt;
  const moved = restarted || SHOWN_BY_STATUS.some((key) => known[key] !== inspected[key]);
  const merged: ContainerFacts = {
    ...inspected,
    ...imageOf(known, inspected.image),
    imageId: known.imageId,
    command: known.command,
    created: known.created,
    labels: known.labels,
    status: moved || known.status === '' ? statusWords(inspected, now) : known.status,
    ports: sameSet(known.ports, inspected.ports) ? known.ports : inspected.ports,
    mounts: sameSet(known.mounts, inspected.mounts) ? known.mounts : inspected.mounts,
    attachments: withAliases(known.attachments, inspected.attachments),
  };
  return same(known, merged) ? known : merged;
}

/**
 * The image as it was named at the start. Lists name an image by its id once its tag has moved to another image (a pull or build); the
 * inspect keeps the name. `started`: the name from the inspect.
 */
function imageOf(listed: ContainerFacts, started: string): Pick<ContainerFacts, 'image' | 'imageReplaced'> {
  if (!isImageId(listed)) return { image: listed.image, ...(listed.imageReplaced ? { imageReplaced: true } : {}) };
  const named = started !== '' && !isImageId({ ...listed, image: started });
  return named ? { image: started, imageReplaced: true } : { image: listed.image };
}

/** `sha256:…`, or the beginning of the id. */
function isImageId({ image, imageId }: Pick<ContainerFacts, 'image' | 'imageId'>): boolean {
  if (image.startsWith('sha256:')) return true;
  return /^[0-9a-f]{12,64}$/.test(image) && imageId.replace(/^sha256:/, '').startsWith(image);
}

/** Something happened between two lists that needs an inspect: another state, health, exit code or name, or a restart. */
export function movedOn(before: ContainerFacts, after: ContainerFacts): boolean {
  return (
    before.state !== after.state ||
    before.health !== after.health ||
    before.exitCode !== after.exitCode ||
    before.name !== after.name ||
    statusClass(before.status) !== statusClass(after.status) ||
    statusAge(after.status) < statusAge(before.status)
  );
}

/** Lists show health only in a text like "Up 3 hours (healthy)": not for a container that is paused, restarting or not running. */
function listedHealth(known: Health, listed: ContainerFacts): Health {
  return listed.state === 'running' && listed.health !== 'unknown' ? listed.health : known;
}

/** Lists leave out the aliases. */
function withAliases(known: readonly Attachment[], listed: readonly Attachment[]): readonly Attachment[] {
  const merged = listed.map((attachment) => {
    const before = known.find(({ network }) => network === attachment.network);
    const aliases = attachment.aliases.length > 0 ? attachment.aliases : (before?.aliases ?? []);
    const same = before?.address === attachment.address && aliases.join() === before?.aliases.join();
    return before && same ? before : { ...attachment, aliases };
  });
  return merged.length === known.length && merged.every((attachment, at) => attachment === known[at]) ? known : merged;
}

/** Compared field by field, cheapest and most likely first: thousands of containers are compared at every poll. */
function same(a: ContainerFacts, b: ContainerFacts): boolean {
  return (
    a.status === b.status &&
    a.state === b.state &&
    a.health === b.health &&
    a.exitCode === b.exitCode &&
    a.name === b.name &&
    a.image === b.image &&
    a.imageReplaced === b.imageReplaced &&
    a.imageId === b.imageId &&
    a.command === b.command &&
    a.created === b.created &&
    (a.labels === b.labels || shallowEqual(a.labels, b.labels)) &&
    a.ports === b.ports &&
    a.mounts === b.mounts &&
    a.attachments === b.attachments &&
    (a.detail === b.detail || deepEqual(a.detail, b.detail))
  );
}

/** The engine lists ports and mounts in any order. */
function sameSet<T extends object>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((item, at) => shallowEqual(item, b[at]) || b.some((other) => shallowEqual(item, other)));
}
