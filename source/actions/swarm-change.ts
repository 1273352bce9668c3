import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { duration } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanInput, PlanObject, RunContext, Step } from './action.ts';
import { change, isAnswerLost } from './change.ts';
import { marksOfService } from './marks.ts';
import { servicesOf } from './targets.ts';
import type { Finding } from './watch.ts';

/** The Swarm service that a target is; undefined for anything else. */
export function swarmService({
  state,
  desk,
  target,
}: Pick<PlanInput, 'state' | 'desk' | 'target'>): Service | undefined {
  const [only, ...more] = servicesOf(state, desk, target);
  return only?.swarm && more.length === 0 ? only : undefined;
}

/** Rows and targets that are Swarm services. */
export const onSwarm: NonNullable<Action['applies']> = (where) => swarmService(where) !== undefined;

type Wording = { action: string; title: string; danger: Danger; note: string; warnings: readonly string[] };

/** The plan of a change to one Swarm service, on the version that was seen. */
export function planSwarmChange(input: PlanInput, service: Service, words: Wording): Plan {
  const { swarm } = service;
  const name = serviceName(service);
  const object: PlanObject = {
    kind: 'swarm-service',
    id: swarm?.id ?? '',
    name: swarm?.name ?? name,
    note: words.note,
    service: service.id,
    project: service.project,
    protectedBy: marksOfService(service, input.settings).protectedBy,
    interrupted: true,
  };
  return {
    action: words.action,
    title: `${words.title} ${name}`,
    danger: words.danger,
    target: input.target,
    name,
    objects: [object],
    warnings: words.warnings,
    options: { version: swarm?.version ?? 0 },
  };
}

/** One call on the planned version; where its answer is lost the service itself shows whether it arrived. */
export async function changeSwarm(
  { objects: [object], options = {} }: Plan,
  call: string,
  context: RunContext,
  work: (id: string, version: number) => Promise<void>,
): Promise<readonly Step[]> {
  if (!object) return [];
  const version = Number(options.version);
  const done = change(object, call, context, async () => {
    try {
      await work(object.id, version);
    } catch (error) {
      const now = isAnswerLost(error) ? await serviceNow(object.id, context) : undefined;
      if (now === undefined || now.version <= version) throw error;
    }
  });
  return [await done];
}

/** Undefined where it is gone, or no manager answers. */
export async function serviceNow(
  id: string,
  { engine, signal }: Pick<RunContext, 'engine' | 'signal'>,
): Promise<SwarmService | undefined> {
  const services = await engine.swarmServices({ signal }).catch(() => []);
  return services.find((one) => one.id === id);
}

/** Nothing at all is Swarm's state between taking an update and beginning it, and for one that replaces no task. */
const UNDER_WAY = /^(|updating|rollback_started)$/;
const STUCK = /paused$/;
const LIMIT_MS = 120_000;
/** After so long with all tasks running nothing more is to come. */
const IDLE_MS = 15_000;
const LOOK_MS = 500;

/** Looks until Swarm has replaced the tasks, or says why it does not. */
export async function watchUpdate(
  { objects: [object], options = {} }: Plan,
  context: RunContext,
  steps: readonly Step[],
): Promise<Finding> {
  // Nothing is under way where the call failed.
  if (!steps.every(({ ok }) => ok)) return { ok: false, text: '' };
  const since = context.now();
  for (;;) {
    const now = object && (await serviceNow(object.id, context));
    const took = context.now() - context.begun;
    const finding = now && judged(now, Number(options.version), { took, watched: context.now() - since });
    if (finding) return finding;
    const state = now?.updateState?.replaceAll('_', ' ') ?? '';
    if (context.signal.aborted) return { ok: false, text: 'not verified: cancelled' };
    if (context.now() - since > LIMIT_MS)
      return { ok: false, text: `after ${duration(took)} still ${state || 'unchanged'}` };
    context.progress(`${object?.name}: ${state || 'waiting'}, ${now?.running ?? 0} running`);
    await context.wait(LOOK_MS, context.signal);
  }
}

/** Undefined while it goes on. */
function judged(
  { version, updateState = '', updateMessage, running, desired, wanted }: SwarmService,
  planned: number,
  { took, watched }: { took: number; watched: number },
): Finding | undefined {
  if (version <= planned) return undefined;
  const isRunning = running >= (desired ?? wanted ?? 0);
  if (UNDER_WAY.test(updateState) && !(isRunning && watched > IDLE_MS)) return undefined;
  if (STUCK.test(updateState))
    return { ok: false, text: `the update is paused: ${updateMessage || 'Swarm does not say why'}` };
  if (!isRunning) return undefined;
  const how = updateState === '' ? 'updated' : updateState.replaceAll('_', ' ');
  return { ok: true, text: `${how}; ${running} running after ${duration(took)}` };
}
