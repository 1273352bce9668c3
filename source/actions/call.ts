import { EngineError } from '../engine/engine.ts';
import type { PlanObject, RunContext, Step } from './action.ts';

/**
 * One engine call as a step: never throws, tells how long it took and what went wrong. A call that changes something is not
 * cut off by a cancel, for the engine would finish it anyway: cancelling takes effect between the steps.
 */
export async function step(
  object: PlanObject,
  call: string,
  context: RunContext,
  work: () => Promise<unknown>,
): Promise<Step> {
  const begun = context.now();
  try {
    await work();
    return { object: object.name, call, ok: true, ms: context.now() - begun };
  } catch (error) {
    return { object: object.name, call, ok: false, ms: context.now() - begun, error: sentence(error) };
  }
}

/** What went wrong in words, with the advice where there is one. */
export function sentence(error: unknown): string {
  if (error instanceof EngineError && error.advice !== '') return `${error.message} (${error.advice})`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs `each` on the objects: waves one after the other, at most `width` objects of a wave at once. Ends between steps when
 * cancelled, and after the first wave with a failure: what it did not reach has no step.
 */
export async function inWaves(
  objects: readonly PlanObject[],
  width: number,
  context: RunContext,
  each: (object: PlanObject, index: number) => Promise<readonly Step[]>,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const waves = [...new Set(objects.map((object) => object.wave ?? 0))].toSorted((a, b) => a - b);
  for (const wave of waves) {
    const queue = objects.filter((object) => (object.wave ?? 0) === wave);
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (context.signal.aborted || (width === 1 && steps.some((done) => !done.ok))) return;
        steps.push(...(await each(next, objects.indexOf(next))));
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
    if (context.signal.aborted || steps.some((done) => !done.ok)) break;
  }
  return steps;
}

/** A time in words: 0.4 s, 4.2 s, 1 min 3 s. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
