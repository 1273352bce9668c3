import type { ContainerFacts } from '../engine/facts.ts';
import type { ServiceId } from '../lib/ids.ts';
import { isTrouble } from './levels.ts';
import type { Desk, Service } from './model.ts';

export type Impact = {
  /** Not well, or not started, because of it. */
  blocks: readonly Service[];
  /** Well as far as is known, but they need it: to be checked after it was away. */
  atRisk: readonly Service[];
};

/** All services that need this one, directly or through others, the nearest first. */
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

/** What the trouble, or a stop, of a service means for others. */
export function impactOf(desk: Desk, id: ServiceId): Impact {
  const blocked = new Set(desk.byId.get(id)?.blocks ?? []);
  return {
    blocks: desk.services.filter((service) => blocked.has(service.id)),
    atRisk: dependantsOf(desk, id).filter((service) => !blocked.has(service.id) && !service.job),
  };
}

/**
 * The containers whose last log lines would tell more: those that ended badly or loop, and running ones that need a service
 * in trouble. Bounded; the causes first. (Reading them is the engine's business; the answer comes back as a `lines` message.)
 */
export function wantsLines(desk: Desk, limit = 32): ContainerFacts[] {
  const roots = desk.services.filter((service) => isTrouble(service.verdict) && !service.cause);
  const others = desk.services.filter((service) => isTrouble(service.verdict) && service.cause);
  const needy = new Set(roots.flatMap((service) => dependantsOf(desk, service.id)));
  const wanted = new Set([...roots, ...others, ...needy].flatMap((service) => service.containers));
  return [...wanted].filter((facts) => facts.state !== 'created').slice(0, limit);
}
