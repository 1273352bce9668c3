import { isFaulty, severity } from '../desk/levels.ts';
import type { Project, Service } from '../desk/model.ts';
import { visibleName } from '../lib/visible-name.ts';
import { levelTone, verdictCell } from './cells.ts';
import { numberColumn } from './columns.ts';
import { emptySwarm } from './nodes.ts';
import type { CellContext, Resource } from './resource.ts';

function servicesOf(project: Project, world: CellContext): Service[] {
  return project.services.flatMap((id) => world.desk.byId.get(id) ?? []);
}

const failing = (project: Project, world: CellContext) =>
  servicesOf(project, world).filter(({ verdict }) => isFaulty(verdict.level)).length;

export const projects: Resource<Project> = {
  name: 'projects',
  title: 'Projects',
  aliases: ['project', 'projects', 'ns'],
  sort: { column: 'name', descending: false },
  empty: 'No compose projects and no stacks.',
  id: (project) => project.name,
  nameOf: (project) => visibleName(project.name),
  faulty: (project) => isFaulty(project.verdict.level),
  rows: (source) => source.desk.projects,
  services: (project) => project.services,
  containers: () => [],
  target: (project) => ({ kind: 'project', id: project.name }),
  enter: (project) => ({ open: 'project', project: project.name }),
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 8,
      fits: { max: 40 },
      cut: 'middle',
      rank: 0,
      value: (project) => visibleName(project.name),
    },
    {
      id: 'state',
      title: 'STATE',
      width: 12,
      grow: { max: 200 },
      rank: 0,
      searched: true,
      value: (project, world) => verdictCell(project.verdict, world),
      tone: (project) => levelTone(project.verdict.level),
      sort: (project) => -severity(project.verdict.level),
    },
    numberColumn({ id: 'services', title: 'SERVICES', width: 8, rank: 1 }, ({ services }) => services.length),
    numberColumn({ id: 'failing', title: 'NOT OK', width: 6, rank: 1 }, failing),
  ],
};

/** The stacks of the Swarm: the projects whose services it manages. */
export const stacks: Resource<Project> = {
  ...projects,
  name: 'stacks',
  title: 'Stacks',
  aliases: ['stacks', 'stack'],
  empty: emptySwarm('No stacks.'),
  rows: ({ desk }) =>
    desk.projects.filter(({ services }) => services.some((id) => desk.byId.get(id)?.kind === 'swarm')),
};
