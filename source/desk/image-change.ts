import type { ContainerFacts, EngineEvent } from '../engine/facts.ts';
import { isTrouble } from './levels.ts';
import type { ImageChange, Verdict, VerdictCode } from './model.ts';
import type { ImageSeen } from './state.ts';
import { WINDOW } from './window.ts';

/**
 * Which image each service runs, and when it last changed: if a service fails right afterwards, the remedy is not a restart but the
 * previous image. Known from its containers if the console watched the deployment, else from the engine's events. Pure.
 */

/** The times of the engine's events and containers may differ by this much (ms). */
const SLACK_MS = 5_000;
/** Lists give creation times in whole seconds (ms). */
const LISTED_MS = 1000;
/** A tag that moved longer than this before a container's creation was not the reason for it (ms). */
const DEPLOYED_MS = 3_600_000;

/** When each image name last came to refer to another image. */
type Tagged = ReadonlyMap<string, number>;

/** The image after one of its containers was seen. Further replicas and recreations with the same image change nothing. */
export function afterContainer(
  known: ImageSeen | undefined,
  { image, imageId, created: at }: ContainerFacts,
  tagged: Tagged,
): ImageSeen | undefined {
  if (imageId === '' || known?.imageId === imageId) return known;
  const seen = { image, imageId, at };
  if (!known) return seen;
  const isSame = known.imageId === undefined && known.image === image && Math.abs(at - known.at) < SLACK_MS;
  if (isSame) return withChange({ ...known, imageId }, tagged);
  // Back to the previous image: the change was undone and is not to blame.
  const isNewer = at > known.at - LISTED_MS;
  if (isNewer && known.change?.fromId === imageId) return seen;
  if (isNewer) return withChange({ ...seen, earlier: bare(known) }, tagged);
  return known.earlier ? known : withChange({ ...known, earlier: seen }, tagged);
}

/** The same after a container of the service was created. */
export function afterCreation(known: ImageSeen | undefined, event: EngineEvent, tagged: Tagged): ImageSeen | undefined {
  const { image } = event.attributes;
  if (image === undefined) return known;
  const seen = { image, at: event.at };
  if (!known) return seen;
  if (event.at < known.at - SLACK_MS) return afterRemoval(known, event, tagged);
  if (event.at < known.at + SLACK_MS) return known;
  const isSame = known.image === image && (tagged.get(withTag(image)) ?? 0) <= known.at;
  return isSame ? known : withChange({ ...seen, earlier: bare(known) }, tagged);
}

/** The same after a container of the service was removed. */
export function afterRemoval(known: ImageSeen | undefined, { at, attributes }: EngineEvent, tagged: Tagged) {
  const { image } = attributes;
  if (!known || known.earlier || image === undefined) return known;
  return withChange({ ...known, earlier: { image, at } }, tagged);
}

/** Drops the image before it, so that no chain of all past images builds up. */
function bare({ image, imageId, at }: ImageSeen): NonNullable<ImageSeen['earlier']> {
  return { image, at, ...(imageId === undefined ? {} : { imageId }) };
}

function withChange({ change: _, ...seen }: ImageSeen, tagged: Tagged): ImageSeen {
  const { earlier } = seen;
  if (!earlier || !isOther(seen, earlier, tagged)) return seen;
  const change = {
    at: seen.at,
    to: seen.image,
    ...(earlier.image === seen.image ? {} : { from: earlier.image }),
    ...(earlier.imageId === undefined ? {} : { fromId: earlier.imageId }),
    ...(seen.imageId === undefined ? {} : { toId: seen.imageId }),
  };
  return { ...seen, change };
}

/** Compared by ids; without ids by names, or by whether the name came to refer to another image shortly before. */
function isOther(newest: ImageSeen, earlier: NonNullable<ImageSeen['earlier']>, tagged: Tagged): boolean {
  if (newest.imageId !== undefined && earlier.imageId !== undefined) return newest.imageId !== earlier.imageId;
  if (newest.image !== earlier.image) return true;
  const moved = tagged.get(withTag(newest.image));
  return moved !== undefined && moved <= newest.at + SLACK_MS && moved > newest.at - DEPLOYED_MS;
}

/** Actions after which the name of an image may refer to another one. */
const TAGGING: ReadonlySet<string> = new Set(['tag', 'pull', 'load', 'import']);

/** The name that refers to another image since this event; undefined for other events. */
export function taggedBy({ type, action, name, id, attributes }: EngineEvent): string | undefined {
  if (type !== 'image' || !TAGGING.has(action)) return undefined;
  // In a pull event the name lacks the tag, which is in the id.
  return withTag(action === 'pull' ? id : (attributes.name ?? name));
}

function withTag(image: string): string {
  return /:[^/]*$/.test(image) || image.includes('@') ? image : `${image}:latest`;
}

/** Problems that a new image may cause; the others (stopped, paused, out of memory …) explain themselves. */
const MAY_COME_OF_IT: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'unhealthy',
  'probe-broken',
  'flapping',
  'restart-loop',
  'restarting',
  'restarted',
  'exited',
  'job-failed',
  'cannot-start',
  'recreate-failed',
  'probe-disagrees',
  'replicas-missing',
  'stalled',
  'log-errors',
]);

/** The change that may have caused the problem, made shortly before it began. */
export function suspectedChange(verdict: Verdict, change: ImageChange | undefined): ImageChange | undefined {
  if (!change || !isTrouble(verdict) || !MAY_COME_OF_IT.has(verdict.code)) return undefined;
  const began = verdict.since ?? change.at;
  return began >= change.at - SLACK_MS && began - change.at < WINDOW.newImage ? change : undefined;
}

/** `image exness/api:1 → exness/api:2`, or for the same name `image exness/api:1 (8e49477c9e89 → 03a9258b0d21)`. */
export function changeWords({ from, to, fromId, toId }: ImageChange): string {
  if (from !== undefined) return `image ${shortImage(from)} → ${shortImage(to)}`;
  const ids = fromId && toId ? ` (${shortId(fromId)} → ${shortId(toId)})` : '';
  return `a new image ${shortImage(to)}${ids}`;
}

/** The first characters of an id, as the docker CLI writes it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

function shortImage(image: string): string {
  return image.replace(/^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/, '$1').replace(/@sha256:[0-9a-f]+$/, '');
}
