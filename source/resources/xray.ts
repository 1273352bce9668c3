import { isFaulty, severity } from '../desk/levels.ts';
import { linkTerms } from '../desk/links.ts';
import type { Project, Service } from '../desk/model.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { plural } from '../lib/format.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import { safe } from '../lib/text.ts';
import type { Tone } from '../ui/theme.ts';
import { levelTone, portsCell, verdictCell } from './cells.ts';
import type { CellContext, LocalInspectable, Opening, Resource, RowSource, TableScope } from './resource.ts';

/** `:xray`: what holds together what, as a tree. Under each project its services, under each service its parts and neighbours. */

type Kind = 'project' | 'service' | 'replica' | 'needs' | 'needed by' | 'volume' | 'network' | 'port';

export type XrayNode = {
  id: string;
  parent?: string;
  /** Position among all, as a tree is not sorted by its columns. */
  order: number;
  depth: number;
  kind: Kind;
  name: string;
  about: string;
  /** Of a project with services, and of a service: what its verdict is drawn from. */
  of?: Project | Service;
  service?: ServiceId;
  container?: ContainerId;
  project?: string;
  /** How it is drawn; set when the rows are folded. */
  branch?: 'open' | 'folded';
};

type Draft = Omit<XrayNode, 'order'>;

function nodes({ desk, project }: Pick<RowSource, 'desk' | 'project'>, scope: TableScope): XrayNode[] {
  const only = scope.project ?? project;
  const needers = neededBy(desk.services);
  const projects = [...desk.projects].sort(byTrouble);
  const groups = [...projects, undefined].filter((one) => only === undefined || one?.name === only);
  const drafts = groups.flatMap((one) => {
    const own = desk.services.filter(({ project: name }) => name === one?.name).sort(byTrouble);
    const services = scope.service === undefined ? own : own.filter(({ id }) => id === scope.service);
    if (services.length === 0) return [];
    const head = projectNode(one, services);
    return [head, ...services.flatMap((service) => serviceNodes(service, head.id, needers))];
  });
  return drafts.map((draft, order) => ({ ...draft, order }));
}

/** The worst first, equals by name. */
function byTrouble(a: Project | Service, b: Project | Service): number {
  return severity(b.verdict.level) - severity(a.verdict.level) || a.name.localeCompare(b.name);
}

function projectNode(project: Project | undefined, services: readonly Service[]): Draft {
  const bad = services.filter(({ verdict }) => isFaulty(verdict.level)).length;
  const count = plural(services.length, 'service');
  return {
    id: `project ${project?.name ?? ''}`,
    depth: 0,
    kind: 'project',
    name: project?.name ?? 'without a project',
    about: `${count}${bad > 0 ? `, ${bad} not ok` : ''}`,
    of: project,
    project: project?.name,
  };
}

function serviceNodes(service: Service, parent: string, needers: ReadonlyMap<string, Service[]>): Draft[] {
  const { name, containers, dependsOn, ports } = service;
  const id = `service ${service.id}`;
  const part = (kind: Kind, key: string, more: Partial<Draft>): Draft => ({
    id: `${id} ${kind} ${key}`,
    parent: id,
    depth: 2,
    kind,
    name: key,
    about: '',
    service: service.id,
    ...more,
  });
  return [
    { id, parent, depth: 1, kind: 'service', name, about: '', of: service, service: service.id },
    ...containers.map((one) => part('replica', one.name, { about: replica(one), container: one.id })),
    ...dependsOn.map((link) =>
      part('needs', link.service, { about: linkTerms(link), service: link.serviceId ?? service.id }),
    ),
    ...(needers.get(service.id) ?? []).sort(byTrouble).map((one) => part('needed by', one.name, { service: one.id })),
    ...mounts(containers).map(([source, target]) => part('volume', source, { about: target })),
    ...[...new Set(containers.flatMap((one) => one.attachments.map(({ network }) => network)))].map((network) =>
      part('network', network, {}),
    ),
    ...portsCell(ports)
      .split(' ')
      .filter(Boolean)
      .map((port) => part('port', port, {})),
  ];
}

function mounts(containers: readonly ContainerFacts[]): [string, string][] {
  const all = containers.flatMap((one) =>
    one.mounts.map(({ name, source, target }) => [name ?? source, target] as const),
  );
  return [...new Map(all)];
}

function replica({ state, health, exitCode }: ContainerFacts): string {
  const code = state === 'exited' && exitCode !== undefined ? ` (${exitCode})` : '';
  return `${state}${code}${health === 'none' ? '' : `, ${health}`}`;
}

/** The services that name each one as something they need. */
function neededBy(services: readonly Service[]): Map<string, Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of services) {
    for (const id of new Set(service.dependsOn.flatMap(({ serviceId }) => serviceId ?? []))) {
      found.set(id, [...(found.get(id) ?? []), service]);
    }
  }
  return found;
}

const SIGNS = { open: 'unfold', folded: 'fold' } as const;

function nameCell({ depth, kind, name, branch }: XrayNode, world: CellContext): string {
  const sign = branch === undefined ? ' ' : world.glyph(SIGNS[branch]);
  const label = depth === 2 && kind !== 'replica' ? `${kind} ` : '';
  return safe(`${'  '.repeat(depth)}${sign} ${label}${name}`);
}

function stateCell({ kind, of, about, service }: XrayNode, world: CellContext): string {
  if (of) return `${verdictCell(of.verdict, world)}${about === '' ? '' : `  ${safe(about)}`}`;
  const other = neighbour({ kind, service }, world);
  return [safe(about), other ? verdictCell(other.verdict, world) : ''].filter(Boolean).join('  ');
}

/** The service that a node names as needed, or as in need. */
function neighbour({ kind, service }: Pick<XrayNode, 'kind' | 'service'>, world: CellContext): Service | undefined {
  return isNeighbour(kind) && service !== undefined ? world.desk.byId.get(service) : undefined;
}

const isNeighbour = (kind: Kind) => kind === 'needs' || kind === 'needed by';

function toneOf({ of, kind, service }: XrayNode, world: CellContext): Tone {
  const shown = of ?? neighbour({ kind, service }, world);
  return shown ? levelTone(shown.verdict.level) : 'plain';
}

function inspectOf({ kind, name, container, of }: XrayNode): LocalInspectable | undefined {
  if (container !== undefined) return { kind: 'container', id: container };
  if (kind === 'volume' && !name.startsWith('/')) return { kind: 'volume', id: name };
  if (kind === 'network') return { kind: 'network', id: name };
  const [first] = kind === 'service' && of && 'containers' in of ? of.containers : [];
  return first && { kind: 'container', id: first.id };
}

function openingOf({ kind, name, service, project }: XrayNode): Opening | undefined {
  if (kind === 'project') return project === undefined ? undefined : { open: 'project', project };
  if (kind === 'volume' && !name.startsWith('/'))
    return { open: 'table', resource: 'files', scope: { volume: name, path: '/' } };
  if (kind === 'network') return { open: 'table', resource: 'networks', scope: {}, filter: name };
  if (kind === 'replica' && service !== undefined) return { open: 'logs', service };
  return service === undefined ? undefined : { open: 'table', resource: 'containers', scope: { service } };
}

export const xray: Resource<XrayNode> = {
  name: 'xray',
  title: 'Xray',
  aliases: ['xray', 'x'],
  byService: true,
  sort: { column: 'order', descending: false },
  empty: 'No services.',
  id: ({ id }) => id,
  nameOf: ({ name }) => safe(name),
  faulty: ({ of }) => of !== undefined && isFaulty(of.verdict.level),
  rows: nodes,
  tree: {
    parent: ({ parent }) => parent,
    // What is well needs no room; what is not shows its parts.
    folded: ({ kind, of }) => kind === 'service' && of !== undefined && !isFaulty(of.verdict.level),
    marked: (node, branch) => ({ ...node, branch }),
  },
  service: ({ service }) => service,
  containers: ({ container }) => (container === undefined ? [] : [container]),
  target({ kind, project, service, container }) {
    if (kind === 'project') return project === undefined ? undefined : { kind: 'project', id: project };
    if (container !== undefined) return { kind: 'container', id: container };
    const isService = kind === 'service' || isNeighbour(kind);
    return isService && service !== undefined ? { kind: 'service', id: service } : undefined;
  },
  inspect: inspectOf,
  enter: openingOf,
  columns: [
    { id: 'name', title: 'NAME', width: 20, fits: { max: 60 }, cut: 'middle', rank: 0, value: nameCell },
    {
      id: 'state',
      title: 'STATE',
      width: 24,
      grow: { max: 200 },
      rank: 0,
      searched: true,
      value: stateCell,
      tone: toneOf,
    },
    {
      id: 'order',
      title: 'ORDER',
      width: 5,
      rank: 9,
      hidden: true,
      value: ({ order }) => String(order),
      sort: ({ order }) => order,
    },
  ],
};
