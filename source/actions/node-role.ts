import type { SwarmNode } from '../engine/swarm-facts.ts';
import { plural } from '../lib/format.ts';
import type { Action, Plan, PlanInput, Refusal } from './action.ts';
import { changeNode, type NodeFacts, nodeObject, nodeOf, readNodes, watchNode } from './node-change.ts';
import { refuse } from './targets.ts';

/** Makes a worker a manager. */
export const promote = roleAction('manager', 'promote', 'Promote the node', 'make a worker a manager of the Swarm');

/** Makes a manager a worker. */
export const demote = roleAction('worker', 'demote', 'Demote the node', 'make a manager of the Swarm a worker');

function roleAction(role: SwarmNode['role'], name: string, title: string, help: string): Action<unknown, NodeFacts> {
  return {
    name,
    title,
    help,
    danger: 2,
    on: ['node'],
    prepare: readNodes,
    plan: (input) => planFor(input, role, name, title),
    run: (plan, context) => changeNode(plan, `set to ${role}`, { role }, context),
    verify: (plan, context) => watchNode(plan, context, role, (node) => missing(node, role)),
  };
}

/** A manager counts once the others reach it. */
function missing(node: SwarmNode, role: SwarmNode['role']): string | undefined {
  if (node.role !== role) return `still ${node.role}`;
  if (role === 'manager') return node.reachability === 'reachable' ? undefined : 'the other managers do not reach it';
  return node.reachability === undefined ? undefined : 'still a manager';
}

function planFor(
  input: PlanInput<unknown, NodeFacts>,
  role: SwarmNode['role'],
  name: string,
  title: string,
): Plan | Refusal {
  const node = nodeOf(name, input);
  if ('refused' in node) return node;
  const { target, facts } = input;
  if (node.role === role) return refuse(name, node.hostname, `it is a ${role} already`, 'nothing has to be done');
  const managers = facts.nodes.filter((one) => one.role === 'manager');
  if (role === 'manager' && node.state !== 'ready')
    return refuse(name, node.hostname, `it is ${node.state}`, 'bring it back first');
  const reached = managers.filter((one) => one.reachability === 'reachable' && one.id !== node.id).length;
  const count = role === 'manager' ? managers.length + 1 : managers.length - 1;
  if (role === 'worker') {
    if (count === 0) return refuse(name, node.hostname, 'it is the only manager', 'promote another node first');
    if (reached < majority(count))
      return refuse(
        name,
        node.hostname,
        `only ${reached} of the ${count} managers that are left answer: the Swarm could not be changed any more`,
        'bring another manager back first',
      );
  }
  return {
    action: name,
    title: `${title} ${node.hostname}`,
    danger: 2,
    target,
    name: node.hostname,
    objects: [nodeObject(node, `becomes a ${role}; its tasks stay`)],
    warnings: [
      tolerance(count),
      ...(node.leader ? ['It is the leader: another manager is elected first.'] : []),
      ...(role === 'manager' ? ['A manager holds the keys and secrets of the whole Swarm.'] : []),
    ],
    options: { version: node.version },
  };
}

const majority = (managers: number) => Math.floor(managers / 2) + 1;

function tolerance(managers: number): string {
  const lost = managers - majority(managers);
  const even = managers % 2 === 0 ? '; an even number stands no more failures than one less' : '';
  return `The Swarm has ${plural(managers, 'manager')} then: it stands the loss of ${lost}${even}.`;
}
