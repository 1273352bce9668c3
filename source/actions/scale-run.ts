import { LABEL } from '../desk/identity.ts';
import { fields, text } from '../engine/parse/fields.ts';
import type { Plan, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack } from './back.ts';
import { seconds, step } from './call.ts';
import { cloneSpec } from './clone.ts';
import { stopOne } from './stopped.ts';
import { isSet } from './targets.ts';
import type { Finding } from './watch.ts';

/** One object after the other, ending at the first that fails: the rest is left as it is. */
export async function runScale(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const object of plan.objects) {
    if (context.signal.aborted) break;
    steps.push(...(await scaleOne(object, plan, context)));
    if (steps.some(({ ok }) => !ok)) break;
  }
  return steps;
}

function scaleOne(object: PlanObject, plan: Plan, context: RunContext): Promise<readonly Step[]> {
  if (object.kind === 'swarm-service') return scaleSwarm(object, plan, context);
  return object.fresh === true
    ? addReplica(object, String(plan.options?.template), context)
    : dropReplica(object, context);
}

async function scaleSwarm(object: PlanObject, plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { wanted, version } = plan.options ?? {};
  const call = `set replicas to ${wanted}`;
  return [
    await step(object, call, context, () => context.engine.scaleService(object.id, Number(version), Number(wanted))),
  ];
}

/** Stopped in its time, then removed; its volumes stay. */
async function dropReplica(object: PlanObject, context: RunContext): Promise<readonly Step[]> {
  const stopped = object.seen?.state === 'running' ? [await stopOne(object, context)] : [];
  if (stopped.some(({ ok }) => !ok)) return stopped;
  const how = { force: false, volumes: false };
  return [...stopped, await step(object, 'remove', context, () => context.engine.remove(object.id, how))];
}

/** Created, connected, started, awaited. One that does not come up is removed again, with the reason in its step. */
async function addReplica(object: PlanObject, template: string, context: RunContext): Promise<readonly Step[]> {
  let made: string | undefined;
  context.progress(`creating ${object.name}`);
  const created = await step(object, 'create', context, async () => {
    made = await createClone(object, template, context);
  });
  if (made === undefined) return [created];
  const id = made;
  const started = created.ok ? [await step(object, 'start', context, () => context.engine.start(id))] : [];
  const up = started.every(({ ok }) => ok) && created.ok ? [await awaitUp(object, id, context)] : [];
  const steps = [created, ...started, ...up];
  if (steps.every(({ ok }) => ok)) return steps;
  const how = { force: true, volumes: true };
  return [...steps, await step(object, 'remove again', context, () => context.engine.remove(id, how))];
}

async function createClone(object: PlanObject, template: string, context: RunContext): Promise<string> {
  const { engine } = context;
  const inspect = fields(await engine.inspect('container', template));
  const number = Number(/\d+$/.exec(object.name)?.[0]);
  const clone = cloneSpec(inspect, number);
  const image = await sameImage(text(fields(inspect.Config).Image), text(inspect.Image), context);
  const { id } = await engine.create(clone.name, { ...clone.body, Image: image });
  try {
    for (const { network, endpoint } of clone.connect) await engine.connect(network, id, endpoint);
  } catch (error) {
    await engine.remove(id, { force: true, volumes: true }).catch(() => undefined);
    throw error;
  }
  return id;
}

/** The image by its name, as compose has it; by its id where the name means another image by now. */
async function sameImage(name: string, id: string, { engine }: RunContext): Promise<string> {
  const named = await engine.inspect('image', name).catch(() => undefined);
  return text(fields(named).Id) === id ? name : id;
}

async function awaitUp(object: PlanObject, id: string, context: RunContext): Promise<Step> {
  const since = context.now();
  return step(object, 'wait until it is up', context, async () => {
    const finding = await awaitBack({ ...object, id }, context, { since, again: false });
    if (!finding.ok) throw new Error(finding.text);
  });
}

/** Counts on the engine what is there now. */
export async function verifyScale(plan: Plan, context: RunContext): Promise<Finding> {
  const wanted = Number(plan.options?.wanted);
  const [object] = plan.objects;
  if (object?.kind === 'swarm-service') return watchSwarm(object, wanted, context);
  const label = object?.service?.replace(/^compose:/, '') ?? '';
  const all = await context.engine.containers({ signal: context.signal });
  const own = all.filter(({ labels }) => {
    return `${labels[LABEL.project]}/${labels[LABEL.service]}` === label && !isSet(labels[LABEL.oneoff]);
  });
  const running = own.filter(({ state }) => state === 'running').length;
  const took = seconds(context.now() - context.begun);
  const text = `${running} of ${wanted} running after ${took}`;
  return { ok: own.length === wanted && running === wanted, text };
}

/** Swarm reaches the number in its own time. */
async function watchSwarm(object: PlanObject, wanted: number, context: RunContext): Promise<Finding> {
  const limit = object.verifyTimeoutMs ?? 60_000;
  while (!context.signal.aborted) {
    const services = await context.engine.swarmServices({ signal: context.signal }).catch(() => []);
    const running = services.find(({ id }) => id === object.id)?.running;
    const took = context.now() - context.begun;
    if (running === wanted) return { ok: true, text: `${running} of ${wanted} running after ${seconds(took)}` };
    if (took > limit) return { ok: false, text: `${running ?? 'unknown'} of ${wanted} running after ${seconds(took)}` };
    context.progress(`${object.name}: ${running ?? 'unknown'} of ${wanted} running`);
    await context.wait(500, context.signal).catch(() => undefined);
  }
  return { ok: false, text: 'not watched to the end: cancelled' };
}
