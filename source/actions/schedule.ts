import { limiter } from '../lib/limit.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { awaitBack } from './back.ts';
import { step } from './call.ts';

/** The call of a step that was skipped, because an earlier one failed. */
export const LEFT_ALONE = 'left alone';

/** Does one object: its steps, all of them ok when the object is done. */
export type Each = (object: PlanObject) => Promise<readonly Step[]>;

/**
 * Does every object as soon as what comes before it is done (and healthy or completed, where that is asked), at most `width` at
 * once. An object whose predecessor failed is left alone and says so in a step; nothing new is begun after a cancel.
 */
export async function inOrder(
  objects: readonly PlanObject[],
  width: number,
  context: RunContext,
  each: Each,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const record = (done: readonly Step[]) => {
    steps.push(...done);
    return done.every(({ ok }) => ok);
  };
  const slots = limiter(width);
  const byId = new Map(objects.map((object) => [object.id, object]));
  const results = new Map<string, Promise<boolean>>();
  const awaited = new Map<string, Promise<boolean>>();

  const settled = (id: string, until: 'done' | 'healthy' | 'completed'): Promise<boolean> => {
    const object = byId.get(id);
    if (object === undefined) return Promise.resolve(true);
    if (until === 'done') return run(object);
    const key = `${until} ${id}`;
    const known =
      awaited.get(key) ?? run(object).then(async (ok) => ok && record([await awaitCondition(object, until, context)]));
    awaited.set(key, known);
    return known;
  };
  const perform = async (object: PlanObject): Promise<boolean> => {
    const before = object.after ?? [];
    const ready = await Promise.all(before.map(({ id, until }) => settled(id, until)));
    const failed = before.filter((_, index) => ready[index] === false).map(({ id }) => byId.get(id)?.name ?? id);
    if (context.signal.aborted) return false;
    if (failed.length > 0) return record([leftAlone(object, failed)]);
    return slots(async () => !context.signal.aborted && record(await each(object)));
  };
  const run = (object: PlanObject): Promise<boolean> => {
    const known = results.get(object.id) ?? perform(object);
    results.set(object.id, known);
    return known;
  };
  await Promise.all(objects.map(run));
  return steps;
}

async function awaitCondition(object: PlanObject, until: 'healthy' | 'completed', context: RunContext): Promise<Step> {
  const begun = context.now();
  const asked = { ...object, job: until === 'completed' };
  const result = await step(object, `wait until ${until}`, context, async () => {
    const finding = await awaitBack(asked, context, { since: begun, again: false });
    if (!finding.ok) throw new Error(finding.text);
  });
  return result;
}

function leftAlone(object: PlanObject, failed: readonly string[]): Step {
  return { object: object.name, call: LEFT_ALONE, ok: false, ms: 0, error: `because of ${failed.join(', ')}` };
}
