import * as v from 'valibot';
import type { Action, Plan } from './action.ts';
import { swarmService } from './swarm-change.ts';
import { containersOf } from './targets.ts';
import { readUpdate, type UpdateFacts } from './update-facts.ts';
import { planUpdate } from './update-plan.ts';
import { runUpdate, verifyUpdate } from './update-run.ts';
import { type Pinned, planSwarmUpdate, readPinned, runSwarmUpdate, verifySwarmUpdate } from './update-swarm.ts';

const Parameters = v.strictObject({
  image: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty('must be the name of an image'),
    v.description('the new image, such as bots/engine:1.4'),
  ),
  pull: v.optional(v.pipe(v.boolean(), v.description('ask the registry even if the engine has the image'))),
  keep: v.optional(
    v.pipe(v.boolean(), v.description('keep a new container that does not become healthy, instead of rolling back')),
  ),
});
type Parameters = v.InferOutput<typeof Parameters>;

type Facts = UpdateFacts & { pinned?: Pinned };

/** Replaces the containers of a service by containers of another image, keeping their configuration. */
export const update: Action<Parameters, Facts> = {
  name: 'update',
  title: 'Update',
  help: 'replace containers by ones of another image; rolls back if they do not become healthy',
  danger: 2,
  interrupts: true,
  on: ['service', 'container'],
  key: { id: 'image', keys: ['i'], hint: 'image', help: 'update to another image' },
  parameters: Parameters,
  alternatives: [
    { label: 'Keep if unhealthy', action: 'update', words: ({ options = {} }) => [String(options.image), '--keep'] },
  ],
  promptNote: ({ state, desk, target }) => {
    const swarm = swarmService({ state, desk, target })?.swarm?.image;
    const images = new Set([...(swarm ? [swarm] : []), ...containersOf(state, desk, target).map(({ image }) => image)]);
    return images.size === 0 ? '' : `now ${[...images].join(', ')}`;
  },
  async prepare(input) {
    const { image } = input.parameters;
    return swarmService(input) ? { images: [], pinned: await readPinned(input, image) } : readUpdate(input, image);
  },
  plan(input) {
    const swarm = swarmService(input);
    if (swarm) return planSwarmUpdate(input, swarm, input.parameters);
    return planUpdate(input, { ...input.parameters, action: 'update' });
  },
  run: (plan, context) => (isSwarm(plan) ? runSwarmUpdate(plan, context) : runUpdate(plan, context)),
  undoes: true,
  verify: (plan, context, steps) =>
    isSwarm(plan) ? verifySwarmUpdate(plan, context, steps) : verifyUpdate(plan, context, steps),
};

function isSwarm({ objects }: Plan): boolean {
  return objects[0]?.kind === 'swarm-service';
}
