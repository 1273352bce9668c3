import { type Engine, EngineError } from '../engine/engine.ts';
import { fields, texts } from '../engine/parse/fields.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { Plan, PlanObject } from './action.ts';

/** At most so many objects are read again at once. */
const WIDTH = 4;

/**
 * Reads every object of a plan again, by its id: a sentence when one of them is gone or another than was shown, undefined when
 * all are as they were. Health and usage may change; identity, state and start time may not.
 */
export async function changedSince(plan: Plan, engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  const findings: string[] = [];
  await forEachLimited(plan.objects, WIDTH, async (object) => {
    // One is enough to stop the plan.
    const finding = findings.length > 0 ? undefined : await look(object, engine, signal);
    if (finding !== undefined) findings.push(finding);
  });
  return findings[0];
}

async function look(object: PlanObject, engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  try {
    if (object.fresh === true || object.kind === 'build-cache') return undefined;
    if (object.kind === 'container') return await lookAtContainer(object, engine, signal);
    const kind = object.kind === 'swarm-service' ? 'service' : object.kind;
    const fresh = await engine.inspect(kind, object.id, { signal });
    return object.tags === undefined ? undefined : lookAtTags(object, object.tags, fresh);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') {
      return `${object.name} is gone since the plan was shown`;
    }
    return `${object.name} could not be read again: ${errorWithAdvice(error)}`;
  }
}

async function lookAtContainer(object: PlanObject, engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  const fresh = await engine.container(object.id, { signal });
  const seen = object.seen;
  if (fresh.id !== object.id) return `${object.name} is another container since the plan was shown`;
  if (seen === undefined) return undefined;
  if (fresh.state !== seen.state)
    return `${object.name} was ${seen.state} when the plan was shown and is ${fresh.state} now`;
  const restarted = seen.startedAt !== undefined && fresh.detail?.startedAt !== seen.startedAt;
  return restarted ? `${object.name} was started anew since the plan was shown` : undefined;
}

/** An image that was tagged meanwhile is wanted by someone. */
function lookAtTags(object: PlanObject, shown: readonly string[], fresh: unknown): string | undefined {
  const tags = texts(fields(fresh).RepoTags).filter((tag) => tag !== '<none>:<none>');
  if (tags.toSorted().join() === shown.toSorted().join()) return undefined;
  return `${object.name} had the tags [${shown.join(', ')}] when the plan was shown and has [${tags.join(', ')}] now`;
}
