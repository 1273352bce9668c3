import type { SwarmNode, SwarmTask } from '../engine/swarm-facts.ts';
import { duration } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanInput, PrepareInput, Refusal, RunContext } from './action.ts';
import { change } from './change.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

type Wanted = 'active' | 'drain';
type Facts = { nodes: readonly SwarmNode[]; tasks: readonly SwarmTask[] };

/** Moves the tasks of a node elsewhere and gives it no more. */
export const drain = availability(
  'drain',
  'Drain the node',
  'move the tasks of a node elsewhere and give it no new ones',
);

/** Lets a node have tasks again; none moves back by itself. */
export const activate = availability('active', 'Activate the node', 'let a node take tasks again', 'activate');

function availability(wanted: Wanted, title: string, help: string, name: string = wanted): Action<unknown, Facts> {
  return {
    name,
    title,
    help,
    danger: wanted === 'drain' ? 2 : 1,
    on: ['node'],
    interrupts: true,
    prepare: async ({ engine, signal }: PrepareInput) => ({
      nodes: await engine.nodes({ signal }),
      tasks: await engine.tasks({ signal }),
    }),
    plan: (input) => planFor(input, { wanted, title, name }),
    run: async ({ objects: [object], options = {} }, context) =>
      object
        ? [
            await change(object, `set to ${wanted}`, context, () =>
              context.engine.setAvailability(object.id, Number(options.version), wanted),
            ),
          ]
        : [],
    verify: (plan, context) => watchNode(plan, wanted, context),
  };
}

const runningOn = (tasks: readonly SwarmTask[], id: string) =>
  tasks.filter(({ nodeId, state }) => nodeId === id && state === 'running');

function planFor(
  { target, facts, state }: PlanInput<unknown, Facts>,
  { wanted, title, name }: { wanted: Wanted; title: string; name: string },
): Plan | Refusal {
  const found = facts.nodes.filter(({ id, hostname }) => id === target.id || hostname === target.id);
  const [node] = found;
  if (!node || found.length > 1) {
    const change = facts.nodes.length === 0 ? 'connect to a Swarm manager' : 'name it by its id; :nodes lists them';
    return refuse(name, target.id, node ? 'several nodes have that name' : 'there is no such node', change);
  }
  if (node.availability === wanted)
    return refuse(name, node.hostname, `it is ${wanted} already`, 'nothing has to be done');
  const own = runningOn(facts.tasks, node.id);
  const others = facts.nodes.filter(
    (one) => one.id !== node.id && one.state === 'ready' && one.availability === 'active',
  );
  const alone = wanted === 'drain' && others.length === 0;
  const services = new Set(
    own.map(({ serviceId }) => state.swarm.find(({ id }) => id === serviceId)?.name ?? serviceId),
  );
  const names = [...services].join(', ');
  return {
    action: name,
    title: `${title} ${node.hostname}`,
    danger: (wanted === 'active' ? 1 : alone ? 3 : 2) satisfies Danger,
    target,
    name: node.hostname,
    objects: [
      {
        kind: 'node',
        id: node.id,
        name: node.hostname,
        note: wanted === 'drain' ? `${own.length} tasks are stopped here and started elsewhere` : 'takes tasks again',
        interrupted: wanted === 'drain' || undefined,
      },
    ],
    warnings: [
      ...(alone ? ['No other node takes tasks: its services stop.'] : []),
      ...(wanted === 'drain' && names !== '' ? [`Tasks of ${names} run on it.`] : []),
      ...(wanted === 'active'
        ? ['Tasks do not move back by themselves: force an update of a service to spread it again.']
        : []),
    ],
    options: { version: node.version },
  };
}

const LIMIT_MS = 60_000;
const LOOK_MS = 500;

async function watchNode({ objects: [object] }: Plan, wanted: Wanted, context: RunContext): Promise<Finding> {
  const { engine, now, begun, wait, signal, progress } = context;
  for (;;) {
    const [nodes, tasks] = await Promise.all([engine.nodes({ signal }), engine.tasks({ signal })]);
    const node = nodes.find(({ id }) => id === object?.id);
    const left = wanted === 'drain' ? runningOn(tasks, object?.id ?? '').length : 0;
    const took = now() - begun;
    if (node?.availability === wanted && left === 0) return { ok: true, text: `${wanted} after ${duration(took)}` };
    if (signal.aborted || took > LIMIT_MS)
      return {
        ok: false,
        text: `${node?.availability ?? 'gone'}, ${left} tasks still run on it after ${duration(took)}`,
      };
    progress(`${object?.name}: ${left} tasks still run on it`);
    await wait(LOOK_MS, signal);
  }
}
