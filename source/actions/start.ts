import { isWell } from '../desk/levels.ts';
import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import { awaitBack, STABLE_MS } from './back.ts';
import { change } from './change.ts';
import { type LifecycleScope, lifecycle } from './lifecycle.ts';
import { inStartOrder } from './order.ts';
import { containersOf, dependencyOf, isCompleted } from './targets.ts';

const STOPPED: ReadonlySet<ContainerState> = new Set(['created', 'exited', 'unknown']);

/**
 * Starts what is stopped or was never started, in the order of the dependencies, each after its conditions (started, healthy,
 * completed) are met by what starts before it. Jobs that have completed are not run again, unless the target is the job itself.
 */
export const start = lifecycle({
  name: 'start',
  title: 'Start',
  help: 'start what is stopped, in the order of the dependencies',
  key: { id: 'toggle', keys: ['t'], hint: 'start', help: 'start what is down' },
  applies: ({ state, desk, target }) =>
    containersOf(state, desk, target).some((one) => STOPPED.has(one.state) && !isCompleted(one, desk)),
  danger: 1,
  starts: true,
  from: STOPPED,
  strict: true,
  none: { refused: 'nothing in it is stopped', change: 'restart it instead' },
  skips: (container, { desk, target }) => {
    const whole = target.kind === 'project' || target.kind === 'marked';
    return whole && isCompleted(container, desk);
  },
  note: (container) => (container.state === 'created' ? 'was never started' : `exited${exitWords(container)}`),
  order: (objects, desk) => inStartOrder(objects, desk, 'together'),
  warnings: unmetConditions,
  options: (settings) => ({ stableMs: settings.stableMs ?? STABLE_MS }),
  each: async (object, context) => {
    context.progress(`starting ${object.name}`);
    return [
      await change(
        object,
        'start',
        context,
        () => context.engine.start(object.id),
        (one) => one?.state === 'running',
      ),
    ];
  },
  watch: (object, context, { stableMs }) =>
    awaitBack(object, context, { stableMs: Number(stableMs ?? STABLE_MS), again: false }),
});

function exitWords(container: ContainerFacts): string {
  return container.exitCode === undefined ? '' : ` with code ${container.exitCode}`;
}

/** Failing dependencies that are not part of the start: it will not wait for them. */
function unmetConditions({ desk, services, containers }: LifecycleScope): string[] {
  const selected = new Set(containers.map((container) => desk.ownerOf.get(container.id)));
  return services.flatMap((service) =>
    service.dependsOn.flatMap((dependency) => {
      const other = dependencyOf(desk, dependency);
      if (other === undefined) return [`${service.name} depends on ${dependency.service}, which does not exist.`];
      const well = isWell(other.verdict.level);
      if (well || selected.has(other.id)) return [];
      return [
        `${service.name} depends on ${other.name} (${dependency.condition}), which has a problem: ${other.verdict.reason}.`,
      ];
    }),
  );
}
