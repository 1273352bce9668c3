import { ownerOf } from '../desk/owner.ts';
import type { ContainerState } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import { duration } from '../lib/format.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { awaitBack, STABLE_MS } from './back.ts';
import { change } from './change.ts';
import { type LifecycleScope, lifecycle } from './lifecycle.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { inStartOrder } from './order.ts';
import { timeoutWords } from './stopped.ts';
import { isCompleted } from './targets.ts';

const RESTARTABLE: ReadonlySet<ContainerState> = new Set([
  'created',
  'running',
  'paused',
  'restarting',
  'exited',
  'unknown',
]);

/**
 * Restarts containers in the order of their dependencies, replicas one at a time. It keeps image and configuration: only a
 * recreation applies changes.
 */
export const restart = lifecycle({
  name: 'restart',
  title: 'Restart',
  help: 'restart, keeping image and configuration',
  key: { id: 'restart', keys: ['r'], hint: 'restart', help: 'restart; rolling, with dependants' },
  alternatives: [
    { label: 'Rolling', action: 'rolling-restart' },
    { label: 'With dependants', action: 'restart-with-dependants' },
  ],
  interrupts: true,
  danger: 2,
  wideDanger: 3,
  starts: true,
  from: RESTARTABLE,
  strict: true,
  // Services stopped on purpose and completed jobs are not part of restarting a project.
  skips: (container, { desk, target }) => {
    const whole = target.kind === 'project' || target.kind === 'marked';
    const service = ownerOf(desk, container.id);
    return whole && (isCompleted(container, desk) || (service?.verdict.code === 'stopped' && !isUp(container)));
  },
  none: { refused: 'it is being removed, or dead', change: 'wait until it is gone, or remove it' },
  note: (container, object) => (isUp(container) ? stopNote(container, object) : `is ${container.state}: starts`),
  order: (objects, desk) => inStartOrder(objects, desk, 'one by one'),
  warnings: restartWarnings,
  options: (settings) => ({ stableMs: settings.stableMs ?? STABLE_MS }),
  each: async (object, context) => [await restartOne(object, context)],
  watch: (object, context, { stableMs }) => awaitBack(object, context, { stableMs: Number(stableMs ?? STABLE_MS) }),
});

/** One restart call, waiting as long as the container's stop timeout asks. */
export function restartOne(object: PlanObject, context: RunContext): Promise<Step> {
  const timeout = object.stopTimeout?.seconds;
  const before = object.seen?.startedAt;
  context.progress(`restarting ${object.name}`);
  return change(
    object,
    `restart (${timeoutWords(timeout)})`,
    context,
    () => context.engine.restart(object.id, timeout),
    (one) => one?.state === 'running' && before !== undefined && one.detail?.startedAt !== before,
  );
}

function restartWarnings(scope: LifecycleScope): string[] {
  const watched = duration(scope.settings.stableMs ?? STABLE_MS);
  const unchecked = scope.containers.filter((one) => one.health === 'none' && one.state === 'running');
  const [first, ...more] = unchecked.map((one) => one.name);
  const names = more.length === 0 ? `${first} has` : `${first} and ${more.length} more have`;
  return [
    ...outageWarnings(scope),
    ...(first === undefined ? [] : [`${names} no health check: counted as back after running for ${watched}.`]),
    'A restart keeps image and configuration: changes of the compose file are not applied.',
  ];
}
