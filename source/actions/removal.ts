import { EngineError } from '../engine/engine.ts';
import type { NetworkFacts } from '../engine/facts.ts';
import { fields, text } from '../engine/parse/fields.ts';
import { bytes, duration, plural } from '../lib/format.ts';
import type { Plan, PlanObject, PrepareInput, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import type { PruneSource } from './prune-select.ts';
import { freedBytes } from './shared-layers.ts';
import type { Finding } from './watch.ts';

/** The engine's disk use, and its networks. */
export type Disk = Pick<PruneSource, 'use' | 'networks'>;

/** The facts for the plans of prune and remove-volume. The disk use takes the engine seconds to minutes. */
export async function readDisk({ engine, signal }: PrepareInput): Promise<Disk> {
  const [use, networks] = await Promise.all([engine.diskUse({ signal }), engine.networks({ signal })]);
  return { use, networks };
}

/**
 * One by one; a failure does not stop the others, as they are independent. A build cache record can only be removed when no other depends
 * on it, and the engine does not report that: it is retried as long as others are removed.
 */
export async function removeUnused(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const staying: PlanObject[] = [];
  for (const [index, object] of plan.objects.entries()) {
    if (context.signal.aborted) break;
    context.progress(`removing ${object.name} (${index + 1} of ${plan.objects.length})`);
    const done = await change(object, `remove ${object.kind}`, context, async () => {
      if ((await removeOne(object, context)) === STAYS) staying.push(object);
    });
    if (staying.at(-1) === object) continue;
    steps.push(done);
    if (await engineLost(steps, context)) return steps;
  }
  return [...steps, ...(await removeStaying(staying, context))];
}

/** The result of a call that removed nothing. */
const STAYS = 'stays';

async function removeStaying(staying: readonly PlanObject[], context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let left = staying;
  while (left.length > 0 && !context.signal.aborted) {
    const still: PlanObject[] = [];
    for (const object of left) {
      const done = await change(object, `remove ${object.kind}`, context, async () => {
        if ((await removeOne(object, context)) === STAYS) still.push(object);
      });
      if (still.at(-1) !== object) steps.push(done);
    }
    if (still.length === left.length) return [...steps, ...(await whatStays(still, context))];
    left = still;
  }
  return [...steps, ...left.map(stuck)];
}

/** Some may have gone with others, or by somebody else. */
async function whatStays(objects: readonly PlanObject[], { engine, signal }: RunContext): Promise<readonly Step[]> {
  const use = await engine.diskUse({ signal }).catch(() => undefined);
  return objects.map((object) => {
    const isGone = use !== undefined && !use.buildCache.some(({ id }) => id === object.id);
    return isGone ? { object: object.name, call: `remove ${object.kind}`, ok: true, ms: 0 } : stuck(object);
  });
}

function stuck(object: PlanObject): Step {
  const error = 'the engine removed nothing: something still uses it';
  return { object: object.name, call: `remove ${object.kind}`, ok: false, ms: 0, error };
}

/** After a failure: if the engine does not answer, the prune ends instead of failing every further object. */
async function engineLost(steps: readonly Step[], { engine, signal }: RunContext): Promise<boolean> {
  if (steps.at(-1)?.ok !== false) return false;
  return engine.ping({ signal }).then(
    () => false,
    () => true,
  );
}

async function removeOne(object: PlanObject, { engine }: RunContext): Promise<unknown> {
  if (object.kind === 'container') return engine.remove(object.id, { force: false, volumes: false });
  if (object.kind === 'network') return engine.removeNetwork(object.id);
  if (object.kind === 'volume') return engine.removeVolume(object.id);
  if (object.kind === 'build-cache') {
    return (await engine.removeBuildCache(object.id)) ? undefined : STAYS;
  }
  // The engine removes an image of several tags only tag by tag (or by force, which would also take it from containers). The last one goes
  // by the image's id: a tag may be another image's by then.
  const others = object.tags?.slice(0, -1) ?? [];
  for (const tag of others) await removeTag(tag, object, engine);
  return engine.removeImage(object.id, { force: false }).catch((error: unknown) => {
    // It went with a tag, because somebody had moved the last one to another image.
    if (others.length === 0 || !(error instanceof EngineError) || error.kind !== 'not-found') throw error;
  });
}

/** A tag may have been given to another image meanwhile, as by a deployment. */
async function removeTag(tag: string, { id, name }: PlanObject, engine: RunContext['engine']): Promise<void> {
  const now = text(fields(await engine.inspect('image', tag)).Id);
  if (now !== id)
    throw new Error(
      `${tag} points to another image since the plan was shown: not removed; ${name} keeps its other tags`,
    );
  await engine.removeImage(tag, { force: false });
}

/** Checks what is left, and compares the freed bytes with the promised ones. */
export async function verifyRemoved(plan: Plan, context: RunContext): Promise<Finding> {
  context.progress('adding up the disk use again');
  const { signal } = context;
  const counted = Promise.all([context.engine.diskUse({ signal }), context.engine.networks({ signal })]);
  const seen = await counted.catch((error: unknown) => {
    if (error instanceof EngineError && error.kind !== 'cancelled') return error;
    throw error;
  });
  // Removals count even if they cannot be checked afterwards: the engine confirmed each one.
  if (seen instanceof EngineError)
    return { ok: true, text: `removed, by the engine's answers; the space freed was not counted: ${seen.message}` };
  const [use, networks] = seen;
  const present = presentIds(use, networks);
  const gone = plan.objects.filter(({ kind, id }) => !present.has(`${kind} ${id}`));
  const left = plan.objects.filter((object) => !gone.includes(object)).map(({ name }) => name);
  const freed = freedBytes(
    gone,
    plan.objects.filter((object) => !gone.includes(object)),
  );
  const took = duration(context.now() - context.begun);
  const still = left.length === 0 ? '' : `; still there: ${left.join(', ')}`;
  const text = `pruned ${gone.length} of ${plural(plan.objects.length, 'object')}, freed ${bytes(freed)} of ${bytes(Number(plan.options?.promised))}, after ${took}${still}`;
  return { ok: left.length === 0, text };
}

function presentIds(use: PruneSource['use'], networks: readonly NetworkFacts[]): Set<string> {
  return new Set([
    ...use.containers.map(({ id }) => `container ${id}`),
    ...use.images.map(({ id }) => `image ${id}`),
    ...use.volumes.map(({ name }) => `volume ${name}`),
    ...use.buildCache.map(({ id }) => `build-cache ${id}`),
    ...networks.map(({ id }) => `network ${id}`),
  ]);
}
