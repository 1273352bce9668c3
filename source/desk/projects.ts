import { deepEqual, shallowEqual } from '../lib/equal.ts';
import { countLevels, isWell, levelCounts, severity } from './levels.ts';
import type { Incident, Project, Service, Verdict } from './model.ts';
import type { DeskState } from './state.ts';
import { verdict } from './verdict.ts';

/** Compose projects and Swarm stacks, each with the worst verdict of its services; the object is kept while its services stay the same. */
export class Projects {
  #known = new Map<string, { members: readonly Service[]; project: Project }>();

  /** In the order of the services given. */
  of(services: readonly Service[]): Project[] {
    const members = new Map<string, Service[]>();
    for (const service of services) {
      if (service.project === undefined) continue;
      const list = members.get(service.project);
      if (list) list.push(service);
      else members.set(service.project, [service]);
    }
    this.#known = new Map([...members].map(([name, list]) => [name, this.#kept(name, list)]));
    return [...this.#known.values()].map((entry) => entry.project);
  }

  #kept(name: string, members: readonly Service[]): { members: readonly Service[]; project: Project } {
    const known = this.#known.get(name);
    if (known && shallowEqual(known.members, members)) return known;
    const project = { name, services: members.map((service) => service.id), verdict: summary(members) };
    return { members, project: known && deepEqual(known.project, project) ? known.project : project };
  }
}

/** The whole desk's verdict; unknown before the engine has answered, or while it is not reachable. */
export function deskVerdict(
  services: readonly Service[],
  state: DeskState,
  incidents: readonly Incident[] = [],
): Verdict {
  const { connection, lastUpdateAt } = state;
  if (connection.state === 'lost') {
    const old = lastUpdateAt === undefined ? '' : ': what is shown is old';
    return verdict('unknown', 'unknown', `the engine is not reachable${old}`, connection.since);
  }
  if (lastUpdateAt === undefined) return verdict('unknown', 'unknown', 'nothing heard from the engine yet');
  if (services.length === 0) return verdict('ok', 'running', 'no containers');
  const all = summary(services);
  const [incident] = incidents;
  // An incident counts once, before the services that it affects.
  if (incident && isWell(all.level)) return verdict('degraded', 'alert', incident.reason, incident.since);
  if (!incident) return all;
  const [count = ''] = all.reason.split(': ', 1);
  return { ...all, reason: `${count}: ${incident.reason}` };
}

/** The worst verdict of several services, in words that name the causes first: "2 down, 3 degraded: redis exit 137, …". */
export function summary(services: readonly Service[]): Verdict {
  const worst = services.reduce<Service | undefined>((a, b) => (a && rank(a) >= rank(b) ? a : b), undefined);
  if (!worst) return verdict('ok', 'running', 'no services');
  const { level, code, since } = worst.verdict;
  if (isWell(level)) {
    // Completed jobs do not affect a project whose services run.
    const all = services.every((service) => service.verdict.level === 'done');
    return all ? verdict('done', 'completed', allWell(services)) : verdict('ok', 'running', allWell(services));
  }
  return verdict(level, code, `${counts(services)}: ${worst.name}: ${worst.verdict.reason}`, since);
}

/** By severity, then causes before symptoms, those that explain most first. */
function rank({ verdict: { level }, cause, blocks }: Service): number {
  return severity(level) * 1e6 + (cause ? 0 : 1e5) + blocks.length;
}

function allWell(services: readonly Service[]): string {
  const done = services.filter((service) => service.verdict.level === 'done').length;
  const maintained = services.filter((service) => service.verdict.level === 'maintenance').length;
  const parts = [
    [services.length - done - maintained, 'ok'],
    [maintained, 'in maintenance'],
    [done, 'done'],
  ] as const;
  return parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ');
}

/** "2 down, 3 degraded, 1 starting": the levels that need attention or are starting, the worst first. */
function counts(services: readonly Service[]): string {
  return levelCounts(countLevels(services.filter(({ verdict: { level } }) => !isWell(level))));
}
