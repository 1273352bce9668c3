import { serviceName } from '../desk/identity.ts';
import { isFaulty, severity } from '../desk/levels.ts';
import type { Service } from '../desk/model.ts';
import { safe } from '../lib/text.ts';
import { levelTone, verdictCell } from './cells.ts';
import { healthColumn, imageColumn, portsColumn, restartsColumn, timeColumns, usageColumns } from './columns.ts';
import type { CellContext, Resource, RowSource, TableScope } from './resource.ts';

/** The display name: `exness/redis`, or only `redis` where the project is chosen already. */
function shownName(service: Service, world: CellContext): string {
  return safe(service.project === world.project ? service.name : serviceName(service));
}

function inScope(service: Service, source: RowSource, scope: TableScope): boolean {
  const project = scope.project ?? source.project;
  return project === undefined || service.project === project;
}

/** Fewer run than should: completed tasks are not needed again; a service that needs none but is failing also counts as short. */
function isShort({ job, running, verdict, wanted }: Service): boolean {
  if (job || verdict.level === 'done') return false;
  return running < wanted || (wanted === 0 && verdict.level !== 'ok');
}

/** `, needs postgres (down)`: it runs, and may not have noticed yet. */
function needsText({ needs = [] }: Service): string {
  return needs.length === 0 ? '' : safe(`, needs ${needs.join(', ')} (down)`);
}

/** The verdict, and how often the engine restarted it. */
function stateCell(service: Service, world: CellContext): string {
  const { verdict, restarts } = service;
  const again = restarts === 1 ? ', 1 restart' : restarts > 1 ? `, ${restarts} restarts` : '';
  const cell = verdictCell(verdict, world);
  return `${cell}${/restart/.test(cell) ? '' : again}${needsText(service)}`;
}

/** The worst first; among equals the cause before its symptoms, and the one that blocks the most before the others. */
function urgency({ verdict, cause, blocks }: Service): number {
  return -severity(verdict.level) * 1e6 + (cause ? 1e5 : 0) - blocks.length;
}

/** How it differs from its compose file; empty where that was not read. */
function driftCell({ id }: Service, { state }: CellContext): string {
  const reasons = state.drift.get(id);
  return reasons === undefined ? '' : safe(reasons.join('; ')) || 'none';
}

export const services: Resource<Service> = {
  name: 'services',
  title: 'Services',
  aliases: ['svc', 'services', 'service', 'deploy', 'dp'],
  // The worst first, so that problems are visible without a key.
  sort: { column: 'state', descending: false },
  empty: 'No services. Start a stack, or look at all projects with 0.',
  id: (service) => service.id,
  nameOf: (service) => safe(serviceName(service)),
  // `^redis$` finds it, in whatever project.
  terms: (service) => [safe(service.name)],
  labels: (service) => service.containers[0]?.labels ?? service.swarm?.labels ?? {},
  faulty: (service) => isFaulty(service.verdict.level),
  rows: (source, scope) => source.desk.services.filter((service) => inScope(service, source, scope)),
  service: (service) => service.id,
  containers: (service) => service.containers.map(({ id }) => id),
  target: (service) => ({ kind: 'service', id: service.id }),
  inspect(service) {
    if (service.swarm) return { kind: 'service', id: service.swarm.id };
    const [first] = service.containers;
    return first && { kind: 'container', id: first.id };
  },
  // A Swarm's tasks may run on other nodes, or nowhere: only the manager's list has them all.
  enter: (service) => ({
    open: 'table',
    resource: service.swarm ? 'tasks' : 'containers',
    scope: { service: service.id },
  }),
  columns: [
    { id: 'name', title: 'NAME', width: 8, fits: { max: 34 }, cut: 'middle', rank: 0, value: shownName },
    {
      id: 'state',
      title: 'STATE',
      width: 24,
      // The reason is never cut while there are ports or images next to it.
      fits: { max: 96, before: 6 },
      rank: 0,
      searched: true,
      value: stateCell,
      tone: (service) => (service.needs ? 'warn' : levelTone(service.verdict.level)),
      sort: urgency,
    },
    {
      id: 'ready',
      title: 'READY',
      width: 5,
      align: 'right',
      rank: 1,
      value: (service) => `${service.running}/${service.wanted}`,
      tone: (service) => (isShort(service) ? 'warn' : 'plain'),
      sort: (service) => service.running - service.wanted,
    },
    healthColumn((service: Service) => service.health),
    ...usageColumns((service: Service) => service.containers),
    restartsColumn((service: Service) => service.restarts),
    ...timeColumns(
      (service: Service) => service.startedAt,
      (service) => service.created,
    ),
    portsColumn,
    imageColumn,
    {
      id: 'drift',
      title: 'DRIFT',
      width: 8,
      grow: { max: 40 },
      rank: 2,
      wide: true,
      searched: true,
      value: driftCell,
      tone: (service, { state }) => (state.drift.get(service.id)?.length ? 'warn' : 'dim'),
    },
    {
      id: 'project',
      title: 'PROJECT',
      width: 10,
      grow: { max: 20 },
      rank: 8,
      wide: true,
      value: (service) => safe(service.project ?? ''),
    },
  ],
};

/** One-shot jobs alone, with how they ended. */
export const jobs: Resource<Service> = {
  ...services,
  name: 'jobs',
  title: 'Jobs',
  aliases: ['jobs', 'job'],
  empty: 'No one-shot jobs.',
  rows: (source, scope) => source.desk.services.filter((service) => service.job && inScope(service, source, scope)),
};
