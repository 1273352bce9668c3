import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import type { Action, PlanObject, RunContext, Step } from './action.ts';
import { seconds, step } from './call.ts';
import { type Lifecycle, type LifecycleScope, lifecycle } from './lifecycle.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { inStopOrder } from './order.ts';
import { type Finding, watch } from './watch.ts';

const RUNNING: ReadonlySet<ContainerState> = new Set(['running', 'paused', 'restarting']);
const NOT_RUNNING = { refused: 'nothing of it is running', change: 'there is nothing to stop' };

/** Stops containers, those that depend on others first; each gets its stop timeout. Logs and containers stay. */
export const stop: Action = lifecycle({
  name: 'stop',
  title: 'Stop',
  danger: 2,
  projectDanger: 3,
  from: RUNNING,
  none: NOT_RUNNING,
  note: stopNote,
  order: inStopOrder,
  warnings: (scope) => [...outageWarnings(scope), ...policyWarning(scope)],
  each: async (object, context) => [await stopOne(object, context)],
  watch: (object, context) => awaitStopped(object, context),
});

/** Sends a signal at once, without a stop timeout. Other signals than SIGKILL may mean anything to the program. */
export function killWith(signal: string): Action {
  const kind: Lifecycle = {
    name: 'kill',
    title: `Kill (${signal})`,
    danger: 2,
    projectDanger: 3,
    from: RUNNING,
    none: NOT_RUNNING,
    note: () => `${signal} at once`,
    order: (objects) => [...objects],
    warnings: (scope) => [
      ...outageWarnings(scope),
      ...(signal === 'SIGKILL' ? ['SIGKILL gives no time to save anything: stop does.'] : []),
    ],
    options: () => ({ signal }),
    each: async (object, context) => {
      context.progress(`sending ${signal} to ${object.name}`);
      return [await step(object, `kill ${signal}`, context, () => context.engine.kill(object.id, signal))];
    },
    watch: (object, context) => (signal === 'SIGKILL' ? awaitStopped(object, context) : afterSignal(object, context)),
  };
  return lifecycle(kind);
}

export const kill: Action = killWith('SIGKILL');

/** Freezes the processes; the container counts as up, but answers nothing. */
export const pause: Action = lifecycle({
  name: 'pause',
  title: 'Pause',
  danger: 2,
  projectDanger: 3,
  from: new Set(['running']),
  none: { refused: 'nothing of it is running', change: 'there is nothing to pause' },
  note: () => 'frozen until it is unpaused; health checks stop',
  order: inStopOrder,
  warnings: (scope) => outageWarnings(scope).filter((warning) => !warning.includes('in memory')),
  each: async (object, context) => [await step(object, 'pause', context, () => context.engine.pause(object.id))],
  watch: (object, context) => awaitState(object, context, 'paused'),
});

export const unpause: Action = lifecycle({
  name: 'unpause',
  title: 'Unpause',
  danger: 1,
  from: new Set(['paused']),
  none: { refused: 'nothing of it is paused', change: 'there is nothing to unpause' },
  note: () => 'goes on where it was frozen',
  order: (objects) => [...objects],
  warnings: () => [],
  each: async (object, context) => [await step(object, 'unpause', context, () => context.engine.unpause(object.id))],
  watch: (object, context) => awaitState(object, context, 'running'),
});

/** Stops containers where they run, and removes them: their logs and their own layer are lost, volumes stay. */
export const remove: Action = lifecycle({
  name: 'remove',
  title: 'Remove',
  danger: 3,
  from: new Set(['created', 'running', 'paused', 'restarting', 'exited', 'dead', 'unknown']),
  none: { refused: 'it is being removed already', change: 'wait until it is gone' },
  note: (container, object) =>
    RUNNING.has(container.state) ? `stopped first: ${stopNote(container, object)}` : `is ${container.state}`,
  order: inStopOrder,
  warnings: (scope) => [...outageWarnings(scope), ...removalWarnings(scope)],
  async each(object, context) {
    const running = object.seen !== undefined && RUNNING.has(object.seen.state);
    const stopped = running ? [await stopOne(object, context)] : [];
    if (stopped.some(({ ok }) => !ok)) return stopped;
    const how = { force: false, volumes: false };
    context.progress(`removing ${object.name}`);
    return [...stopped, await step(object, 'remove', context, () => context.engine.remove(object.id, how))];
  },
  watch: (object, context) =>
    watch(object, context, {
      since: context.begun,
      judge: (container, now) =>
        container === undefined ? { ok: true, text: `gone after ${seconds(now - context.begun)}` } : undefined,
      waiting: (container) => container.state,
    }),
});

/** One stop call, waiting as long as the container's stop timeout asks. */
export function stopOne(object: PlanObject, context: RunContext): Promise<Step> {
  const timeout = object.stopTimeout?.seconds ?? 10;
  context.progress(`stopping ${object.name} (up to ${timeout} s)`);
  return step(object, `stop (timeout ${timeout} s)`, context, () => context.engine.stop(object.id, timeout));
}

/** A container with --rm is gone rather than stopped. */
function awaitStopped(object: PlanObject, context: RunContext): Promise<Finding> {
  const since = context.begun;
  return watch(object, context, {
    since,
    judge(container, now) {
      if (container === undefined) return { ok: true, text: `stopped and gone after ${seconds(now - since)}` };
      if (container.state !== 'exited' && container.state !== 'dead') return undefined;
      return { ok: true, text: `stopped after ${seconds(now - since)}${exitNote(container)}` };
    },
    waiting: (container) => container.state,
  });
}

/** 137 is 128 + SIGKILL: the stop signal was not heeded in time (unless memory ran out, which the engine says). */
function exitNote(container: ContainerFacts): string {
  if (container.exitCode === undefined) return '';
  return container.exitCode === 137 ? ' (exit code 137: killed)' : ` (exit code ${container.exitCode})`;
}

function awaitState(object: PlanObject, context: RunContext, state: ContainerState): Promise<Finding> {
  return watch(object, context, {
    since: context.begun,
    judge(container, now) {
      if (container === undefined) return { ok: false, text: 'was removed meanwhile' };
      if (container.state === state) return { ok: true, text: `${state} after ${seconds(now - context.begun)}` };
      return container.state === 'exited' ? { ok: false, text: `exited${exitNote(container)}` } : undefined;
    },
    waiting: (container) => container.state,
  });
}

/** A signal was sent: what the container is now is all that can be said. */
async function afterSignal(object: PlanObject, context: RunContext): Promise<Finding> {
  return watch(object, context, {
    since: context.begun,
    judge: (container) => ({ ok: true, text: `signal sent; now ${container?.state ?? 'gone'}` }),
    waiting: (container) => container.state,
  });
}

function policyWarning({ containers }: LifecycleScope): string[] {
  const back = containers.filter((one) => one.detail?.restartPolicy.name === 'always').map((one) => one.name);
  return back.length === 0 ? [] : [`${back.join(', ')} will start again with the engine (restart policy always).`];
}

function removalWarnings({ containers, services }: LifecycleScope): string[] {
  const warnings = ['Logs and everything written outside of volumes are lost; volumes stay.'];
  if (services.some((service) => service.job)) warnings.push('The result of a job is lost with its container.');
  if (containers.some((one) => one.labels['com.docker.compose.project'] !== undefined)) {
    warnings.push('Only compose up makes it anew.');
  }
  return warnings;
}
