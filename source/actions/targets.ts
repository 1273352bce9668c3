import { LABEL, serviceName } from '../desk/identity.ts';
import { linkTerms } from '../desk/links.ts';
import type { Dependency, Desk, Service } from '../desk/model.ts';
import { ownerOf } from '../desk/owner.ts';
import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, serviceId } from '../lib/ids.ts';
import type { PlanObject, Refusal, Target } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { marksOf, namesOf, serviceSettings } from './marks.ts';

/** Docker's own wait between the stop signal and the kill. */
const DEFAULT_STOP_SECONDS = 10;
const DEFAULT_VERIFY_MS = 60_000;

type StopTimeout = NonNullable<PlanObject['stopTimeout']>;

/** The containers of a target, each once, in the order of services, replicas by number. */
export function containersOf(state: DeskState, desk: Desk, target: Target): ContainerFacts[] {
  const ids = target.kind === 'marked' ? target.ids : [target.id];
  const found = new Map<string, ContainerFacts>();
  for (const id of ids) {
    for (const container of resolve(state, desk, target.kind, id)) found.set(container.id, container);
  }
  return [...found.values()];
}

/** Kinds of targets that mean no containers. */
const CONTAINERLESS: ReadonlySet<Target['kind']> = new Set([
  'volume',
  'image',
  'archive',
  'procedure',
  'node',
  'row',
  'stack',
  'unused',
]);

function resolve(state: DeskState, desk: Desk, kind: Target['kind'], id: string): readonly ContainerFacts[] {
  if (CONTAINERLESS.has(kind)) return [];
  if (kind === 'project') {
    const members = desk.projects.find((project) => project.name === id)?.services ?? [];
    return members.flatMap((member) => byNumber(desk.byId.get(member)?.containers ?? []));
  }
  const service = kind === 'container' ? undefined : desk.byId.get(serviceId(id));
  if (service !== undefined) return byNumber(service.containers);
  const container = kind === 'service' ? undefined : state.containers.get(containerId(id));
  if (container !== undefined) return [container];
  // Marked rows may be projects.
  return kind === 'marked' ? resolve(state, desk, 'project', id) : [];
}

/** Replicas in the order of their compose number, then by name. */
function byNumber(containers: readonly ContainerFacts[]): ContainerFacts[] {
  return containers.toSorted((a, b) => replicaNumber(a) - replicaNumber(b) || a.name.localeCompare(b.name));
}

export function replicaNumber(container: ContainerFacts): number {
  return Number(container.labels[LABEL.number] ?? 0) || 0;
}

/** The service that a target is; undefined for any other kind of target. */
export function targetService(desk: Desk, target: Target): Service | undefined {
  return target.kind === 'service' ? desk.byId.get(target.id) : undefined;
}

/** The services of a target. */
export function servicesOf(state: DeskState, desk: Desk, target: Target): Service[] {
  const ids = new Set(containersOf(state, desk, target).map((container) => desk.ownerOf.get(container.id)));
  if (target.kind === 'service') ids.add(target.id);
  return desk.services.filter((service) => ids.has(service.id));
}

/** Its display name: exness/redis, redis-1, exness, "3 marked". */
export function targetName(state: DeskState, desk: Desk, target: Target): string {
  if (target.kind === 'marked') return `${target.ids.length} marked`;
  const service = targetService(desk, target);
  if (service !== undefined) return serviceName(service);
  return (target.kind === 'container' ? state.containers.get(target.id)?.name : undefined) ?? target.id;
}

/** A container as an object of a plan, with its current state; `wave` and `note` come from the action. */
export function planObject(container: ContainerFacts, desk: Desk, note: string, settings: ActionSettings): PlanObject {
  const service = ownerOf(desk, container.id);
  const names = namesOf(container, service);
  return {
    kind: 'container',
    id: container.id,
    name: container.name,
    note,
    service: service?.id,
    project: service?.project,
    seen: { state: container.state, startedAt: container.detail?.startedAt },
    stopTimeout: stopTimeout(container, settings, names),
    autoRemove: container.detail?.autoRemove,
    healthCheck: container.health !== 'none' && container.health !== 'unknown',
    verifyTimeoutMs: verifyTimeout(container, settings),
    job: service?.job ?? false,
    protectedBy: marksOf([container.labels], names, settings).protectedBy,
    created: container.created,
  };
}

/**
 * The container's own stop timeout, else the settings' for its service or for all, else Docker's 10 s. Unknown while its detail is unknown.
 */
function stopTimeout(
  container: ContainerFacts,
  settings: ActionSettings,
  names: readonly string[],
): StopTimeout | undefined {
  if (container.detail === undefined) return undefined;
  const own = container.detail.stopTimeoutSeconds;
  if (own !== undefined) return { seconds: own, from: 'container' };
  const set = serviceSettings(settings, names).stopTimeout ?? settings.stopTimeoutSeconds ?? DEFAULT_STOP_SECONDS;
  return { seconds: set, from: set === DEFAULT_STOP_SECONDS ? 'default' : 'settings' };
}

/**
 * How long a verification waits. With a health check at least as long as the engine may take to call it unhealthy: the start
 * period, then `retries` failed probes, each `interval` after the last and at most `timeout` long
 * (docs.docker.com/reference/dockerfile, HEALTHCHECK); one probe more as margin.
 */
export function verifyTimeout(container: ContainerFacts, settings: Pick<ActionSettings, 'verifyMs'>): number {
  const least = settings.verifyMs ?? DEFAULT_VERIFY_MS;
  const check = container.detail?.healthCheck;
  if (check === undefined) return least;
  return Math.max(least, check.startPeriod + (check.retries + 1) * (check.interval + check.timeout));
}

/** The services that depend on this one, with compose's condition or another source: "backend (service_healthy)". */
export function dependents(desk: Desk, service: Service): string[] {
  return desk.services.flatMap((other) =>
    other.dependsOn
      .filter((dependency) => dependency.serviceId === service.id)
      .map((link) => `${other.name} (${link.signal === 'depends_on' ? linkTerms(link) : `by its ${link.signal}`})`),
  );
}

/** The service of a dependency; undefined if it is not on the desk. */
export function dependencyOf(desk: Desk, dependency: Dependency): Service | undefined {
  return dependency.serviceId === undefined ? undefined : desk.byId.get(dependency.serviceId);
}

export function refuse(action: string, name: string, refused: string, change: string): Refusal {
  return { action, name, refused, change };
}

/** A completed job. */
export function isCompleted(container: ContainerFacts, desk: Desk): boolean {
  const service = ownerOf(desk, container.id);
  return service?.job === true && container.state === 'exited' && container.exitCode === 0;
}
