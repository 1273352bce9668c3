import { serviceName } from '../desk/identity.ts';
import type { Desk, Service } from '../desk/model.ts';
import { matching } from '../lib/glob.ts';
import { suggestionFor } from '../lib/suggestion.ts';

/**
 * The services that are meant on a command line: by `project/service`, name, container or pattern with `*`, without names all, within
 * a project where one is given. A sentence where a name fits none.
 */
export function namedServices(desk: Desk, names: readonly string[], project?: string): readonly Service[] | string {
  const all = desk.services.filter((service) => project === undefined || service.project === project);
  if (project !== undefined && all.length === 0) {
    const known = desk.projects.map(({ name }) => name);
    return `There is no project "${project}".${suggestionFor(project, known)}`;
  }
  if (names.length === 0) return all;
  const lost = names.find((name) => !all.some((service) => isNamed(service, name)));
  if (lost === undefined) return all.filter((service) => names.some((name) => isNamed(service, name)));
  const known = all.map(serviceName);
  return `There is no service "${lost}".${suggestionFor(lost, known)} "deskhand services --quiet" lists them.`;
}

function isNamed(service: Service, name: string): boolean {
  const own = [serviceName(service), service.name, ...service.containers.map((one) => one.name)];
  return matching([name], own) !== undefined;
}
