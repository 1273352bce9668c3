import type { Desk, Service } from '../../desk/model.ts';
import type { ServiceId } from '../../lib/ids.ts';
import { safe } from '../../lib/text.ts';

/** Whose logs: the service and those marked with it, all of its project, everything. */
export type Scope = 'service' | 'project' | 'everything';

export function inScope(
  scope: Scope,
  service: Service | undefined,
  marked: readonly Service[] = [],
  desk: Desk,
): readonly Service[] {
  if (scope === 'everything') return desk.services;
  if (!service) return marked;
  if (scope === 'project') return desk.services.filter(({ project }) => project === service.project);
  return [service, ...marked.filter(({ id }) => id !== service.id)];
}

/** The next scope of `a`, which goes round. */
export function wider(scope: Scope, service: Service | undefined): Scope {
  if (scope === 'service') return service?.project === undefined ? 'everything' : 'project';
  return scope === 'project' ? 'everything' : 'service';
}

/** What the logs are about, for the title and the name of a file. */
export function scopeName(scope: Scope, service: Service | undefined, marked: readonly Service[] = []): string {
  if (scope === 'everything') return 'all';
  if (!service) return '-';
  const project = service.project === undefined ? '' : `${safe(service.project)}/`;
  if (scope === 'project') return `${project}*`;
  const others = marked.filter(({ id }) => id !== service.id).length;
  return `${project}${safe(service.name)}${others > 0 ? `+${others}` : ''}`;
}

/** Services in whose log the reason may stand: the causes, else what the service needs. */
export function causesOf({ id, cause, otherCauses = [], dependsOn }: Service, desk: Desk): Service[] {
  const named = (ids: readonly (ServiceId | undefined)[]) =>
    [...new Set(ids)].flatMap((one) => (one === undefined || one === id ? [] : (desk.byId.get(one) ?? [])));
  const causes = named([cause, ...otherCauses].map((one) => one?.serviceId));
  return causes.length > 0 ? causes : named(dependsOn.map(({ serviceId }) => serviceId));
}
