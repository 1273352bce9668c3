import { errorWithAdvice } from '../lib/error.ts';
import type { PlanObject, RunContext, Step } from './action.ts';

/** Runs a call as a step: never throws, records its duration and error. */
export async function step(
  object: PlanObject,
  call: string,
  context: Pick<RunContext, 'now'>,
  work: () => Promise<unknown>,
): Promise<Step> {
  const begun = context.now();
  const record = { object: object.name, call };
  try {
    await work();
    return { ...record, ok: true, ms: context.now() - begun };
  } catch (error) {
    return { ...record, ok: false, ms: context.now() - begun, error: errorWithAdvice(error) };
  }
}
