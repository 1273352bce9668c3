import type { NetworkFacts } from '../engine/facts.ts';
import { bytes } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanObject, RunContext, Step } from './action.ts';
import { seconds, step } from './call.ts';
import { diskTotal } from './disk.ts';
import { type PruneSource, type PruneWhat, select } from './prune-select.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

export const PRUNES: Readonly<Record<PruneWhat, { title: string; danger: Danger }>> = {
  images: { title: 'Prune dangling images', danger: 2 },
  'all-images': { title: 'Prune all unused images', danger: 3 },
  containers: { title: 'Prune stopped containers', danger: 3 },
  networks: { title: 'Prune unused networks', danger: 1 },
  'build-cache': { title: 'Prune the build cache', danger: 1 },
  volumes: { title: 'Prune anonymous volumes', danger: 4 },
  system: { title: 'Prune containers, networks, dangling images and build cache', danger: 3 },
};

export type PruneOptions = {
  /** Ids of objects that were taken out of the plan. */
  except?: ReadonlySet<string>;
  /** Also exited jobs and images kept for rolling back; named volumes never. */
  includeKept?: boolean;
};

/**
 * Removes unused objects, one by one: exactly those of the plan, none that came to be unused meanwhile. The disk use is asked for
 * before, because it takes seconds to minutes; `networks` are the engine's.
 */
export function prune(what: PruneWhat, source: Omit<PruneSource, 'desk'>, options: PruneOptions = {}): Action {
  const { title, danger } = PRUNES[what];
  return {
    name: 'prune',
    title,
    danger,
    plan(_state, desk, target) {
      const includeKept = options.includeKept === true && what !== 'volumes';
      const { objects: all, kept } = select(what, { ...source, desk }, includeKept);
      const objects = all.filter(({ id }) => options.except?.has(id) !== true);
      const name = what === 'all-images' ? 'all unused images' : what.replace('-', ' ');
      if (objects.length === 0)
        return refuse(
          'prune',
          name,
          nothing(what, kept.length, all.length),
          keptWords(kept) ?? 'something has to become unused first',
        );
      return {
        action: 'prune',
        title: `${title} (${sizeWords(objects)})`,
        danger,
        target,
        name,
        objects: objects.map((object) => ({ ...object, wave: WAVES[object.kind] })).toSorted(byWaveAndSize),
        warnings: warnings(what, objects, kept, all.length - objects.length),
        options: { what, promised: promised(objects), before: diskTotal(source.use) },
      };
    },
    run: runPrune,
    verifiesFailures: true,
    verify: verifyPrune,
  };
}

function nothing(what: PruneWhat, kept: number, taken: number): string {
  const unused = taken > 0 ? 'all was taken out' : kept > 0 ? 'all that is unused is kept' : 'nothing is unused';
  return `there is nothing to prune of ${what === 'system' ? 'the system' : what.replace('-', ' ')}: ${unused}`;
}

/** The plan without the objects that were taken out of it: what it promises is less, too. */
export function leaveOut(plan: Plan, ids: ReadonlySet<string>): Plan {
  if (ids.size === 0) return plan;
  const objects = plan.objects.filter(({ id }) => !ids.has(id));
  const title = plan.title.replace(/ \([^()]*\)$/, ` (${sizeWords(objects)})`);
  const taken = `Taken out of the plan: ${plan.objects.length - objects.length}.`;
  const options = { ...plan.options, promised: promised(objects) };
  return { ...plan, title, objects, warnings: [...plan.warnings, taken], options };
}

function promised(objects: readonly PlanObject[]): number {
  return objects.reduce((sum, object) => sum + (object.bytes ?? 0), 0);
}

/** "3 objects, 1.2GiB, 1 of unknown size". */
export function sizeWords(objects: readonly PlanObject[]): string {
  const unknown = objects.filter((object) => object.bytes === undefined).length;
  const count = objects.length === 1 ? '1 object' : `${objects.length} objects`;
  return `${count}, ${bytes(promised(objects))}${unknown > 0 ? `, ${unknown} of unknown size` : ''}`;
}

/** One volume, by its own name: its data is lost. */
export function removeVolume(name: string, source: Omit<PruneSource, 'desk'>): Action {
  return {
    name: 'remove-volume',
    title: 'Remove volume',
    danger: 4,
    plan(_state, desk, target) {
      const found = source.use.volumes.find((volume) => volume.name === name);
      if (found === undefined)
        return refuse('remove-volume', name, 'there is no such volume', 'look at the list of volumes');
      const { objects, kept } = select('volumes', { ...source, desk }, true);
      const object = objects.find(({ id }) => id === name);
      if (object === undefined) {
        const why = kept.find((one) => one.name === name)?.why ?? 'a container mounts it';
        return refuse('remove-volume', name, why, 'remove that container or the protection first');
      }
      const size = object.bytes === undefined ? 'size unknown' : bytes(object.bytes);
      return {
        action: 'remove-volume',
        title: `Remove the volume ${name} (${size})`,
        danger: 4,
        target,
        name,
        objects: [object],
        warnings: ['Its data is lost. Back it up first.'],
        options: { promised: object.bytes ?? 0, before: diskTotal(source.use) },
      };
    },
    run: runPrune,
    verifiesFailures: true,
    verify: verifyPrune,
  };
}

/** Containers before what they use. */
const WAVES: Readonly<Record<PlanObject['kind'], number>> = {
  container: 0,
  'swarm-service': 0,
  network: 1,
  image: 1,
  volume: 1,
  'build-cache': 2,
};

function byWaveAndSize(a: PlanObject, b: PlanObject): number {
  return (a.wave ?? 0) - (b.wave ?? 0) || (b.bytes ?? 0) - (a.bytes ?? 0);
}

function warnings(
  what: PruneWhat,
  objects: readonly PlanObject[],
  kept: readonly { name: string; why: string }[],
  taken: number,
): string[] {
  const lines: string[] = [];
  if (objects.some(({ kind }) => kind === 'container')) lines.push('The logs of removed containers are lost.');
  if (what === 'all-images') lines.push('An image that no registry has is lost for good.');
  if (what === 'volumes') lines.push('The data in these volumes is lost.');
  if (what === 'system') lines.push('Volumes are not touched.');
  const words = keptWords(kept);
  if (words !== undefined) lines.push(words);
  if (taken > 0) lines.push(`Taken out of the plan: ${taken}.`);
  return lines;
}

function keptWords(kept: readonly { name: string; why: string }[]): string | undefined {
  if (kept.length === 0) return undefined;
  const shown = kept.slice(0, 5).map(({ name, why }) => `${name} (${why})`);
  return `Kept: ${shown.join(', ')}${kept.length > 5 ? ` and ${kept.length - 5} more` : ''}.`;
}

/** One by one; a failure is told and does not stop the others, for they do not depend on each other. */
async function runPrune(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [index, object] of plan.objects.entries()) {
    if (context.signal.aborted) break;
    context.progress(`removing ${object.name} (${index + 1} of ${plan.objects.length})`);
    steps.push(await step(object, `remove ${object.kind}`, context, () => removeOne(object, context)));
    if (await engineLost(steps, context)) break;
  }
  return steps;
}

/** After a failure: an engine that does not answer ends the prune rather than failing every further object. */
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
  if (object.kind === 'build-cache') return engine.removeBuildCache(object.id);
  const tags = object.tags ?? [];
  if (tags.length < 2) return engine.removeImage(object.id, { force: false });
  // The engine removes an image of several tags only tag by tag (or by force, which would also take it from containers).
  for (const tag of tags) await engine.removeImage(tag, { force: false });
  return undefined;
}

/** Looks at what is left, and holds the bytes freed against those promised. */
async function verifyPrune(plan: Plan, context: RunContext): Promise<Finding> {
  context.progress('adding up the disk use again');
  const [use, networks] = await Promise.all([
    context.engine.diskUse({ signal: context.signal }),
    context.engine.networks({ signal: context.signal }),
  ]);
  const present = presentIds(use, networks);
  const left = plan.objects.filter(({ kind, id }) => present.has(`${kind} ${id}`)).map(({ name }) => name);
  const freed = Math.max(0, Number(plan.options?.before) - diskTotal(use));
  const took = seconds(context.now() - context.begun);
  const gone = plan.objects.length - left.length;
  const still = left.length === 0 ? '' : `; still there: ${left.join(', ')}`;
  const text = `${gone} of ${plan.objects.length} gone, ${bytes(freed)} freed of ${bytes(Number(plan.options?.promised))} promised, after ${took}${still}`;
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
