import { NOTHING } from '../desk/memory.ts';
import { taskErrorWords, taskExit } from '../desk/task-error.ts';
import { lastExit } from '../desk/verdict.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { SwarmNode, SwarmService, SwarmTask, TaskState } from '../engine/swarm-facts.ts';
import { containerId, serviceId } from '../lib/ids.ts';
import { safe } from '../lib/text.ts';
import { visibleName } from '../lib/visible-name.ts';
import type { Tone } from '../ui/theme.ts';
import { ageCell } from './cells.ts';
import { imageColumn, portsColumn } from './columns.ts';
import { emptySwarm } from './nodes.ts';
import type { CellContext, Resource } from './resource.ts';

type Row = SwarmTask & {
  service?: SwarmService;
  node?: SwarmNode;
  /** It failed, but another task of its replica failed later. */
  repeated?: boolean;
  /** It failed, but a later task of its replica runs or has completed. */
  replacedAt?: number;
  /** Its container, if it is on this engine. */
  here?: ContainerFacts;
};

/** The meaning of a task's state, the worst first. */
const COURSES = ['failed', 'lost', 'coming', 'running', 'ended'] as const;
type TaskPhase = (typeof COURSES)[number];

const FAILED: ReadonlySet<TaskState> = new Set(['failed', 'rejected', 'orphaned']);
const ENDED: ReadonlySet<TaskState> = new Set(['complete', 'shutdown', 'remove']);

const hasFailed = ({ state }: SwarmTask) => FAILED.has(state);

function courseOf(task: Row): TaskPhase {
  const { state, desired, error, node } = task;
  if (hasFailed(task)) return 'failed';
  // Swarm repeats a node's last report: on a node that does not answer it may still run, along with its replacement.
  if (state === 'running') return node === undefined || node.state === 'ready' ? 'running' : 'lost';
  if (ENDED.has(state) || ENDED.has(desired)) return 'ended';
  // A waiting task has a reason: no node fits.
  return error === '' ? 'coming' : 'failed';
}

/** Age (ms) from which a recovered failure is history. */
const FORGIVEN_MS = 15 * 60_000;

/** Swarm keeps some failures of each replica: only the last one is listed above running tasks, and not for ever. */
function isPast({ repeated = false, replacedAt }: Row, { state }: CellContext): boolean {
  return repeated || (replacedAt !== undefined && state.now - replacedAt >= FORGIVEN_MS);
}

/** The worst first; among equals the newest first, but running ones by name. */
function urgency(row: Row, world: CellContext): number {
  const course = courseOf(row);
  const rank = isPast(row, world) ? COURSES.length : COURSES.indexOf(course);
  return rank * 1e13 - (course === 'running' ? 0 : sinceOf(row));
}

const sinceOf = ({ since, created }: SwarmTask) => since ?? created;

const TONES: Readonly<Record<TaskPhase, Tone>> = {
  failed: 'bad',
  lost: 'warn',
  coming: 'busy',
  running: 'good',
  ended: 'dim',
};

function toneOf(row: Row, world: CellContext): Tone {
  return isPast(row, world) ? 'dim' : TONES[courseOf(row)];
}

/** service.slot, as `docker service ps` has it; tasks of a global service are distinguished by their nodes. */
const nameOf = ({ service, serviceId, slot, node, nodeId }: Row) =>
  safe(`${service?.name ?? serviceId}.${slot ?? (node?.hostname || nodeId) ?? ''}`);

/** Where it runs, and whether that is still certain. */
function nodeCell({ node, nodeId }: Row): string {
  const name = node?.hostname || nodeId || '';
  return safe(node === undefined || node.state === 'ready' ? name : `${name} (${node.state})`);
}

function errorCell(row: Row, world: CellContext): string {
  return courseOf(row) === 'lost' ? 'may still run: node is silent' : safe(whyFailed(row, world));
}

/** Why it failed, in words. This engine's facts about the container are more detailed than Swarm's message. */
function whyFailed({ error, here, state }: Row, world: CellContext): string {
  const exit = taskExit(error);
  if (!exit || !here?.detail || state !== 'failed') return taskErrorWords(error);
  const { words } = lastExit({ facts: here, memory: world.state.memory.get(here.id) ?? NOTHING });
  return exit.cause === '' ? words : `${words}: ${exit.cause}`;
}

const placeOf = ({ serviceId, slot, nodeId }: SwarmTask) => `${serviceId} ${slot ?? nodeId}`;

function joined(
  all: readonly SwarmTask[],
  services: ReadonlyMap<string, SwarmService>,
  nodes: ReadonlyMap<string, SwarmNode>,
): Row[] {
  const byAge = all.toSorted((a, b) => sinceOf(a) - sinceOf(b));
  const failures = new Map(byAge.filter(hasFailed).map((task) => [placeOf(task), task.id]));
  const well = byAge.filter(({ state }) => state === 'running' || state === 'complete');
  const wellSince = new Map(well.map((task) => [placeOf(task), sinceOf(task)]));
  return all.map((task) => {
    const row = { ...task, service: services.get(task.serviceId), node: nodes.get(task.nodeId ?? '') };
    if (!hasFailed(task)) return row;
    const replacedAt = wellSince.get(placeOf(task)) ?? 0;
    return {
      ...row,
      repeated: failures.get(placeOf(task)) !== task.id,
      // The previous one keeps running while an update fails.
      replacedAt: replacedAt > sinceOf(task) ? replacedAt : undefined,
    };
  });
}

const byId = <T extends { id: string }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]));

/** The tasks of the Swarm that this engine manages, on all its nodes, as in `docker service ps`. */
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
  faulty: (task) => ['failed', 'lost'].includes(courseOf(task)),
  async fetch({ engine }, signal) {
    const asked = [engine.tasks({ signal }), engine.swarmServices({ signal }), engine.nodes({ signal })] as const;
    const [all, services, nodes] = await Promise.all(asked);
    return joined(all, byId(services), byId(nodes));
  },
  rows({ desk, containers, project }, { service: only, project: own = project }, fetched = []) {
    const shown =
      only === undefined
        ? fetched.filter(({ service }) => own === undefined || service?.stack === own)
        : fetched.filter(({ serviceId }) => serviceId === desk.byId.get(only)?.swarm?.id);
    return shown.map((task) => ({
      ...task,
      here: task.container === undefined ? undefined : containers.get(containerId(task.container)),
    }));
  },
  service({ service }, { desk }) {
    const id = serviceId(`swarm:${service?.name}`);
    return desk.byId.has(id) ? id : undefined;
  },
  containers: ({ here }) => (here ? [here.id] : []),
  target: ({ here }) => here && { kind: 'container', id: here.id },
  inspect: ({ id }) => ({ kind: 'task', id }),
  enter: (task) => ({
    open: 'inspect',
    about: task.here ? { kind: 'container', id: task.here.id } : { kind: 'task', id: task.id },
    name: task.here ? visibleName(task.here.name) : nameOf(task),
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
      // Since it entered its state: what AGE, the time since the creation, is in no other table.
      id: 'for',
      live: true,
      title: 'FOR',
      width: 6,
      align: 'right',
      rank: 1,
      value: ({ since }, world) => ageCell(since, world),
      sort: (task, world) => world.state.now - sinceOf(task),
    },
    {
      id: 'desired',
      title: 'DESIRED',
      width: 8,
      rank: 3,
      value: ({ desired }) => desired,
      // It runs although it should not: its node is being drained or does not answer.
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
      tone(task) {
        if (task.node === undefined || task.node.state === 'ready') return 'plain';
        return courseOf(task) === 'lost' ? 'bad' : 'dim';
      },
    },
    {
      id: 'error',
      title: 'ERROR',
      width: 28,
      grow: { max: 120 },
      rank: 0,
      searched: true,
      value: errorCell,
      tone: toneOf,
    },
    { ...portsColumn, wide: true },
    imageColumn,
    { id: 'id', title: 'ID', width: 25, rank: 9, wide: true, searched: true, value: ({ id }) => safe(id) },
  ],
};
