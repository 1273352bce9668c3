import type { Desk, Service } from '../desk/model.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { Action, ActionSettings, PlanObject, RunContext } from './action.ts';
import { awaitBack, STABLE_MS, together } from './back.ts';
import { inWaves, seconds, step } from './call.ts';
import {
  containersOf,
  dependents,
  isSet,
  namesOf,
  planObject,
  refuse,
  serviceSettings,
  servicesOf,
  targetName,
} from './targets.ts';

/** Restarts containers in order, one at a time. It keeps image and configuration: only a recreation applies changes. */
export const restart: Action = {
  name: 'restart',
  title: 'Restart',
  danger: 2,
  plan(state, desk, target, settings = {}) {
    const name = targetName(state, desk, target);
    const containers = containersOf(state, desk, target);
    const services = servicesOf(state, desk, target);
    if (services.some((service) => service.kind === 'swarm')) {
      return refuse('restart', name, 'Swarm replaces a task that is restarted by hand', 'update the service instead');
    }
    if (containers.length === 0) {
      return refuse('restart', name, 'there is no container of it', 'create it first, for example with compose up');
    }
    const stuck = containers.find((container) => !RESTARTABLE.has(container.state));
    if (stuck !== undefined) {
      const change = stuck.state === 'paused' ? 'unpause it first' : 'wait until it is gone, or remove it';
      return refuse('restart', name, `${stuck.name} is ${stuck.state}`, change);
    }
    const count = containers.length === 1 ? '1 container' : `${containers.length} containers, one after the other`;
    return {
      action: 'restart',
      title: `Restart ${name} (${count})`,
      danger: 2,
      target,
      name,
      objects: containers.map((container, index) => ({ ...restartObject(container, desk, settings), wave: index })),
      warnings: restartWarnings(desk, services, containers, settings),
      options: { stableMs: settings.stableMs ?? STABLE_MS },
    };
  },
  run: (plan, context) => inWaves(plan.objects, 1, context, async (object) => [await restartOne(object, context)]),
  async verify(plan, context) {
    const stableMs = Number(plan.options?.stableMs ?? STABLE_MS);
    const findings = await Promise.all(
      plan.objects.map(async (object) => ({ name: object.name, finding: await awaitBack(object, context, stableMs) })),
    );
    return together(findings);
  },
};

const RESTARTABLE: ReadonlySet<string> = new Set(['created', 'running', 'restarting', 'exited', 'unknown']);

/** One restart call, waiting as long as the container's stop timeout asks. */
export function restartOne(object: PlanObject, context: RunContext) {
  const timeout = object.stopTimeout?.seconds ?? 10;
  context.progress(`restarting ${object.name}`);
  return step(object, `restart (stop timeout ${timeout} s)`, context, () => context.engine.restart(object.id, timeout));
}

export function restartObject(container: ContainerFacts, desk: Desk, settings: ActionSettings): PlanObject {
  const object = planObject(container, desk, '', settings);
  return {
    ...object,
    note: container.state === 'running' ? stopNote(container, object) : `is ${container.state}: starts`,
  };
}

/** "SIGTERM, after 30 s SIGKILL (the container's stop timeout)". */
export function stopNote(container: ContainerFacts, object: PlanObject): string {
  const from = {
    container: "the container's stop timeout",
    settings: 'from the settings',
    default: "Docker's default",
  };
  const timeout = object.stopTimeout ?? { seconds: 10, from: 'default' };
  return `${container.detail?.stopSignal ?? 'SIGTERM'}, after ${timeout.seconds} s SIGKILL (${from[timeout.from]})`;
}

function restartWarnings(
  desk: Desk,
  services: readonly Service[],
  containers: readonly ContainerFacts[],
  settings: ActionSettings,
): string[] {
  const warnings = outageWarnings(desk, services, containers, settings);
  for (const container of containers) {
    if (container.health === 'none' && container.state !== 'created') {
      const watched = seconds(settings.stableMs ?? STABLE_MS);
      warnings.push(`${container.name} has no health check: it counts as back once it has run for ${watched}.`);
    }
  }
  warnings.push('A restart keeps image and configuration: changes of the compose file are not applied.');
  return warnings;
}

/** What any stop of these services means: who depends on them, and what they hold in memory only. */
export function outageWarnings(
  desk: Desk,
  services: readonly Service[],
  containers: readonly ContainerFacts[],
  settings: ActionSettings,
): string[] {
  const warnings: string[] = [];
  for (const service of services) {
    const waiting = dependents(desk, service);
    if (waiting.length > 0)
      warnings.push(`${waiting.join(', ')} depend${waiting.length === 1 ? 's' : ''} on ${service.name}.`);
    const own = containers.filter((container) => desk.ownerOf.get(container.id) === service.id);
    const memory = own.map((container) => memoryNote(container, service, settings)).find((note) => note !== undefined);
    if (memory !== undefined) warnings.push(`${service.name} keeps state in memory that will be lost${memory}.`);
  }
  return warnings;
}

/** What the label `deskhand.memory` or the settings say of state in memory: ": orders and balances", or just that there is some. */
function memoryNote(container: ContainerFacts, service: Service, settings: ActionSettings): string | undefined {
  const label = container.labels['deskhand.memory'] ?? serviceSettings(settings, namesOf(container, service)).memory;
  if (label === undefined || label === '' || label === 'false') return undefined;
  return isSet(label) ? '' : `: ${label}`;
}
