import { dependantsOf } from '../desk/impact.ts';
import type { Desk, Service } from '../desk/model.ts';
import { borrowersOf } from '../desk/namespaces.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { hasProcess } from '../lib/container-state.ts';
import { containerId } from '../lib/ids.ts';
import type { PlanInput, PlanObject } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import type { LifecycleScope } from './lifecycle.ts';
import { marksOf, namesOf } from './marks.ts';
import { dependents } from './targets.ts';

/** "SIGTERM, after 30 s SIGKILL (the container's stop timeout)". */
export function stopNote(container: ContainerFacts, object: PlanObject): string {
  const origins = {
    container: "the container's stop timeout",
    settings: 'from the settings',
    default: "Docker's default",
  };
  if (object.stopTimeout === undefined)
    return 'its stop signal, then SIGKILL after its own stop timeout (not known here)';
  const { seconds, from } = object.stopTimeout;
  const signal = container.detail?.stopSignal ?? 'SIGTERM';
  if (seconds < 0) return `${signal}, then waits without end (${origins[from]})`;
  return `${signal}, after ${seconds} s SIGKILL (${origins[from]})`;
}

/** The effects of stopping these services: who depends on them, and their in-memory state. */
export function outageWarnings(scope: LifecycleScope): string[] {
  return [...sharersWarnings(scope), ...dependentsWarnings(scope), ...memoryWarnings(scope)];
}

/** The same for a plan whose containers are stopped among other things. */
export function interruptionWarnings(
  { state, desk, target, settings }: Pick<PlanInput, 'state' | 'desk' | 'target' | 'settings'>,
  objects: readonly PlanObject[],
): string[] {
  const hit = objects.filter(({ interrupted }) => interrupted);
  const containers = hit.flatMap(({ id }) => state.containers.get(containerId(id)) ?? []);
  const services = [...new Set(hit.flatMap(({ service }) => (service && desk.byId.get(service)) ?? []))];
  return outageWarnings({ state, desk, target, services, containers, others: [], settings });
}

/** Other containers that use a namespace of one that ends: they are cut off, and only a restart helps. */
function sharersWarnings({ state, containers }: LifecycleScope): string[] {
  const hit = new Set(containers.map(({ id }) => id));
  return containers.flatMap((owner) => {
    const cut = borrowersOf(owner, state.containers.values()).filter(({ container }) => !hit.has(container.id));
    if (cut.length === 0) return [];
    const names = cut.map(({ container }) => container.name).join(', ');
    const what = [...new Set(cut.flatMap(({ namespaces }) => namespaces))].join(' and ');
    const lose = cut.length === 1 ? 'shares' : 'share';
    return [
      `${names} ${lose} the ${what} of ${owner.name} and lose it until restarted after it: restart with dependants does both.`,
    ];
  });
}

/** Services that depend on these and are not affected by the action. */
export function dependentsWarnings({ desk, services }: LifecycleScope): string[] {
  const selected = new Set(services.map((service) => service.id));
  return services.flatMap((service) => dependentsWarning(desk, service, selected));
}

/** What these services hold in memory only. */
export function memoryWarnings({ desk, services, containers, settings }: LifecycleScope): string[] {
  return services.flatMap((service) => memoryWarning(desk, service, containers, settings));
}

/** Services in the same action need no warning. */
function dependentsWarning(desk: Desk, service: Service, selected: ReadonlySet<string>): string[] {
  const others = { ...desk, services: desk.services.filter((other) => !selected.has(other.id)) };
  const waiting = dependents(others, service);
  if (waiting.length === 0) return [];
  const direct = `${waiting.join(', ')} depend${waiting.length === 1 ? 's' : ''} on ${service.name}.`;
  const further = dependantsOf(others, service.id)
    .filter(({ dependsOn }) => !dependsOn.some(({ serviceId }) => serviceId === service.id))
    .map(({ name }) => name);
  return [
    direct,
    ...(further.length > 0 ? [`${further.join(', ')} need${further.length === 1 ? 's' : ''} it through others.`] : []),
    ...declaredWarning(others, service),
  ];
}

/** Compose would restart these as well. */
function declaredWarning(others: Desk, { id, name }: Service): string[] {
  const declared = others.services.filter(({ dependsOn }) =>
    dependsOn.some(({ serviceId, restart }) => restart && serviceId === id),
  );
  if (declared.length === 0) return [];
  const names = declared.map((one) => one.name).join(', ');
  const are = declared.length === 1 ? 'is' : 'are';
  return [
    `${names} ${are} declared to restart with ${name} (depends_on restart: true), and ${are} not included here: restart-with-dependants includes ${declared.length === 1 ? 'it' : 'them'}.`,
  ];
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
  const { memory } = marksOf([container.labels], namesOf(container, service), settings);
  return memory && `: ${memory}`;
}

/** The engine treats any signal as a manual stop: the restart policy is off until the next start. */
export function policyWarnings(containers: readonly ContainerFacts[], signal: string): string[] {
  const armed = containers.filter(({ detail }) => detail?.restartPolicy.name !== 'no');
  if (armed.length === 0) return [];
  const names = armed
    .map(({ name, detail }) => `${name} (${detail?.restartPolicy.name ?? 'not known here'})`)
    .join(', ');
  return [
    `The engine treats ${signal} as a manual stop: the restart policy of ${names} does not start it again after its next end, until someone starts or restarts it.`,
  ];
}

/** The text after a signal other than SIGKILL: the container's state, and the engine's reaction. */
export function afterSignal(container: ContainerFacts | undefined, { inside }: PlanObject): string {
  if (container === undefined) return 'signal sent; now gone';
  const { name = 'no' } = container.detail?.restartPolicy ?? {};
  if (container.state !== 'running' || name === 'no') return `signal sent; now ${container.state}`;
  return `signal sent; now running; restart policy ${name} ${inside ? 'stays on' : 'is off until its next start'}`;
}
