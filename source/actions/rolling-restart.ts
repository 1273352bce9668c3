import type { Service } from '../desk/model.ts';
import type { ContainerMemory, DeskState } from '../desk/state.ts';
import { duration } from '../lib/format.ts';
import { containerId } from '../lib/ids.ts';
import type { Action, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack, STABLE_MS } from './back.ts';
import { step } from './call.ts';
import { ON_CONTAINERS } from './lifecycle.ts';
import { stopNote } from './notes.ts';
import { restart, restartOne } from './restart.ts';
import { inOrder } from './schedule.ts';
import { containersOf, refuse, servicesOf, targetName } from './targets.ts';

/**
 * Restarts the replicas of one service one after the other, each only when the one before is healthy again (or has run for
 * `stableMs` without a health check). Stops at the first failure and leaves the rest alone.
 */
export const rollingRestart: Action = {
  name: 'rolling-restart',
  aliases: ['rolling'],
  title: 'Rolling restart',
  help: 'restart the replicas of one service one after the other',
  danger: 2,
  interrupts: true,
  on: ON_CONTAINERS,
  plan(input) {
    const { state, desk, target, settings } = input;
    const name = targetName(state, desk, target);
    const services = servicesOf(state, desk, target);
    const [service] = services;
    if (service === undefined || services.length > 1) {
      return refuse('rolling-restart', name, 'a rolling restart needs exactly one service', 'choose one service');
    }
    const made = restart.plan(input);
    if ('refused' in made) return { ...made, action: 'rolling-restart' };
    const containers = new Map(containersOf(state, desk, target).map((one) => [one.id, one]));
    const objects = made.objects.map((object, index): PlanObject => {
      const container = containers.get(containerId(object.id));
      const before = made.objects[index - 1];
      const after = before === undefined ? [] : ([{ id: before.id, until: 'done' }] as const);
      const note = container === undefined ? object.note : stopNote(container, object);
      return { ...object, after, wave: index, note: `${note}; then waits until ${awaited(object, settings.stableMs)}` };
    });
    return {
      ...made,
      action: 'rolling-restart',
      title: `Rolling restart of ${name} (${objects.length} of ${service.wanted}, one at a time)`,
      objects,
      warnings: [...single(state, service, objects), ...made.warnings],
    };
  },
  run: (plan, context) => inOrder(plan.objects, 1, context, (object) => roll(object, plan.options?.stableMs, context)),
  async verify(plan, context, steps) {
    const times = steps.filter((done) => done.call === WAIT).map((done) => `${done.object} ${duration(done.ms)}`);
    const states = await Promise.all(plan.objects.map(({ id }) => context.engine.container(id).catch(() => undefined)));
    const well = states.filter((one) => one?.state === 'running' && one.health !== 'unhealthy').length;
    const text = `${well} of ${plan.objects.length} ok; back after: ${times.join(', ')}`;
    return { ok: well === plan.objects.length, text };
  },
};

const WAIT = 'wait until it is back';

async function roll(object: PlanObject, stableMs: unknown, context: RunContext): Promise<readonly Step[]> {
  const since = context.now();
  const restarted = await restartOne(object, context);
  if (!restarted.ok) return [restarted];
  const waited = await step(object, WAIT, context, async () => {
    const finding = await awaitBack(object, context, { since, stableMs: Number(stableMs ?? STABLE_MS) });
    if (!finding.ok) throw new Error(finding.text);
  });
  return [restarted, waited];
}

function awaited(object: PlanObject, stableMs = STABLE_MS): string {
  return object.healthCheck === true ? 'healthy' : `it has run for ${duration(stableMs)}`;
}

/** Warns that a single replica has an outage, with the duration of its last start. */
function single(state: DeskState, service: Service, objects: readonly PlanObject[]): string[] {
  const [only] = objects;
  if (only === undefined || objects.length > 1) return [];
  const memory = state.memory.get(containerId(only.id));
  const took = memory === undefined ? undefined : lastStart(memory);
  const known =
    took === undefined
      ? '; how long its last start took was not seen'
      : `; its last start took ${duration(took)} until healthy`;
  const fixed = service.ports.some((port) => port.host !== undefined) ? ' on a fixed port' : '';
  return [`A single replica${fixed} cannot be restarted without an outage${known}.`];
}

/** From the last start to the first health after it, in ms. */
function lastStart(memory: ContainerMemory): number | undefined {
  const started = memory.starts.at(-1);
  if (started === undefined) return undefined;
  const healthy = memory.healthChanges.find((change) => change.at >= started && change.health === 'healthy');
  return healthy === undefined ? undefined : healthy.at - started;
}
