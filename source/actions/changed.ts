import { type Engine, EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { fields, strings, text, texts } from '../engine/parse/fields.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { Plan, PlanObject } from './action.ts';

/** Concurrent reads. */
const WIDTH = 4;

/**
 * Reads every object of a plan again, by its id, before anything is done: a message if one differs from what was shown, undefined if the
 * plan is still valid. Objects of which only the identity counts matter only if all of them are gone: the remaining ones can still be
 * stopped.
 */
export async function changedSince(plan: Plan, engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  const findings: { object: PlanObject; finding: string }[] = [];
  await forEachLimited(plan.objects, WIDTH, async (object) => {
    const finding = await lookAgain(object, engine, signal);
    if (finding !== undefined) findings.push({ object, finding });
  });
  const serious = findings.find(({ object }) => object.kind !== 'container' || object.expect !== undefined);
  return (serious ?? (findings.length === plan.objects.length ? findings[0] : undefined))?.finding;
}

/** What is no object of the engine, or is listed only all at once. */
const BY_NAME: ReadonlySet<PlanObject['kind']> = new Set(['build-cache', 'archive', 'step']);

/** Reads one object again: a sentence when it is no longer what the plan has shown. */
export async function lookAgain(object: PlanObject, engine: Engine, signal?: AbortSignal): Promise<string | undefined> {
  // What does not exist yet, and what the engine only lists all at once.
  if (object.fresh === true || BY_NAME.has(object.kind)) return undefined;
  try {
    if (object.kind === 'container') return containerChange(object, await engine.container(object.id, { signal }));
    const kind = object.kind === 'swarm-service' ? 'service' : (object.kind as 'image' | 'volume' | 'network' | 'node');
    const fresh = fields(await engine.inspect(kind, object.id, { signal }));
    if (object.kind === 'image') return imageChange(object, texts(fresh.RepoTags));
    if (object.kind === 'volume') return volumeChange(object, fresh);
    return object.kind === 'network' ? networkChange(object, fresh) : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') {
      return `${object.name} has been removed since the plan was shown`;
    }
    return `${object.name} could not be read again: ${errorWithAdvice(error).replace(/\.$/, '')}`;
  }
}

/** Without `expect` only the identity counts: a crash loop changes its state all the time, and must be stoppable. */
function containerChange({ id, name, expect }: PlanObject, fresh: ContainerFacts): string | undefined {
  if (fresh.id !== id) return `${name} has been replaced since the plan was shown`;
  if (expect === undefined) return undefined;
  if (fresh.name !== name) return `${name} has been renamed to ${fresh.name} since the plan was shown`;
  const { state, startedAt, restartCount } = expect;
  // A container in a restart loop alternates between both.
  const alike = (one: string) => (one === 'restarting' ? 'running' : one);
  if (alike(fresh.state) !== alike(state))
    return `${name} was ${state} when the plan was shown and is ${fresh.state} now`;
  const byPolicy = restartCount !== undefined && (fresh.detail?.restartCount ?? 0) > restartCount;
  const restarted = startedAt !== undefined && fresh.detail?.startedAt !== startedAt && !byPolicy;
  return restarted ? `${name} was started again since the plan was shown` : undefined;
}

/** An image that was tagged meanwhile is needed by someone. Tags removed by the action itself are no change. */
function imageChange({ name, tags }: PlanObject, given: readonly string[]): string | undefined {
  if (tags === undefined) return undefined;
  const fresh = given.filter((tag) => tag !== '<none>:<none>');
  if (fresh.every((tag) => tags.includes(tag))) return undefined;
  return `${name} had the tags [${tags.join(', ')}] when the plan was shown and has [${fresh.join(', ')}] now`;
}

/** Volumes have no id: one that was removed and created again has another time or other labels. */
function volumeChange({ name, stamp, labels }: PlanObject, fresh: Record<string, unknown>): string | undefined {
  const moved = stamp !== undefined && text(fresh.CreatedAt) !== stamp;
  const relabelled = labels !== undefined && sorted(strings(fresh.Labels)) !== sorted(labels);
  return moved || relabelled ? `${name} has been replaced since the plan was shown` : undefined;
}

function networkChange({ id, name, inUse }: PlanObject, fresh: Record<string, unknown>): string | undefined {
  if (text(fresh.Id) !== id) return `${name} has been replaced since the plan was shown`;
  const used = Object.keys(fields(fresh.Containers)).length;
  return used > 0 && !inUse ? `${name} has come into use since the plan was shown` : undefined;
}

function sorted(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b)));
}
