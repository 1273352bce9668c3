import { dependantsOf } from '../desk/impact.ts';
import type { ContainerState } from '../engine/facts.ts';
import type { Action, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack, STABLE_MS } from './back.ts';
import { seconds, step } from './call.ts';
import { type Lifecycle, type LifecycleScope, lifecycle } from './lifecycle.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { inStartOrder } from './order.ts';
import { refuse, servicesOf, targetName } from './targets.ts';

const RESTARTABLE: ReadonlySet<ContainerState> = new Set([
  'created',
  'running',
  'paused',
  'restarting',
  'exited',
  'unknown',
]);

const LIVING: ReadonlySet<ContainerState> = new Set(['running', 'paused', 'restarting']);

const kind: Lifecycle = {
  name: 'restart',
  title: 'Restart',
  danger: 2,
  projectDanger: 3,
  from: RESTARTABLE,
  none: { refused: 'it is being removed, or dead', change: 'wait until it is gone, or remove it' },
  note: (container, object) =>
    LIVING.has(container.state) ? stopNote(container, object) : `is ${container.state}: starts`,
  order: (objects, desk) => inStartOrder(objects, desk, 'one by one'),
  warnings: restartWarnings,
  options: (settings) => ({ stableMs: settings.stableMs ?? STABLE_MS }),
  each: async (object, context) => [await restartOne(object, context)],
  watch: (object, context, { stableMs }) => awaitBack(object, context, { stableMs: Number(stableMs ?? STABLE_MS) }),
};

/**
 * Restarts containers in the order of their dependencies, replicas one at a time. It keeps image and configuration: only a
 * recreation applies changes.
 */
export const restart: Action = lifecycle(kind);

/** Restarts services and then all that need them, directly or through others. */
export const restartWithDependants: Action = {
  ...restart,
  name: 'restart-with-dependants',
  title: 'Restart with dependants',
  plan(state, desk, target, settings) {
    const name = targetName(state, desk, target);
    const services = servicesOf(state, desk, target);
    const others = services.flatMap((service) => dependantsOf(desk, service.id)).filter((other) => !other.job);
    if (others.length === 0) {
      return refuse('restart-with-dependants', name, 'nothing depends on it', 'restart it alone');
    }
    const ids = [...new Set([...services, ...others].map((service) => service.id))];
    const made = restart.plan(state, desk, { engine: target.engine, kind: 'marked', id: target.id, ids }, settings);
    if ('refused' in made) return { ...made, action: 'restart-with-dependants', name };
    const title = `Restart ${name} and what depends on it (${made.objects.length} containers)`;
    return { ...made, action: 'restart-with-dependants', title, target, name };
  },
};

/** One restart call, waiting as long as the container's stop timeout asks. */
export function restartOne(object: PlanObject, context: RunContext): Promise<Step> {
  const timeout = object.stopTimeout?.seconds ?? 10;
  context.progress(`restarting ${object.name}`);
  return step(object, `restart (stop timeout ${timeout} s)`, context, () => context.engine.restart(object.id, timeout));
}

function restartWarnings(scope: LifecycleScope): string[] {
  const watched = seconds(scope.settings.stableMs ?? STABLE_MS);
  const unchecked = scope.containers.filter((one) => one.health === 'none' && one.state === 'running');
  const [first, ...more] = unchecked.map((one) => one.name);
  const names = more.length === 0 ? `${first} has` : `${first} and ${more.length} more have`;
  return [
    ...outageWarnings(scope),
    ...(first === undefined ? [] : [`${names} no health check: back means running for ${watched}.`]),
    'A restart keeps image and configuration: changes of the compose file are not applied.',
  ];
}
