import type { Desk, Service } from '../desk/model.ts';
import { borrowedBy, isOwner } from '../desk/namespaces.ts';
import type { PlanObject } from './action.ts';
import { dependencyOf } from './targets.ts';

type After = NonNullable<PlanObject['after']>[number];

const UNTIL = {
  service_started: 'done',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
} as const;

/**
 * Objects in the order in which they start: what a service depends on comes first, and is awaited as its condition says. A dependency that
 * is not among the objects is replaced by its own dependencies. Edges that would close a cycle are dropped.
 */
export function inStartOrder(
  objects: readonly PlanObject[],
  desk: Desk,
  replicas: 'together' | 'one by one',
): PlanObject[] {
  return ranked(objects, (object) => {
    const service = object.service && desk.byId.get(object.service);
    if (service === undefined) return [];
    const others = [
      ...needs(service, 'done', objects, desk, new Set([service.id])),
      ...owners(object, service, objects),
    ];
    return replicas === 'together' ? others : [...others, ...previous(object, objects)];
  });
}

/** A namespace is there only once its owner has started. */
function owners(object: PlanObject, service: Service, objects: readonly PlanObject[]): After[] {
  const container = service.containers.find(({ id }) => id === object.id);
  const borrowed = container === undefined ? [] : borrowedBy(container);
  const found = objects.filter((other) => other.id !== object.id && borrowed.some((one) => isOwner(one, other)));
  return found.map(({ id }) => ({ id, until: 'done' }));
}

function previous(object: PlanObject, objects: readonly PlanObject[]): After[] {
  const own = objects.filter((other) => other.service === object.service);
  const before = own[own.indexOf(object) - 1];
  return before === undefined ? [] : [{ id: before.id, until: 'done' }];
}

/** The reverse: a service stops after those that depend on it. */
export function inStopOrder(objects: readonly PlanObject[], desk: Desk): PlanObject[] {
  const starting = inStartOrder(objects, desk, 'together');
  const dependents = (object: PlanObject) => starting.filter(({ after }) => after?.some(({ id }) => id === object.id));
  return ranked(objects, (object) => dependents(object).map(({ id }): After => ({ id, until: 'done' })));
}

/** The objects that a service waits for; `passed`: the services already visited. */
function needs(
  service: Service,
  until: After['until'],
  objects: readonly PlanObject[],
  desk: Desk,
  passed: Set<string>,
): After[] {
  return service.dependsOn.flatMap((dependency) => {
    const other = dependencyOf(desk, dependency);
    if (other === undefined || passed.has(other.id)) return [];
    passed.add(other.id);
    const own = objects.filter((object) => object.service === other.id);
    if (own.length === 0) return needs(other, until, objects, desk, passed);
    return own.map(({ id }) => ({ id, until: UNTIL[dependency.condition] }));
  });
}

function ranked(objects: readonly PlanObject[], before: (object: PlanObject) => After[]): PlanObject[] {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const ranks = new Map<string, PlanObject>();
  const open = new Set<string>();
  const rank = (object: PlanObject): PlanObject => {
    const known = ranks.get(object.id);
    if (known !== undefined) return known;
    open.add(object.id);
    const after = before(object).filter(({ id }) => !open.has(id));
    const waves = after.map(({ id }) => {
      const other = byId.get(id);
      return other === undefined ? 0 : (rank(other).wave ?? 0) + 1;
    });
    open.delete(object.id);
    const done = { ...object, after, wave: Math.max(0, ...waves) };
    ranks.set(object.id, done);
    return done;
  };
  return objects.map(rank).toSorted((a, b) => (a.wave ?? 0) - (b.wave ?? 0));
}
