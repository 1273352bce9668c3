import { explainError, explainExit } from '../desk/exit.ts';
import { lastExit } from '../desk/verdict.ts';
import type { ContainerFacts, SwarmNode, SwarmService, SwarmTask, TaskState } from '../engine/facts.ts';
import { safe } from '../ui/text.ts';
import type { Tone } from '../ui/theme.ts';
import { ageCell } from './cells.ts';
import { imageColumn, portsColumn } from './columns.ts';
import { emptySwarm } from './nodes.ts';
import type { Resource, World } from './resource.ts';

type Row = SwarmTask & {
  service?: SwarmService;
  node?: SwarmNode;
  /** Since when another task of the same replica runs, or when it completed. */
  replacedAt?: number;
  /** Its container, where that is on this engine. */
  here?: ContainerFacts;
};

/** What a task's state comes to, the worst first. */
type Course = 'failed' | 'coming' | 'running' | 'ended';
const COURSES: readonly Course[] = ['failed', 'coming', 'running', 'ended'];

const FAILED: ReadonlySet<TaskState> = new Set(['failed', 'rejected', 'orphaned']);
const ENDED: ReadonlySet<TaskState> = new Set(['complete', 'shutdown', 'remove']);

function courseOf({ state, desired, error }: Row): Course {
  if (FAILED.has(state)) return 'failed';
  if (state === 'running') return 'running';
  if (ENDED.has(state) || ENDED.has(desired)) return 'ended';
  // One that waits says why it must: no node fits it.
  return error === '' ? 'coming' : 'failed';
}

/** Swarm keeps failures as long as their service. One made good for so long (ms) does not stand above what runs. */
const FORGIVEN_MS = 15 * 60_000;

function isForgiven({ replacedAt }: Row, { state }: World): boolean {
  return replacedAt !== undefined && state.now - replacedAt >= FORGIVEN_MS;
}

/** The worst first; the newest first, but what runs by its name. */
function urgency(row: Row, world: World): number {
  const course = courseOf(row);
  const rank = course === 'failed' && isForgiven(row, world) ? COURSES.length : COURSES.indexOf(course);
  return rank * 1e13 - (course === 'running' ? 0 : (row.since ?? row.created));
}

const TONES: Readonly<Record<Course, Tone>> = { failed: 'bad', coming: 'busy', running: 'good', ended: 'dim' };

function toneOf(row: Row, world: World): Tone {
  return isForgiven(row, world) ? 'dim' : TONES[courseOf(row)];
}

/** As `docker service ps` has it: service.slot, or service.node for global services. */
const nameOf = ({ service, serviceId, slot, nodeId }: Row) =>
  safe(`${service?.name ?? serviceId}.${slot ?? nodeId ?? ''}`);

/** Where it runs, and whether that is known to be so still. */
function nodeCell({ node, nodeId }: Row): string {
  const name = node?.hostname || nodeId || '';
  return safe(node === undefined || node.state === 'ready' ? name : `${name} (${node.state})`);
}

/** Why it failed, in words. What this engine knows of the container says more than Swarm's one line. */
function errorCell({ error, here, state }: Row, world: World): string {
  const [, code, cause = ''] = /^task: non-zero exit \((\d+)\)(?:: (?:dockerexec: )?(.*))?$/s.exec(error) ?? [];
  if (code === undefined) return safe(error === '' ? '' : explainError(error));
  const memory = here && world.state.memory.get(here.id);
  const why = cause === '' ? '' : `: ${cause}`;
  if (here?.detail && memory && state === 'failed') return safe(lastExit({ facts: here, memory }).words + why);
  // Swarm does not tell who killed it.
  const killed =
    cause === '' ? 'exit 137, killed: out of memory, kill -9 or a stop that timed out' : 'exit 137, killed';
  const words = code === '137' ? killed : explainExit({ exitCode: Number(code), error: '', oomKilled: false }).words;
  return safe(words + why);
}

const placeOf = ({ serviceId, slot, nodeId }: SwarmTask) => `${serviceId} ${slot ?? nodeId}`;

function joined(
  all: readonly SwarmTask[],
  services: ReadonlyMap<string, SwarmService>,
  nodes: ReadonlyMap<string, SwarmNode>,
): Row[] {
  const well = all.filter(({ state }) => state === 'running' || state === 'complete');
  const since = new Map(well.map((task) => [placeOf(task), task.since]));
  return all.map((task) => ({
    ...task,
    service: services.get(task.serviceId),
    node: nodes.get(task.nodeId ?? ''),
    replacedAt: FAILED.has(task.state) ? since.get(placeOf(task)) : undefined,
  }));
}

const byId = <T extends { id: string }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]));

/** The tasks of the Swarm that this engine manages, on all its nodes, as `docker service ps` tells them. */
export const tasks: Resource<Row> = {
  name: 'tasks',
  title: 'Tasks',
  aliases: ['tasks', 'task'],
  sort: { column: 'state', descending: false },
  empty: emptySwarm('No tasks.'),
  byService: true,
  id: (task) => task.id,
  nameOf,
  labels: ({ service }) => service?.labels ?? {},
  faulty: (task) => courseOf(task) === 'failed',
  async fetch({ engine }, signal) {
    const asked = [engine.tasks({ signal }), engine.swarmServices({ signal }), engine.nodes({ signal })] as const;
    const [all, services, nodes] = await Promise.all(asked);
    return joined(all, byId(services), byId(nodes));
  },
  rows({ desk, containers, project }, scope, fetched = []) {
    const stack = scope.project ?? project;
    const shown =
      scope.service === undefined
        ? fetched.filter(({ service }) => stack === undefined || service?.stack === stack)
        : fetched.filter(({ serviceId }) => serviceId === desk.byId.get(scope.service ?? '')?.swarm?.id);
    return shown.map((task) => ({ ...task, here: containers.get(task.container ?? '') }));
  },
  service({ service }, { desk }) {
    const id = `swarm:${service?.name}`;
    return desk.byId.has(id) ? id : undefined;
  },
  containers: ({ here }) => (here ? [here.id] : []),
  target: ({ here }) => here && { kind: 'container', id: here.id },
  inspect: ({ id }) => ({ kind: 'task', id }),
  enter: (task) => ({
    open: 'inspect',
    about: task.here ? { kind: 'container', id: task.here.id } : { kind: 'task', id: task.id },
    name: task.here ? safe(task.here.name) : nameOf(task),
  }),
  columns: [
    { id: 'name', title: 'NAME', width: 8, fits: { max: 30 }, cut: 'middle', rank: 0, value: nameOf },
    {
      id: 'state',
      title: 'STATE',
      width: 9,
      rank: 0,
      searched: true,
      value: ({ state }) => state,
      tone: toneOf,
      sort: urgency,
    },
    {
      id: 'age',
      live: true,
      title: 'AGE',
      width: 6,
      align: 'right',
      rank: 1,
      value: ({ since }, world) => ageCell(since, world),
      sort: ({ since, created }, world) => world.state.now - (since ?? created),
    },
    {
      id: 'desired',
      title: 'DESIRED',
      width: 8,
      rank: 3,
      value: ({ desired }) => desired,
      // It goes on against what is wanted: its node is drained, or does not answer.
      tone: ({ state, desired }) => (state === 'running' && desired !== 'running' ? 'warn' : 'dim'),
    },
    {
      id: 'node',
      title: 'NODE',
      width: 8,
      fits: { max: 24 },
      cut: 'middle',
      rank: 2,
      searched: true,
      value: nodeCell,
      tone: ({ node }) => (node === undefined || node.state === 'ready' ? 'plain' : 'bad'),
    },
    {
      id: 'error',
      title: 'ERROR',
      width: 20,
      grow: { max: 120 },
      rank: 0,
      searched: true,
      value: errorCell,
      tone: toneOf,
    },
    portsColumn,
    imageColumn,
    { id: 'id', title: 'ID', width: 25, rank: 9, wide: true, searched: true, value: ({ id }) => safe(id) },
  ],
};
