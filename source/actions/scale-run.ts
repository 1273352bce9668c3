import { LABEL } from '../desk/identity.ts';
import { readLastLines } from '../engine/api/last-lines.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { fields, text } from '../engine/parse/fields.ts';
import { isUp } from '../lib/container-state.ts';
import { duration, plural } from '../lib/format.ts';
import type { Plan, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack } from './back.ts';
import { step } from './call.ts';
import { change, isAnswerLost } from './change.ts';
import { cloneSpec } from './clone.ts';
import { isSet } from './marks.ts';
import { scaleSwarm, watchSwarm } from './scale-swarm.ts';
import { isGone, stopOne } from './stopped.ts';
import { replicaNumber } from './targets.ts';
import type { Finding } from './watch.ts';

/** Log lines of a replica that did not start, for its step, as its log is removed with it. */
const LAST_LINES = 5;
/** Interval and number of checks for a replica whose creation was not answered. */
const LOOK_MS = 500;
const LOOKS = 40;

/** One object after the other, stopping at the first failure. */
export async function runScale(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [done, object] of plan.objects.entries()) {
    if (context.signal.aborted) break;
    steps.push(...(await scaleOne(object, plan, done, context)));
    if (steps.some(({ ok }) => !ok)) break;
  }
  return steps;
}

async function scaleOne(object: PlanObject, plan: Plan, done: number, context: RunContext): Promise<readonly Step[]> {
  if (object.kind === 'swarm-service') return scaleSwarm(object, plan, context);
  const have = Number(plan.options?.have) + (object.fresh === true ? done : -done);
  const counted = await step(object, 'count the replicas', context, async () => {
    const now = new Set((await replicasOf(object, context)).map(replicaNumber)).size;
    if (now !== have)
      throw new Error(
        `there ${now === 1 ? 'is' : 'are'} ${plural(now, 'replica')}, not ${have} as in the plan: someone else is scaling`,
      );
  });
  if (!counted.ok) return [counted];
  return object.fresh === true ? addReplica(object, plan.options ?? {}, context) : dropReplica(object, context);
}

/** Stopped in its time where it is up, then removed; its volumes stay. */
async function dropReplica(object: PlanObject, context: RunContext): Promise<readonly Step[]> {
  const stopped = object.seen !== undefined && isUp(object.seen) ? [await stopOne(object, context)] : [];
  if (stopped.some(({ ok }) => !ok)) return stopped;
  const how = { force: false, volumes: false };
  const removed = await change(object, 'remove', context, () => context.engine.remove(object.id, how), isGone);
  return [...stopped, removed];
}

/** Created, connected, started, awaited. One that does not come up is removed again, with the reason in its step. */
async function addReplica(
  object: PlanObject,
  { template, stableMs }: NonNullable<Plan['options']>,
  context: RunContext,
): Promise<readonly Step[]> {
  let id: string | undefined;
  context.progress(`creating ${object.name}`);
  const created = await change(object, 'create', context, async () => {
    id = await createClone(object, String(template), context);
  });
  if (id === undefined) return [created];
  const made = { ...object, id };
  const steps: Step[] = [{ ...created, result: `container ${id.slice(0, 12)}` }];
  if (created.ok) steps.push(await startReplica(made, context));
  if (steps.every(({ ok }) => ok)) steps.push(await awaitUp(made, Number(stableMs), context));
  if (steps.every(({ ok }) => ok)) return steps;
  const words = await lastWords(made, context);
  const how = { force: true, volumes: true };
  const gone = await change(made, 'remove again', context, () => context.engine.remove(made.id, how), isGone);
  return [...steps, { ...gone, result: words }];
}

function startReplica(made: PlanObject, context: RunContext): Promise<Step> {
  return change(
    made,
    'start',
    context,
    () => context.engine.start(made.id),
    (one) => one !== undefined && one.state !== 'created',
  );
}

/** Its output, as its log is removed with it. */
export async function lastWords({ id }: PlanObject, { engine }: RunContext): Promise<string | undefined> {
  const read = await readLastLines(engine, { id, tty: false, lines: LAST_LINES }).catch(() => undefined);
  return read && read.lines.length > 0 ? `its last lines: ${read.lines.join(' | ')}` : undefined;
}

async function createClone(object: PlanObject, template: string, context: RunContext): Promise<string> {
  const { engine } = context;
  const inspect = fields(await engine.inspect('container', template));
  const number = Number(/\d+$/.exec(object.name)?.[0]);
  const clone = cloneSpec(inspect, number);
  const image = await sameImage(text(fields(inspect.Config).Image), text(inspect.Image), context);
  const id = await engine.create(clone.name, { ...clone.body, Image: image }).then(
    (answer) => answer.id,
    (error: unknown) => found(clone.name, object, context, error),
  );
  try {
    for (const { network, endpoint } of clone.connect) await engine.connect(network, id, endpoint);
  } catch (error) {
    await engine.remove(id, { force: true, volumes: true }).catch(() => undefined);
    throw error;
  }
  return id;
}

/** A replica whose creation was not answered in time may appear a little later. */
async function found(name: string, object: PlanObject, context: RunContext, error: unknown): Promise<string> {
  if (!isAnswerLost(error)) throw error;
  for (let look = 0; look < LOOKS && !context.signal.aborted; look += 1) {
    const own = await replicasOf(object, context).catch(() => []);
    const made = own.find((one) => one.name === name && one.state === 'created');
    if (made !== undefined) return made.id;
    context.progress(`${name}: the answer was lost; looking whether it was created`);
    await context.wait(LOOK_MS, context.signal).catch(() => undefined);
  }
  throw error;
}

/** The image by its name, as compose has it; by its id where the name means another image by now. */
async function sameImage(name: string, id: string, { engine }: RunContext): Promise<string> {
  const named = await engine.inspect('image', name).catch(() => undefined);
  return text(fields(named).Id) === id ? name : id;
}

async function awaitUp(made: PlanObject, stableMs: number, context: RunContext): Promise<Step> {
  const since = context.now();
  return step(made, 'wait until it is up', context, async () => {
    const finding = await awaitBack(made, context, { since, stableMs, again: false });
    if (!finding.ok) throw new Error(finding.text);
  });
}

/** The replicas that the engine has now of the service of an object. */
async function replicasOf(object: PlanObject, { engine, signal }: RunContext): Promise<ContainerFacts[]> {
  const label = object.service?.replace(/^compose:/, '') ?? '';
  const all = await engine.containers({ signal });
  return all.filter(({ labels }) => {
    return `${labels[LABEL.project]}/${labels[LABEL.service]}` === label && !isSet(labels[LABEL.oneoff]);
  });
}

/** Counts on the engine what is there now. */
export async function verifyScale(plan: Plan, context: RunContext): Promise<Finding> {
  const { wanted = 0, running: expected = wanted } = plan.options ?? {};
  const [object] = plan.objects;
  if (object?.kind === 'swarm-service') return watchSwarm(object, Number(wanted), context);
  if (object === undefined) return { ok: true, text: 'nothing to do' };
  const own = await replicasOf(object, context);
  const running = own.filter(({ state }) => state === 'running').length;
  const text = `${running} of ${wanted} running after ${duration(context.now() - context.begun)}`;
  return { ok: own.length === Number(wanted) && running >= Number(expected), text };
}
