import type { Desk, Service } from '../desk/model.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { hasProcess } from '../lib/container-state.ts';
import type { ActionSettings, PlanObject } from './action.ts';
import type { LifecycleScope } from './lifecycle.ts';
import { dependents, isSet, namesOf, serviceSettings } from './targets.ts';

/** "SIGTERM, after 30 s SIGKILL (the container's stop timeout)". */
export function stopNote(container: ContainerFacts, object: PlanObject): string {
  const origins = {
    container: "the container's stop timeout",
    settings: 'from the settings',
    default: "Docker's default",
  };
  const { seconds, from } = object.stopTimeout ?? { seconds: 10, from: 'default' };
  const signal = container.detail?.stopSignal ?? 'SIGTERM';
  if (seconds < 0) return `${signal}, then waits without end (${origins[from]})`;
  return `${signal}, after ${seconds} s SIGKILL (${origins[from]})`;
}

/** What any stop of these services means: who depends on them, and what they hold in memory only. */
export function outageWarnings(scope: LifecycleScope): string[] {
  return [...dependentsWarnings(scope), ...memoryWarnings(scope)];
}

/** Who depends on these services and is not acted upon. */
export function dependentsWarnings({ desk, services }: LifecycleScope): string[] {
  const selected = new Set(services.map((service) => service.id));
  return services.flatMap((service) => dependentsWarning(desk, service, selected));
}

/** What these services hold in memory only. */
export function memoryWarnings({ desk, services, containers, settings }: LifecycleScope): string[] {
  return services.flatMap((service) => memoryWarning(desk, service, containers, settings));
}

/** Those that are acted upon too need no warning. */
function dependentsWarning(desk: Desk, service: Service, selected: ReadonlySet<string>): string[] {
  const others = { ...desk, services: desk.services.filter((other) => !selected.has(other.id)) };
  const waiting = dependents(others, service);
  if (waiting.length === 0) return [];
  return [`${waiting.join(', ')} depend${waiting.length === 1 ? 's' : ''} on ${service.name}.`];
}

function memoryWarning(
  desk: Desk,
  service: Service,
  containers: readonly ContainerFacts[],
  settings: ActionSettings,
): string[] {
  const own = containers.filter((container) => desk.ownerOf.get(container.id) === service.id);
  const note = own.map((container) => memoryNote(container, service, settings)).find((text) => text !== undefined);
  return note === undefined ? [] : [`${service.name} keeps state in memory that will be lost${note}.`];
}

/** What the label or the settings say of state in memory: ": orders and balances", or just that there is some. */
function memoryNote(container: ContainerFacts, service: Service, settings: ActionSettings): string | undefined {
  if (!hasProcess(container)) return undefined;
  const label = container.labels['deskhand.memory'] ?? serviceSettings(settings, namesOf(container, service)).memory;
  if (label === undefined || label === '' || label === 'false') return undefined;
  return isSet(label) ? '' : `: ${label}`;
}
