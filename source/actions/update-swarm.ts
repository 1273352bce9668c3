import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import { parseReference, splitReference } from '../engine/parse/reference.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { errorMessage } from '../lib/error.ts';
import type { Plan, PlanInput, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { changeSwarm, planSwarmChange, serviceNow, watchUpdate } from './swarm-change.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

/** A registry that does not answer must not keep the plan away (ms). */
const ASK_MS = 8_000;

/** What the registry says of the new image of a Swarm service. */
export type Pinned = {
  /** `sha256:…`: every node takes exactly this image. */
  digest?: string;
  /** Why it has none. */
  why?: string;
};

/** Asks for the digest, as `docker service update --image` does. A name with a digest needs none. */
export async function readPinned({ engine, signal }: PrepareInput, image: string): Promise<Pinned> {
  if (parseReference(image) === undefined || splitReference(image).digest !== undefined) return {};
  try {
    return { digest: await engine.registryDigest(image, { signal, timeoutMs: ASK_MS }) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { why: errorMessage(error) };
  }
}

/** Facts of a service have its image without the digest that it is pinned to. */
function hasImage({ image, digest }: Pick<SwarmService, 'image' | 'digest'>, wanted: string): boolean {
  return (digest === undefined ? image : `${image}@${digest}`) === wanted;
}

type Wanted = { image: string; keep?: boolean };

/** Swarm replaces the tasks as the service's update settings say; what does not come up is rolled back. */
export function planSwarmUpdate(
  input: PlanInput<unknown, { pinned?: Pinned }>,
  service: Service,
  { image, keep }: Wanted,
): Plan | Refusal {
  const name = serviceName(service);
  const no = (refused: string, change: string) => refuse('update', name, refused, change);
  if (parseReference(image) === undefined)
    return no(`"${image}" is not the name of an image`, 'give it as REPOSITORY:TAG or REPOSITORY@sha256:…');
  if (service.swarm?.mode === 'job')
    return no('it is a job: an update would run it again', 'remove it and create it with the new image');
  const { digest, why } = input.facts.pinned ?? {};
  const wanted = digest === undefined ? image : `${image}@${digest}`;
  const now = service.swarm?.image ?? '';
  if (service.swarm && hasImage(service.swarm, wanted))
    return no(`it runs this image already (${now})`, 'choose another one, or update it by force');
  const plan = planSwarmChange(input, service, {
    action: 'update',
    title: 'Update',
    danger: 2,
    note: `${now} -> ${wanted}; Swarm replaces its tasks as its update settings say`,
    warnings: [
      ...(why === undefined
        ? []
        : [`Each node takes what it finds under that name, for the registry could not be asked: ${why}.`]),
      ...(service.swarm?.wanted === 1
        ? ['It has one replica: there is an outage unless its update order is start-first.']
        : []),
      keep === true
        ? 'It stays with the new image, also where its tasks do not come up.'
        : 'It is rolled back to its spec of now where the new tasks do not come up.',
    ],
  });
  return {
    ...plan,
    title: `Update ${name} to ${image}`,
    options: { ...plan.options, image, pinned: wanted, keep: keep === true },
  };
}

/** Sets the image, waits until Swarm has replaced the tasks, and goes back where it does not or on a cancel. */
export async function runSwarmUpdate(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const [object] = plan.objects;
  const { pinned, keep } = plan.options ?? {};
  const set = await changeSwarm(plan, `set the image ${pinned}`, context, (id, version) =>
    context.engine.setServiceImage(id, version, String(pinned)),
  );
  if (!object || !set.every(({ ok }) => ok)) return set;
  const waited = await step(object, 'wait until it is updated', context, async () => {
    const { ok, text } = await watchUpdate(plan, context, set);
    const now = await serviceNow(object.id, context);
    if (/^rollback/.test(now?.updateState ?? '')) throw new Error(`Swarm rolled it back: ${now?.updateMessage}`);
    if (!ok) throw new Error(text);
  });
  if (waited.ok || keep === true) return [...set, waited];
  const now = await serviceNow(object.id, context);
  if (!now || /^rollback/.test(now.updateState ?? '')) return [...set, waited];
  // The cancel that asked for it must not cut it off.
  const going = { ...context, signal: new AbortController().signal };
  const back = { ...plan, options: { ...plan.options, version: now.version } };
  const rolled = await changeSwarm(back, 'roll back', going, (id, version) =>
    going.engine.rollbackService(id, version),
  );
  const settled = await step(object, 'wait until it is back', going, async () => {
    const { ok, text } = await watchUpdate(back, going, rolled);
    if (!ok) throw new Error(text);
  });
  return [...set, waited, ...rolled, settled];
}

/** Which image it has now, and how many of its tasks run. */
export async function verifySwarmUpdate(
  { objects: [object], options = {} }: Plan,
  context: RunContext,
  steps: readonly Step[],
): Promise<Finding> {
  const now = object && (await serviceNow(object.id, context));
  if (!now) return { ok: false, text: 'the service is gone' };
  const isNew = hasImage(now, String(options.pinned));
  const back = isNew ? '' : 'rolled back: ';
  const ok = isNew && steps.every((one) => one.ok);
  return { ok, text: `${back}${now.name} has the image ${now.image}, ${now.running} running` };
}
