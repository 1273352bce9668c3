import { LABEL } from '../desk/identity.ts';
import { fields, strings, text } from '../engine/parse/fields.ts';
import { isUp } from '../lib/container-state.ts';
import type { Plan, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack } from './back.ts';
import { step } from './call.ts';
import { change } from './change.ts';
import { pullWithProgress } from './pull-image.ts';
import { replacementSpec } from './replacement.ts';
import { rollbackTag } from './rollback-image.ts';
import { lastWords } from './scale-run.ts';
import { isGone, stopOne } from './stopped.ts';
import { verifyTimeout } from './targets.ts';
import type { Finding } from './watch.ts';

const WAIT = 'wait until it is back';

/** What has happened to one container so far: enough to take it back. */
type Swap = {
  /** The old container; only its id counts from its first step on. */
  old: PlanObject;
  wasUp: boolean;
  /** The new one, once it is created. */
  made?: PlanObject;
  stopped?: true;
  aside?: true;
};

/**
 * Pulls the image where it has to be, keeps the old one under a tag, and replaces container after container: the new one is created
 * beside the old one, which then stops and steps aside under another name; it is removed only when every new one is well. Until
 * then everything can be taken back, and is (unless the plan says otherwise) as soon as one is not ok, or on a cancel.
 */
export async function runUpdate(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const record = (done: Step) => {
    steps.push(done);
    return done.ok;
  };
  const containers = plan.objects.filter(({ kind }) => kind === 'container');
  const image = await fetched(plan, context, record);
  if (image === undefined) return steps;
  const swaps: Swap[] = [];
  for (const object of containers) {
    const swap: Swap = { old: { ...object, expect: undefined }, wasUp: isUp(object.seen ?? { state: 'unknown' }) };
    swaps.push(swap);
    if (await swapped(object, swap, { plan, image, context, record })) continue;
    if (plan.options?.keep === true && swap.made !== undefined) break;
    // What takes it back must not be cut off by the cancel that asked for it.
    const taking = { ...context, signal: new AbortController().signal };
    for (const one of swaps.toReversed()) steps.push(...(await takenBack(one, taking)));
    return steps;
  }
  for (const { old, aside } of swaps) if (aside) record(await removeOld(old, context));
  return steps;
}

type Recording = (done: Step) => boolean;

/** The id of the new image; undefined where it cannot be had, or is not what the plan was made for. */
async function fetched(plan: Plan, context: RunContext, record: Recording): Promise<string | undefined> {
  const name = String(plan.options?.image);
  const [first] = plan.objects;
  const object = first?.kind === 'image' ? first : { kind: 'image' as const, id: name, name, note: '' };
  if (
    plan.options?.pull === true &&
    !record(await step(object, 'pull', context, () => pullWithProgress(name, context)))
  )
    return undefined;
  let id: string | undefined;
  const read = await step(object, 'inspect', context, async () => {
    id = text(fields(await context.engine.inspect('image', name, { signal: context.signal })).Id);
    const expected = plan.options?.imageId;
    if (expected !== undefined && id !== expected)
      throw new Error(`${name} points to another image since the plan was shown: nothing was done`);
  });
  if (read.ok) return id;
  record(read);
  return undefined;
}

type Swapping = { plan: Plan; image: string; context: RunContext; record: Recording };

async function swapped(object: PlanObject, swap: Swap, { plan, image, context, record }: Swapping): Promise<boolean> {
  const { engine } = context;
  const { options = {} } = plan;
  if (context.signal.aborted) return false;
  context.progress(`${object.name}: creating its successor`);
  const created = await change(object, `create from ${options.image}`, context, async () => {
    const inspect = fields(await engine.inspect('container', object.id));
    const oldId = text(inspect.Image);
    const oldImage = await engine.inspect('image', oldId).catch(() => undefined);
    if (oldImage !== undefined) await engine.tagImage(oldId, String(options.repository), rollbackTag(oldId));
    const labels = labelsFor(strings(fields(inspect.Config).Labels), image, options.hash);
    const spec = replacementSpec({ old: inspect, oldImage, image: String(options.image), labels });
    const { id } = await engine.create(`${object.id.slice(0, 12)}_${spec.name}`, spec.body);
    swap.made = { ...swap.old, id };
    for (const { network, endpoint } of spec.connect) await engine.connect(network, id, endpoint);
  });
  if (!record(created) || swap.made === undefined || context.signal.aborted) return false;
  if (swap.wasUp && !record(await stopOne(swap.old, context))) return false;
  swap.stopped = true;
  if (!record(await changeNames(swap, swap.made, context))) return false;
  if (!swap.wasUp) return true;
  const made = swap.made;
  if (
    !record(
      await change(
        made,
        'start',
        context,
        () => engine.start(made.id),
        (one) => one?.state === 'running',
      ),
    )
  )
    return false;
  return record(await awaitNew(made, plan, context));
}

/** As compose labels what it makes: an `up` with a file that names this image then leaves it alone. */
function labelsFor(old: Readonly<Record<string, string>>, imageId: string, hash: unknown): Record<string, string> {
  if (old[LABEL.configHash] === undefined) return {};
  return {
    'com.docker.compose.image': imageId,
    ...(typeof hash === 'string' ? { [LABEL.configHash]: hash } : {}),
  };
}

/** The old one steps aside under the name that compose gives to what it replaces, and the new one takes its name. */
async function changeNames(swap: Swap, made: PlanObject, { engine, ...context }: RunContext): Promise<Step> {
  const { old } = swap;
  return step(old, 'take its name', context, async () => {
    await engine.rename(old.id, `${made.id.slice(0, 12)}_${old.name}`);
    swap.aside = true;
    await engine.rename(made.id, old.name);
  });
}

/** With the health check of the new image. */
async function awaitNew(made: PlanObject, { options = {} }: Plan, context: RunContext): Promise<Step> {
  const since = context.now();
  return step(made, WAIT, context, async () => {
    const now = await context.engine.container(made.id);
    const healthCheck = now.health !== 'none' && now.health !== 'unknown';
    const verifyMs = typeof options.verifyMs === 'number' ? options.verifyMs : undefined;
    const object = { ...made, healthCheck, verifyTimeoutMs: verifyTimeout(now, { verifyMs }) };
    const finding = await awaitBack(object, context, { since, stableMs: Number(options.stableMs), again: false });
    if (!finding.ok) throw new Error(finding.text);
  });
}

/** Its volumes stay: the new one has them. */
function removeOld(old: PlanObject, context: RunContext): Promise<Step> {
  const how = { force: false, volumes: false };
  return change(old, 'remove the old container', context, () => context.engine.remove(old.id, how), isGone);
}

/** The new container goes, the old one gets its name back and runs again, as far as it had come. */
async function takenBack({ old, made, wasUp, stopped, aside }: Swap, context: RunContext): Promise<Step[]> {
  const { engine } = context;
  const steps: Step[] = [];
  context.progress(`${old.name}: going back to the old container`);
  if (made !== undefined) {
    const words = await lastWords(made, context);
    const how = { force: true, volumes: false };
    const gone = await change(made, 'remove the new container', context, () => engine.remove(made.id, how), isGone);
    steps.push({ ...gone, result: words });
  }
  if (aside) steps.push(await step(old, 'give its name back', context, () => engine.rename(old.id, old.name)));
  if (!stopped || !wasUp) return steps;
  steps.push(
    await change(
      old,
      'start the old container',
      context,
      () => engine.start(old.id),
      (one) => one?.state === 'running',
    ),
  );
  const since = context.now();
  const back = await step(old, 'wait until the old container is back', context, async () => {
    const finding = await awaitBack(old, context, { since, again: false, stableMs: 1000 });
    if (!finding.ok) throw new Error(finding.text);
  });
  return [...steps, back];
}

/** Which image each container runs now, and whether it is well. */
export async function verifyUpdate(
  plan: Plan,
  { engine, signal }: RunContext,
  steps: readonly Step[],
): Promise<Finding> {
  const containers = await engine.containers({ signal });
  const wanted = text(fields(await engine.inspect('image', String(plan.options?.image)).catch(() => undefined)).Id);
  const objects = plan.objects.filter(({ kind }) => kind === 'container');
  const findings = objects.map(({ name, seen }) => {
    const now = containers.find((one) => one.name === name);
    if (now === undefined) return { ok: false, text: `${name} is gone` };
    const isNew = now.imageId === wanted;
    const well = !isUp(seen ?? now) || (now.state === 'running' && now.health !== 'unhealthy');
    const health = now.health === 'healthy' ? ', healthy' : '';
    return {
      ok: isNew && well,
      text: `${name} runs ${now.image} (${now.imageId.slice(7, 19)}${isNew ? '' : ', as before'}), ${now.state}${health}`,
    };
  });
  const back = steps.some(({ call }) => call === 'start the old container' || call === 'give its name back');
  const ok = findings.every((one) => one.ok) && steps.every((one) => one.ok);
  return { ok, text: `${back ? 'rolled back: ' : ''}${findings.map((one) => one.text).join('; ')}` };
}
