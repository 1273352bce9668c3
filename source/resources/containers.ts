import { probedHealth } from '../desk/health.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { safe } from '../lib/text.ts';
import { visibleName } from '../lib/visible-name.ts';
import type { Tone } from '../ui/theme.ts';
import { healthColumn, imageColumn, portsColumn, restartsColumn, timeColumns, usageColumns } from './columns.ts';
import type { Resource } from './resource.ts';

const STATE_TONES: Readonly<Record<string, Tone>> = {
  running: 'good',
  restarting: 'bad',
  dead: 'bad',
  paused: 'warn',
  exited: 'dim',
  created: 'dim',
};

function stateText(container: ContainerFacts): string {
  const code = container.state === 'exited' && container.exitCode !== undefined ? ` (${container.exitCode})` : '';
  return safe(`${container.state}${code}`);
}

function stateTone(container: ContainerFacts): Tone {
  if (container.state === 'exited' && container.exitCode !== 0) return 'bad';
  return STATE_TONES[container.state] ?? 'plain';
}

/** When the run that goes on was started. */
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
  sort: { column: 'name', descending: false },
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
  enter: (container) => ({
    open: 'inspect',
    about: { kind: 'container', id: container.id },
    name: visibleName(container.name),
  }),
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
    { id: 'state', title: 'STATE', width: 12, rank: 0, searched: true, value: stateText, tone: stateTone },
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
