import type { Project, Service, Verdict } from './model.ts';
import type { DeskState } from './state.ts';
import { isTrouble, severity, verdict } from './verdict.ts';

/** Compose projects and Swarm stacks with the worst of their services' verdicts, in the order of the services given. */
export function projectsOf(services: readonly Service[], before: readonly Project[] = []): Project[] {
  const members = new Map<string, Service[]>();
  for (const service of services) {
    if (service.project === undefined) continue;
    const known = members.get(service.project);
    if (known) known.push(service);
    else members.set(service.project, [service]);
  }
  const earlier = new Map(before.map((project) => [project.name, project]));
  return [...members].map(([name, list]) => {
    const ids = list.map((service) => service.id);
    const next = { name, services: ids, verdict: summary(list) };
    const known = earlier.get(name);
    const unchanged = known && sameIds(known.services, ids) && sameVerdict(known.verdict, next.verdict);
    return unchanged ? known : next;
  });
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return a.level === b.level && a.code === b.code && a.reason === b.reason && a.since === b.since;
}

/** The whole desk's verdict; unknown while the engine has not been heard, or is not reachable now. */
export function deskVerdict(services: readonly Service[], state: DeskState): Verdict {
  const { connection, toldAt } = state;
  if (connection.state === 'lost') {
    return verdict('unknown', 'unknown', 'the engine is not reachable: what is shown is old', connection.since);
  }
  if (toldAt === undefined) return verdict('unknown', 'unknown', 'nothing heard from the engine yet');
  if (services.length === 0) return verdict('ok', 'running', 'no containers');
  return summary(services);
}

/** The worst verdict of several services, in words that name the causes first: "2 down, 3 degraded: redis exit 137, …". */
export function summary(services: readonly Service[]): Verdict {
  const worst = services.reduce<Service | undefined>((a, b) => (a && rank(a) >= rank(b) ? a : b), undefined);
  if (!worst) return verdict('ok', 'running', 'no services');
  const { level, code, since } = worst.verdict;
  if (level === 'ok' || level === 'done') {
    // Jobs that are done do not colour a project whose services run.
    const all = services.every((service) => service.verdict.level === 'done');
    return all ? verdict('done', 'completed', allWell(services)) : verdict('ok', 'running', allWell(services));
  }
  return verdict(level, code, `${counts(services)}: ${worst.name}: ${worst.verdict.reason}`, since);
}

/** By severity; among equals a cause before its symptoms, and the one that explains most first. */
function rank({ verdict: { level }, cause, blocks }: Service): number {
  return severity(level) * 1e6 + (cause ? 0 : 1e5) + blocks.length;
}

function allWell(services: readonly Service[]): string {
  const done = services.filter((service) => service.verdict.level === 'done').length;
  const ok = services.length - done;
  return [...(ok > 0 ? [`${ok} ok`] : []), ...(done > 0 ? [`${done} done`] : [])].join(', ');
}

/** "2 down, 3 degraded, 1 starting": the levels that are not well, the worst first. */
export function counts(services: readonly Service[]): string {
  const levels = ['down', 'degraded', 'unknown', 'starting'] as const;
  return levels
    .map((level) => ({ level, count: services.filter((service) => service.verdict.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${count} ${level}`)
    .join(', ');
}

/** Causes first: services in trouble that nothing else explains, the worst and widest first. */
export function rootsOf(services: readonly Service[]): Service[] {
  return services
    .filter((service) => (isTrouble(service.verdict) && !service.cause) || service.blocks.length > 0)
    .sort((a, b) => rank(b) - rank(a));
}
