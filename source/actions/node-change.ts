import type { NodeChange } from '../engine/engine.ts';
import type { SwarmNode, SwarmTask } from '../engine/swarm-facts.ts';
import { duration } from '../lib/format.ts';
import type { Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

/** What the actions on Swarm nodes share: finding the node, one change under the version that was seen, and looking at its effect. */

export type NodeFacts = { nodes: readonly SwarmNode[]; tasks: readonly SwarmTask[] };

export async function readNodes({ engine, signal }: PrepareInput): Promise<NodeFacts> {
  const [nodes, tasks] = await Promise.all([engine.nodes({ signal }), engine.tasks({ signal })]);
  return { nodes, tasks };
}

/** The node that is meant, by its id or host name. */
export function nodeOf(name: string, { target, facts }: PlanInput<unknown, NodeFacts>): SwarmNode | Refusal {
  const found = facts.nodes.filter(({ id, hostname }) => id === target.id || hostname === target.id);
  const [node] = found;
  if (node && found.length === 1) return node;
  const change = facts.nodes.length === 0 ? 'connect to a Swarm manager' : 'name it by its id; :nodes lists them';
  return refuse(name, target.id, node ? 'several nodes have that name' : 'there is no such node', change);
}

/** The only object of a plan that changes a node. */
export function nodeObject({ id, hostname }: SwarmNode, note: string): PlanObject {
  return { kind: 'node', id, name: hostname, note };
}

/** The change of the planned node. */
export async function changeNode(
  { objects: [object], options = {} }: Plan,
  call: string,
  to: NodeChange,
  context: RunContext,
): Promise<readonly Step[]> {
  if (!object) return [];
  const work = () => context.engine.changeNode(object.id, Number(options.version), to);
  return [await change(object, call, context, work)];
}

const LIMIT_MS = 60_000;
const LOOK_MS = 500;

/** Looks until `left` has nothing to say: what is still missing, in words; undefined where all is done. */
export async function watchNode(
  { objects: [object] }: Plan,
  context: RunContext,
  done: string,
  left: (node: SwarmNode, facts: NodeFacts) => string | undefined,
): Promise<Finding> {
  const { engine, now, begun, wait, signal, progress } = context;
  for (;;) {
    const [nodes, tasks] = await Promise.all([engine.nodes({ signal }), engine.tasks({ signal })]);
    const node = nodes.find(({ id }) => id === object?.id);
    const took = now() - begun;
    const missing = node ? left(node, { nodes, tasks }) : 'the node is gone';
    if (missing === undefined) return { ok: true, text: `${done} after ${duration(took)}` };
    if (signal.aborted || took > LIMIT_MS) return { ok: false, text: `${missing} after ${duration(took)}` };
    progress(`${object?.name}: ${missing}`);
    await wait(LOOK_MS, signal);
  }
}
