import { probedHealth } from '../desk/health.ts';
import { identify } from '../desk/identity.ts';
import { isWell, severity } from '../desk/levels.ts';
import type { Desk, Level, Verdict } from '../desk/model.ts';
import { ownerOf } from '../desk/owner.ts';
import { verdict } from '../desk/verdict.ts';
import type { ContainerFacts, Health } from '../engine/facts.ts';
import { safe } from '../lib/text.ts';
import { visibleName } from '../lib/visible-name.ts';
import { levelGlyph, levelTone } from './cells.ts';
import { healthColumn, imageColumn, portsColumn, restartsColumn, timeColumns, usageColumns } from './columns.ts';
import type { CellContext, Resource } from './resource.ts';

/**
 * The state of a container: the verdict of its service if it is the only container, as that knows the reason; else by its own state, health
 * and exit code.
 */
function verdictOf(container: ContainerFacts, desk: Desk): Verdict {
  const owner = ownerOf(desk, container.id);
  if (owner?.containers.length === 1) return owner.verdict;
  const health = probedHealth(container);
  const words = health === 'none' || container.state !== 'running' ? stateText(container) : health;
  return verdict(levelOf(container, health), 'running', words);
}

function levelOf({ state, exitCode }: ContainerFacts, health: Health): Level {
  if (state === 'running') return health === 'unhealthy' ? 'degraded' : health === 'starting' ? 'starting' : 'ok';
  if (state === 'restarting' || state === 'dead') return 'down';
  if (state === 'exited') return exitCode === 0 ? 'done' : 'down';
  return state === 'paused' ? 'degraded' : 'starting';
}

function stateText({ state, exitCode }: ContainerFacts): string {
  return state === 'exited' && exitCode !== undefined ? `exited (${exitCode})` : state;
}

function stateCell(container: ContainerFacts, world: CellContext): string {
  const { level, code, reason } = verdictOf(container, world.desk);
  return safe(`${world.glyph(levelGlyph(level))} ${isWell(level) && reason === '' ? code : reason}`);
}

/** When the current run was started. */
function startOf({ state, detail }: ContainerFacts): number | undefined {
  return state === 'running' || state === 'paused' ? detail?.startedAt : undefined;
}

function addresses(container: ContainerFacts): string {
  return container.attachments.flatMap(({ address }) => address ?? []).join(' ');
}

export const containers: Resource<ContainerFacts> = {
  name: 'containers',
  title: 'Containers',
  aliases: ['ctr', 'containers', 'container', 'po', 'pods', 'ps'],
  // The worst first, as for services.
  sort: { column: 'state', descending: false },
  empty: 'No containers.',
  byService: true,
  id: (container) => container.id,
  nameOf: (container) => visibleName(container.name),
  labels: (container) => container.labels,
  faulty: (container) =>
    probedHealth(container) === 'unhealthy' ||
    ['restarting', 'dead', 'paused'].includes(container.state) ||
    (container.state === 'exited' && container.exitCode !== 0),
  rows(source, scope) {
    if (scope.service !== undefined) return source.desk.byId.get(scope.service)?.containers ?? [];
    const project = scope.project ?? source.project;
    return project === undefined
      ? [...source.containers.values()]
      : source.desk.services.filter((service) => service.project === project).flatMap((service) => service.containers);
  },
  service: (container, world) => world.desk.ownerOf.get(container.id),
  containers: (container) => [container.id],
  target: (container) => ({ kind: 'container', id: container.id }),
  inspect: (container) => ({ kind: 'container', id: container.id }),
  // As in k9s; d describes.
  enter: (container, world) => {
    const service = world?.desk.ownerOf.get(container.id);
    return service === undefined ? undefined : { open: 'logs', service };
  },
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 8,
      fits: { max: 44 },
      cut: 'middle',
      rank: 0,
      value: (container) => visibleName(container.name),
    },
    {
      id: 'state',
      title: 'STATE',
      width: 20,
      fits: { max: 96, before: 6 },
      rank: 0,
      searched: true,
      value: stateCell,
      tone: (container, world) => levelTone(verdictOf(container, world.desk).level),
      sort: (container, world) => -severity(verdictOf(container, world.desk).level),
    },
    healthColumn(probedHealth),
    ...usageColumns((container: ContainerFacts) => [container]),
    {
      id: 'pids',
      title: 'PIDS',
      width: 4,
      align: 'right',
      rank: 7,
      wide: true,
      value: (container, world) => String(world.state.usage.get(container.id)?.pids ?? ''),
    },
    restartsColumn((container: ContainerFacts) => container.detail?.restartCount),
    ...timeColumns(startOf, (container) => container.created),
    portsColumn,
    { id: 'ip', title: 'IP', width: 15, rank: 8, wide: true, value: (container) => safe(addresses(container)) },
    imageColumn,
    { id: 'id', title: 'ID', width: 12, rank: 9, wide: true, value: (container) => safe(container.id.slice(0, 12)) },
  ],
};

/** Containers of `compose run`, and of one-off runs from here: those that run, and those that have ended and are left. */
export const oneOffs: Resource<ContainerFacts> = {
  ...containers,
  name: 'oneoffs',
  title: 'One-off containers',
  aliases: ['oneoffs', 'oneoff'],
  byService: undefined,
  unused: 'one-offs',
  empty: 'No one-off containers.',
  rows: (source, scope, fetched) =>
    (containers.rows?.(source, scope, fetched) ?? []).filter(({ name, labels }) => identify(name, labels).oneoff),
};
