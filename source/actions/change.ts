import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { duration } from '../lib/format.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { lookAgain } from './changed.ts';

/** Whether the effect of a call is there; undefined: the container is gone. */
export type Landed = (container: ContainerFacts | undefined) => boolean;

/** How often an effect is looked for whose answer was lost, and for how long beyond the stop timeout. */
const LOOK_MS = 500;
const LOOK_FOR_MS = 15_000;

/**
 * One call that changes something, as a step. Every such call goes through here. Right before it the object is read again: what
 * is no longer as the plan has shown it is left alone. When the answer is lost, the engine is looked at: it does what it has been
 * asked whether or not the answer comes. The call is not cut off by a cancel for the same reason; cancelling takes effect
 * between the steps.
 */
export function change(
  object: PlanObject,
  call: string,
  context: RunContext,
  work: () => Promise<unknown>,
  landed?: Landed,
): Promise<Step> {
  return step(object, call, context, async () => {
    const changed = await lookAgain(object, context.engine);
    if (changed !== undefined) throw new Error(`not done: ${changed}`);
    try {
      await work();
    } catch (error) {
      if (landed === undefined || !isAnswerLost(error)) throw error;
      await lookFor(object, context, landed, error);
    }
  });
}

/** The call may have reached the engine, but its answer has not reached us. */
export function isAnswerLost(error: unknown): boolean {
  return error instanceof EngineError && (error.kind === 'timeout' || error.kind === 'closed');
}

/** Looks until the effect is there; throws what is known where it does not come. */
async function lookFor(object: PlanObject, context: RunContext, landed: Landed, lost: unknown): Promise<void> {
  const limit = Math.max(0, object.stopTimeout?.seconds ?? 0) * 1000 + LOOK_FOR_MS;
  const begun = context.now();
  let seen = 'the engine does not answer';
  for (;;) {
    const look = await read(object.id, context);
    if ('container' in look && landed(look.container)) return;
    seen = 'container' in look ? `it is ${look.container?.state ?? 'gone'}` : look.trouble;
    if (context.now() - begun > limit) break;
    context.progress(`${object.name}: the answer was lost; looking at what happened (${seen})`);
    // A cancel ends the waiting for it, too.
    await context.wait(LOOK_MS, context.signal).catch(() => undefined);
    if (context.signal.aborted) break;
  }
  const why = lost instanceof Error ? lost.message : String(lost);
  throw new Error(`${why} Its effect was not seen within ${duration(context.now() - begun)}: ${seen}`);
}

async function read(
  id: string,
  { engine }: RunContext,
): Promise<{ container: ContainerFacts | undefined } | { trouble: string }> {
  try {
    return { container: await engine.container(id) };
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') return { container: undefined };
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}
