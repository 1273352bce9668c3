import { type ContainerId, containerId } from '../../lib/ids.ts';
import type { ContainerFacts, EngineEvent, Health } from '../facts.ts';
import { statusWords } from '../parse/status.ts';

/**
 * The effect of one engine event on the inventory. Pure. What an event implies is shown at once; the inspect that follows decides (a `die`
 * may lead to `restarting` as well as `exited`).
 */

export type Effect =
  /** Irrelevant to the inventory: probes, log attachments, file copies. */
  | { kind: 'none' }
  /** Container `id` was removed. */
  | { kind: 'gone'; id: ContainerId }
  /** Container `id` changed: read it again. */
  | { kind: 'changed'; id: ContainerId }
  /** Swarm services changed. */
  | { kind: 'swarm' }
  /** The engine itself was reconfigured, or joined or left a swarm. */
  | { kind: 'engine' };

/** Container events that change nothing in a list or an inspect. `kill` is followed by `die`. */
const HARMLESS = new Set(
  'attach archive-path commit copy detach export extract-to-dir kill logs prune resize top'.split(' '),
);

export function effectOf({ type, action, id, attributes }: EngineEvent): Effect {
  switch (type) {
    case 'container':
      if (action.startsWith('exec_') || HARMLESS.has(action)) return { kind: 'none' };
      return action === 'destroy' || action === 'remove'
        ? { kind: 'gone', id: containerId(id) }
        : { kind: 'changed', id: containerId(id) };
    case 'network':
      // A network event names the container that joined or left in an attribute.
      return /^(dis)?connect$/.test(action) && attributes.container
        ? { kind: 'changed', id: containerId(attributes.container) }
        : { kind: 'none' };
    case 'service':
      return { kind: 'swarm' };
    case 'daemon':
    case 'node':
      return { kind: 'engine' };
    default:
      return { kind: 'none' };
  }
}

/**
 * The container as the event implies it; the same object if the event alone implies nothing: an `oom` may have hit one process of many, and
 * the container lives on without OOMKilled.
 */
export function afterEvent(facts: ContainerFacts, event: EngineEvent): ContainerFacts {
  const { action, attributes, at } = event;
  if (event.type !== 'container') return facts;
  if (action.startsWith('health_status')) {
    const health = healthIn(event);
    return health === undefined || health === facts.health ? facts : moved(facts, at, probedAs(facts, health));
  }
  switch (action) {
    case 'start':
      return moved(facts, at, started(facts, at));
    case 'die':
    case 'died':
      return moved(facts, at, exited(facts, at, attributes.exitCode ?? attributes.containerExitCode));
    case 'pause':
      return facts.state === 'paused' ? facts : moved(facts, at, { state: 'paused' });
    case 'unpause':
      return facts.state === 'running' ? facts : moved(facts, at, { state: 'running' });
    case 'rename':
      return attributes.name ? { ...facts, name: attributes.name.replace(/^\//, '') } : facts;
    default:
      return facts;
  }
}

/** An event says unhealthy only after a failed probe: the streak of an earlier inspect must not contradict it. */
function probedAs({ detail }: ContainerFacts, health: Health): Partial<ContainerFacts> {
  if (health !== 'unhealthy' || detail === undefined) return { health };
  return { health, detail: { ...detail, failingStreak: Math.max(1, detail.failingStreak) } };
}

/** The facts with `change` applied, and the matching status text. */
function moved(facts: ContainerFacts, at: number, change: Partial<ContainerFacts>): ContainerFacts {
  const after = { ...facts, ...change };
  return { ...after, status: statusWords(after, at) };
}

function started({ health, detail }: ContainerFacts, startedAt: number): Partial<ContainerFacts> {
  return {
    state: 'running',
    health: health === 'none' || health === 'unknown' ? health : 'starting',
    exitCode: undefined,
    detail: detail && { ...detail, startedAt, error: '', oomKilled: false, failingStreak: 0 },
  };
}

function exited({ detail }: ContainerFacts, finishedAt: number, code: string | undefined): Partial<ContainerFacts> {
  return {
    state: 'exited',
    exitCode: code !== undefined && /^-?\d+$/.test(code) ? Number(code) : undefined,
    detail: detail && { ...detail, finishedAt, pid: 0 },
  };
}

/** Docker writes `health_status: unhealthy`, podman puts the word into an attribute. */
function healthIn({ action, attributes }: EngineEvent): Health | undefined {
  const word = action.split(':')[1]?.trim() || attributes.health_status || attributes.containerHealthStatus;
  return word === 'healthy' || word === 'unhealthy' || word === 'starting' ? word : undefined;
}
