import type { ContainerFacts } from '../engine/facts.ts';
import type { ServiceId } from '../lib/ids.ts';
import { isTrouble } from './levels.ts';
import type { Desk, Service } from './model.ts';

export type Impact = {
  /** Failing, or not started, because of it. */
  blocks: readonly Service[];
  /** Services that need it and seem fine: to be checked after it was down. */
  atRisk: readonly Service[];
};

/** All services that need this one, directly or indirectly, the nearest first. */
export function dependantsOf(desk: Desk, id: ServiceId): Service[] {
  const found = new Map<ServiceId, Service>();
  let wave: readonly ServiceId[] = [id];
  while (wave.length > 0) {
    const next: ServiceId[] = [];
    for (const service of desk.services) {
      if (service.id === id || found.has(service.id)) continue;
      if (!service.dependsOn.some((link) => link.serviceId !== undefined && wave.includes(link.serviceId))) continue;
      found.set(service.id, service);
      next.push(service.id);
    }
    wave = next;
  }
  return [...found.values()];
}

/** The effect of a service's failure or stop on others. */
export function impactOf(desk: Desk, id: ServiceId): Impact {
  const blocked = new Set(desk.byId.get(id)?.blocks ?? []);
  return {
    blocks: desk.services.filter((service) => blocked.has(service.id)),
    atRisk: dependantsOf(desk, id).filter((service) => !blocked.has(service.id) && !service.job),
  };
}

/**
 * The containers whose last log lines are worth reading: those that failed or loop, and running ones that need a failing service. Bounded;
 * causes first. (The engine reads them; the result arrives as a `lines` message.)
 */
export function wantsLines(desk: Desk, limit = 32): ContainerFacts[] {
  const roots = desk.services.filter((service) => isTrouble(service.verdict) && !service.cause);
  const others = desk.services.filter((service) => isTrouble(service.verdict) && service.cause);
  const needy = new Set(roots.flatMap((service) => dependantsOf(desk, service.id)));
  const wanted = new Set([...roots, ...others, ...needy].flatMap((service) => service.containers));
  return [...wanted].filter((facts) => facts.state !== 'created').slice(0, limit);
}
