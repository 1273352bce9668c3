import * as v from 'valibot';
import type { DiskUse } from '../engine/facts.ts';
import { bytes, plural } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanObject } from './action.ts';
import { type PruneFacts, readUnused } from './prune-facts.ts';
import { type PruneWhat, select } from './prune-select.ts';
import { removeUnused, verifyRemoved } from './removal.ts';
import { freedBytes, type Histories, layersKnown, withCommonBytes } from './shared-layers.ts';
import { refuse } from './targets.ts';

const PRUNES: Readonly<Record<PruneWhat, { title: string; danger: Danger }>> = {
  images: { title: 'Prune dangling images', danger: 2 },
  'all-images': { title: 'Prune all unused images', danger: 3 },
  containers: { title: 'Prune stopped containers', danger: 3 },
  'one-offs': { title: 'Prune ended one-off containers', danger: 3 },
  networks: { title: 'Prune unused networks', danger: 2 },
  'build-cache': { title: 'Prune the build cache', danger: 1 },
  volumes: { title: 'Prune anonymous volumes', danger: 4 },
  system: { title: 'Prune containers, networks, dangling images and build cache', danger: 3 },
};

/** What can be pruned, as commands name it. */
export const PRUNE_TARGETS: readonly string[] = Object.keys(PRUNES);

/**
 * Removes unused objects, one by one: exactly those of the plan, none that became unused meanwhile. The disk use is read before, because it
 * takes seconds to minutes.
 */
export const prune: Action<{ all: boolean; kept: boolean }, PruneFacts> = {
  name: 'prune',
  title: 'Prune',
  help: `remove what nothing uses: ${Object.keys(PRUNES).join(', ')}`,
  danger: 1,
  on: ['unused'],
  key: { id: 'prune', keys: ['shift-x'], hint: 'prune', help: 'prune, with its plan' },
  parameters: v.strictObject({
    all: v.optional(v.pipe(v.boolean(), v.description('images: all unused ones, not only dangling ones')), false),
    kept: v.optional(v.pipe(v.boolean(), v.description('also exited jobs and images kept for rolling back')), false),
  }),
  prepare: readUnused,
  plan({ desk, target, settings, parameters: { all, kept: withKept }, facts }) {
    const what = isPrunable(target.id) ? (all && target.id === 'images' ? 'all-images' : target.id) : undefined;
    if (what === undefined)
      return refuse('prune', target.id, 'that cannot be pruned', `choose one of ${PRUNE_TARGETS.join(', ')}`);
    const { title, danger } = PRUNES[what];
    const { objects: chosen, kept } = select(what, { ...facts, desk, settings }, withKept && what !== 'volumes');
    const objects = withCommonBytes(chosen, facts.use, facts.histories);
    const name = what === 'all-images' ? 'all unused images' : what.replace('-', ' ');
    if (objects.length === 0)
      return refuse(
        'prune',
        name,
        nothing(what, kept.length),
        kept.length === 0
          ? 'nothing to prune until something becomes unused'
          : `look at what is kept: ${keptNames(kept)}`,
      );
    return {
      action: 'prune',
      title: `${title} (${sizeWords(objects)})`,
      danger,
      target,
      name,
      objects: objects.map((object) => ({ ...object, wave: WAVES[object.kind] })).toSorted(byWaveAndSize),
      warnings: warnings(what, objects, kept, facts),
      options: { what, promised: freedBytes(objects) },
    };
  },
  leaveOut,
  run: removeUnused,
  verifiesFailures: true,
  verify: verifyRemoved,
};

/** Whether that is a kind of thing that can be pruned. */
function isPrunable(what: string): what is PruneWhat {
  return what in PRUNES;
}

function nothing(what: PruneWhat, kept: number): string {
  const unused = kept > 0 ? 'everything unused is kept' : 'nothing is unused';
  return `there is nothing to prune of ${what === 'system' ? 'the system' : what.replace('-', ' ')}: ${unused}`;
}

/** The plan without the excluded objects, with the promised space reduced. */
function leaveOut(plan: Plan, ids: ReadonlySet<string>): Plan {
  if (ids.size === 0) return plan;
  const left = plan.objects.filter(({ id }) => ids.has(id)).flatMap(({ common = [] }) => common.map(({ id }) => id));
  const objects = plan.objects
    .filter(({ id }) => !ids.has(id))
    // What they share with one that stays is not freed.
    .map((object) => ({ ...object, common: object.common?.filter(({ id }) => !left.includes(id)) }));
  const title = plan.title.replace(/ \([^()]*\)$/, ` (${sizeWords(objects)})`);
  const taken = `Excluded from the plan: ${plan.objects.length - objects.length}.`;
  const options = { ...plan.options, promised: freedBytes(objects) };
  return { ...plan, title, objects, warnings: [...plan.warnings, taken], options };
}

/** "3 objects, 1.2GiB, 1 of unknown size". */
export function sizeWords(objects: readonly PlanObject[]): string {
  const unknown = objects.filter((object) => object.bytes === undefined).length;
  const count = plural(objects.length, 'object');
  return `${count}, ${bytes(freedBytes(objects))}${unknown > 0 ? `, ${unknown} of unknown size` : ''}`;
}

/** Containers before what they use. */
const WAVES: Readonly<Record<PlanObject['kind'], number>> = {
  container: 0,
  'swarm-service': 0,
  network: 1,
  image: 1,
  volume: 1,
  'build-cache': 2,
  archive: 2,
  node: 2,
  step: 2,
};

function byWaveAndSize(a: PlanObject, b: PlanObject): number {
  const waves = (a.wave ?? 0) - (b.wave ?? 0);
  // Records of the build cache stand on each other: they keep their order.
  return waves !== 0 || a.kind === 'build-cache' ? waves : (b.bytes ?? 0) - (a.bytes ?? 0);
}

function warnings(
  what: PruneWhat,
  objects: readonly PlanObject[],
  kept: readonly { name: string; why: string }[],
  { use, histories, logs }: PruneFacts,
): string[] {
  const lines: string[] = [];
  const unread = objects.filter(({ kind, id }) => kind === 'container' && !logs.has(id)).length;
  if (objects.some(({ kind }) => kind === 'container')) lines.push('The logs of removed containers are lost.');
  if (unread > 0)
    lines.push(`The logs of ${unread} of them cannot be measured from here: more than is promised may be freed.`);
  if (objects.some(({ kind }) => kind === 'image')) lines.push(...imageWarnings(use, histories));
  if (what === 'networks') lines.push('Manual settings, such as a subnet, must be recreated by hand.');
  if (what === 'all-images') lines.push('An image that is in no registry is lost.');
  if (what === 'volumes') lines.push('The data in these volumes is lost.');
  if (what === 'system') lines.push('Volumes are not touched.');
  const words = keptWords(kept);
  if (words !== undefined) lines.push(words);
  return lines;
}

function imageWarnings(use: DiskUse, histories: Histories): string[] {
  const known = layersKnown(use, histories);
  return [
    'Their untagged parents go too.',
    ...(known ? [] : ['Layers that only these images share are not counted: more than is promised may be freed.']),
    ...(use.buildCache.some(({ shared }) => shared)
      ? ['Layers that the build cache also holds are freed when it is pruned.']
      : []),
  ];
}

function keptWords(kept: readonly { name: string; why: string }[]): string | undefined {
  return kept.length === 0 ? undefined : `Kept: ${keptNames(kept)}.`;
}

function keptNames(kept: readonly { name: string; why: string }[]): string {
  const shown = kept.slice(0, 5).map(({ name, why }) => `${name} (${why})`);
  return `${shown.join(', ')}${kept.length > 5 ? ` and ${kept.length - 5} more` : ''}`;
}
