import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { duration } from '../lib/format.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { lookAgain } from './changed.ts';

/** Whether the effect of a call is visible; undefined: the container is gone. */
export type Landed = (container: ContainerFacts | undefined) => boolean;

/** Interval and time beyond the stop timeout for checking the effect of a call whose answer was lost. */
const LOOK_MS = 500;
const LOOK_FOR_MS = 15_000;

/**
 * One call that changes something, as a step. Every such call goes through here. Right before it the object is read again: an object that
 * differs from the plan is skipped. If the answer is lost, the engine is checked, as it executes the call whether or not the answer
 * arrives. For the same reason cancelling does not abort a call; it takes effect between steps.
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

/** Waits until the effect is visible; throws with the known state if it is not. */
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
    // Cancelling also ends the waiting.
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
