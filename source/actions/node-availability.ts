import type { SwarmTask } from '../engine/swarm-facts.ts';
import { plural } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanInput, Refusal } from './action.ts';
import { changeNode, type NodeFacts, nodeObject, nodeOf, readNodes, watchNode } from './node-change.ts';
import { refuse } from './targets.ts';

type Wanted = 'active' | 'drain' | 'pause';

type Words = { wanted: Wanted; name: string; title: string; help: string };

/** Moves the tasks of a node elsewhere and gives it no more. */
export const drain = availability({
  wanted: 'drain',
  name: 'drain',
  title: 'Drain the node',
  help: 'move the tasks of a node elsewhere and give it no new ones',
});

/** Leaves the tasks of a node and gives it no more. */
export const pauseNode = availability({
  wanted: 'pause',
  name: 'pause-node',
  title: 'Pause the node',
  help: 'leave the tasks of a node where they are and give it no new ones',
});

/** Lets a node have tasks again; none moves back by itself. */
export const activate = availability({
  wanted: 'active',
  name: 'activate',
  title: 'Activate the node',
  help: 'let a node take tasks again',
});

function availability(words: Words): Action<unknown, NodeFacts> {
  const { wanted, name, title, help } = words;
  return {
    name,
    title,
    help,
    danger: wanted === 'drain' ? 2 : 1,
    on: ['node'],
    ...(wanted === 'drain' ? { interrupts: true as const } : {}),
    prepare: readNodes,
    plan: (input) => planFor(input, words),
    run: (plan, context) => changeNode(plan, `set to ${wanted}`, { availability: wanted }, context),
    verify: (plan, context) =>
      watchNode(plan, context, wanted, (node, { tasks }) => {
        const left = wanted === 'drain' ? runningOn(tasks, node.id).length : 0;
        if (node.availability === wanted && left === 0) return undefined;
        return left > 0
          ? `${node.availability}, ${plural(left, 'task still runs', 'tasks still run')} on it`
          : `still ${node.availability}`;
      }),
  };
}

const runningOn = (tasks: readonly SwarmTask[], id: string) =>
  tasks.filter(({ nodeId, state }) => nodeId === id && state === 'running');

const NOTES: Readonly<Record<Exclude<Wanted, 'drain'>, string>> = {
  active: 'takes tasks again',
  pause: 'keeps its tasks and gets no more',
};

function planFor(input: PlanInput<unknown, NodeFacts>, { wanted, title, name }: Words): Plan | Refusal {
  const node = nodeOf(name, input);
  if ('refused' in node) return node;
  const { target, facts } = input;
  if (node.availability === wanted)
    return refuse(name, node.hostname, `it is ${wanted} already`, 'nothing has to be done');
  const own = runningOn(facts.tasks, node.id);
  const others = facts.nodes.filter(
    (one) => one.id !== node.id && one.state === 'ready' && one.availability === 'active',
  );
  const alone = wanted !== 'active' && others.length === 0;
  return {
    action: name,
    title: `${title} ${node.hostname}`,
    danger: (wanted !== 'drain' ? 1 : alone ? 3 : 2) satisfies Danger,
    target,
    name: node.hostname,
    objects: [
      {
        ...nodeObject(
          node,
          wanted === 'drain'
            ? `${plural(own.length, 'task is', 'tasks are')} stopped here and started elsewhere`
            : NOTES[wanted],
        ),
        interrupted: wanted === 'drain' || undefined,
      },
    ],
    warnings: warnings(input, own, wanted, alone),
    options: { version: node.version },
  };
}

function warnings(
  { state }: PlanInput<unknown, NodeFacts>,
  own: readonly SwarmTask[],
  wanted: Wanted,
  alone: boolean,
): string[] {
  const services = new Set(
    own.map(({ serviceId }) => state.swarm.find(({ id }) => id === serviceId)?.name ?? serviceId),
  );
  const names = [...services].join(', ');
  return [
    ...(alone && wanted === 'drain' ? ['No other node takes tasks: its services stop.'] : []),
    ...(alone && wanted === 'pause' ? ['No other node takes tasks: what ends is not started again.'] : []),
    ...(wanted === 'drain' && names !== '' ? [`Tasks of ${names} run on it.`] : []),
    ...(wanted === 'active'
      ? ['Tasks do not move back by themselves: force an update of a service to spread it again.']
      : []),
  ];
}
