import type { SwarmNode } from '../engine/swarm-facts.ts';
import type { HostSpec } from '../fleet/model.ts';
import type { EngineId } from '../lib/ids.ts';
import { safe } from '../lib/text.ts';
import type { Tone } from '../ui/theme.ts';
import { numberColumn } from './columns.ts';
import type { CellContext, Resource } from './resource.ts';

/** A node with its running tasks; undefined for a node that does not answer. */
type Row = SwarmNode & {
  running?: number;
  /** The host of the settings, or the docker context, that is this node: it has its own engine. */
  host?: EngineId;
};

/** Why a Swarm table is empty: `none` if the engine is a manager. */
export function emptySwarm(none: string): (world: CellContext) => string {
  return ({ state: { engine } }) => {
    if (engine?.swarm === 'manager') return none;
    return engine?.swarm === 'unknown' ? 'The Swarm of this engine is locked, joining or in error.' : NO_MANAGER;
  };
}

const NO_MANAGER = 'This engine is not a Swarm manager.';

const isFaulty = ({ state, reachability }: Row) => state !== 'ready' || reachability === 'unreachable';

/** An operator excluded it from new tasks. */
const isClosed = ({ availability }: Row) => availability === 'pause' || availability === 'drain';

const STATE_TONES: Readonly<Record<string, Tone>> = { ready: 'good', down: 'bad', disconnected: 'bad' };

function roleOf({ role, leader, reachability }: Row): string {
  if (role === 'worker') return role;
  if (reachability === 'unreachable') return `${leader ? 'leader' : role}, unreachable`;
  return leader ? 'leader' : role;
}

/** The worst first, then those that take no tasks. */
function urgency(node: Row): number {
  return isFaulty(node) ? 0 : isClosed(node) ? 1 : 2;
}

/** The nodes of the Swarm that this engine manages, as in `docker node ls`. */
export const nodes: Resource<Row> = {
  name: 'nodes',
  title: 'Nodes',
  aliases: ['nodes', 'node', 'no'],
  sort: { column: 'state', descending: false },
  // A manager is a node itself: without nodes it is no longer a manager, whatever it reported last.
  empty: emptySwarm(NO_MANAGER),
  id: (node) => node.id,
  nameOf: (node) => safe(node.hostname || node.id),
  labels: (node) => node.labels,
  faulty: isFaulty,
  async fetch({ engine, hosts }, signal) {
    const [all, tasks] = await Promise.all([engine.nodes({ signal }), engine.tasks({ signal })]);
    const running = (id: string) => tasks.filter(({ nodeId, state }) => nodeId === id && state === 'running').length;
    return all.map((node) => ({
      ...node,
      ...(node.state === 'ready' ? { running: running(node.id) } : {}),
      ...hostOf(node, hosts?.() ?? []),
    }));
  },
  on: ['node'],
  target: (node) => ({ kind: 'node', id: node.id }),
  inspect: (node) => ({ kind: 'node', id: node.id }),
  enter: (node) =>
    node.host === undefined
      ? { open: 'inspect', about: { kind: 'node', id: node.id }, name: safe(node.hostname || node.id) }
      : { open: 'context', name: node.host },
  columns: [
    {
      id: 'name',
      title: 'HOSTNAME',
      width: 8,
      fits: { max: 40 },
      cut: 'middle',
      rank: 0,
      value: (node) => safe(node.hostname || node.id),
    },
    {
      id: 'state',
      title: 'STATUS',
      width: 7,
      fits: { max: 40 },
      rank: 0,
      searched: true,
      value: ({ state, message }) => safe(message === '' || state === 'ready' ? state : `${state}: ${message}`),
      tone: ({ state }) => STATE_TONES[state] ?? 'warn',
      sort: urgency,
    },
    {
      id: 'availability',
      title: 'AVAILABILITY',
      width: 12,
      rank: 2,
      searched: true,
      value: ({ availability }) => availability,
      tone: (node) => (isClosed(node) ? 'warn' : 'plain'),
    },
    {
      id: 'role',
      title: 'ROLE',
      width: 7,
      fits: { max: 20 },
      rank: 1,
      searched: true,
      value: roleOf,
      tone: ({ reachability }) => (reachability === 'unreachable' ? 'bad' : 'plain'),
    },
    numberColumn({ id: 'tasks', title: 'TASKS', width: 5, rank: 1 }, ({ running }) => running),
    {
      id: 'version',
      title: 'VERSION',
      width: 8,
      fits: { max: 20 },
      rank: 3,
      value: ({ engineVersion }) => safe(engineVersion),
    },
    { id: 'address', title: 'ADDRESS', width: 15, fits: { max: 39 }, rank: 4, searched: true, value: addressOf },
    {
      id: 'host',
      title: 'HOST',
      width: 8,
      fits: { max: 24 },
      rank: 5,
      wide: true,
      value: ({ host }) => safe(host ?? ''),
    },
    { id: 'id', title: 'ID', width: 25, rank: 5, wide: true, searched: true, value: ({ id }) => safe(id) },
  ],
};

/** A host that has the node's name, or leads to its address. */
function hostOf(
  { hostname, address }: SwarmNode,
  hosts: readonly Pick<HostSpec, 'name' | 'where'>[],
): { host?: EngineId } {
  const at = (where: string) => /^\w+:\/\/(?:[^@/]*@)?\[?([^/\]]*?)\]?(?::\d+)?(?:\/|$)/.exec(where)?.[1];
  const found = hosts.find(
    ({ name, where }) => name === hostname || [hostname, address].includes(at(where) || '(none)'),
  );
  return found ? { host: found.name } : {};
}

function addressOf({ address }: Row): string {
  return safe(address);
}
