import * as v from 'valibot';
import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import { fields, time } from '../engine/parse/fields.ts';
import type { Action, PlanInput, PrepareInput } from './action.ts';
import { bestName, keptFor } from './rollback-image.ts';
import { changeSwarm, planSwarmChange, swarmService, watchUpdate } from './swarm-change.ts';
import { containersOf, refuse, servicesOf, targetName } from './targets.ts';
import { readUpdate, type UpdateFacts } from './update-facts.ts';
import { planUpdate } from './update-plan.ts';
import { runUpdate, verifyUpdate } from './update-run.ts';

const Parameters = v.strictObject({
  keep: v.optional(v.pipe(v.boolean(), v.description('keep the older container even if it does not become healthy'))),
});
type Parameters = v.InferOutput<typeof Parameters>;

/** `image`: what it goes back to, by its best name. */
type Facts = UpdateFacts & { image?: string };

/** Swarm keeps the whole spec before the last update. */
const SWARM = {
  action: 'rollback',
  title: 'Roll back',
  danger: 2,
  warnings: ['Everything that the last update changed is undone, not only the image.'],
} as const;

function backNote({ swarm }: Service): string {
  const image = swarm?.previousImage;
  const images =
    image === undefined ? '' : image === swarm?.image ? ', with the same image' : `: ${swarm?.image} -> ${image}`;
  return `goes back to its spec before the last update${images}`;
}

/** Goes back to the image that the last update has left, by the same way. */
export const rollback: Action<Parameters, Facts> = {
  name: 'rollback',
  title: 'Roll back',
  help: 'go back to the image before the last update',
  danger: 2,
  interrupts: true,
  on: ['service', 'container'],
  parameters: Parameters,
  prepare: readRollback,
  plan(input: PlanInput<Parameters, Facts>) {
    const swarm = swarmService(input);
    if (swarm) return planSwarmChange(input, swarm, { ...SWARM, note: backNote(swarm) });
    const { image } = input.facts;
    const name = targetName(input.state, input.desk, input.target);
    if (image === undefined)
      return refuse('rollback', name, 'no older image of it is kept', 'give one by its name: update IMAGE');
    return planUpdate(input, { action: 'rollback', image, keep: input.parameters.keep });
  },
  run: (plan, context) =>
    plan.objects[0]?.kind === 'swarm-service'
      ? changeSwarm(plan, 'roll back', context, (id, version) => context.engine.rollbackService(id, version))
      : runUpdate(plan, context),
  undoes: true,
  verify: (plan, context, steps) =>
    plan.objects[0]?.kind === 'swarm-service' ? watchUpdate(plan, context, steps) : verifyUpdate(plan, context, steps),
};

async function readRollback(input: PrepareInput<Parameters>): Promise<Facts> {
  const { state, desk, target, engine, signal } = input;
  const [container] = containersOf(state, desk, target);
  const [service] = servicesOf(state, desk, target);
  const none = { images: [] };
  if (container === undefined || service === undefined) return none;
  const kept = keptFor(serviceName(service), await engine.images({ signal }));
  const others = kept.filter(({ id }) => id !== container.imageId);
  const tagged = await Promise.all(others.map(async (image) => ({ image, at: await taggedAt(image.id, input) })));
  const [newest] = tagged.toSorted((a, b) => b.at - a.at);
  if (newest === undefined) return none;
  const image = bestName(newest.image, container.image);
  return { ...(await readUpdate(input, image)), image };
}

/** The last update is the one that tagged last. */
async function taggedAt(id: string, { engine, signal }: PrepareInput<Parameters>): Promise<number> {
  const inspect = fields(await engine.inspect('image', id, { signal }));
  return time(fields(inspect.Metadata).LastTagTime) ?? 0;
}
