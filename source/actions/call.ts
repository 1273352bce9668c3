import { errorWithAdvice } from '../lib/error.ts';
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
    return { object: object.name, call, ok: false, ms: context.now() - begun, error: errorWithAdvice(error) };
  }
}

/** A time in words: 0.4 s, 4.2 s, 1 min 3 s. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
