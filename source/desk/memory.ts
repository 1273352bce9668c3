import type { EngineEvent } from '../engine/facts.ts';
import type { ContainerMemory } from './state.ts';
import { LIMIT, WINDOW } from './window.ts';

/** What the events told of one container and Docker forgets: starts, exits and how they came about, health changes, OOMs. */

export const NOTHING: ContainerMemory = { starts: [], exits: [], healthChanges: [], ooms: [], kills: [] };

const SIGKILL = new Set(['9', 'KILL', 'SIGKILL']);
/** Signals that ask for something else than the end: hang-up, user 1 and 2. */
const RELOAD = new Set(['1', '10', '12']);

/** What was known of the container when the event came: bytes of memory that it used last, and its limit. */
export type Circumstances = { lastUse?: number; memoryLimit?: number };

/** The memory after an event of this container; the same object where the event says nothing worth remembering. */
export function remember(memory: ContainerMemory, event: EngineEvent, around: Circumstances = {}): ContainerMemory {
  const { at, action, attributes } = event;
  if (action === 'start') return { ...memory, starts: recent(memory.starts, at), kills: [] };
  if (action === 'oom') return withOom(memory, at);
  if (action === 'kill')
    return { ...memory, kills: recentRecords(memory.kills, { at, signal: attributes.signal ?? '' }) };
  if (action === 'die') return withExit(memory, exitOf(memory, event, around));
  if (action === 'stop') return stopAsked(memory, at);
  if (action === 'update') return { ...memory, mendedAt: at, updatedAt: at };
  const health = healthOf(event);
  if (health) return { ...memory, healthChanges: healthChanged(memory.healthChanges, { at, health }) };
  return memory;
}

/** The health that a health_status event tells; Docker puts it behind the action, podman into the attributes. */
export function healthOf(event: EngineEvent): 'healthy' | 'unhealthy' | undefined {
  if (!event.action.startsWith('health_status')) return undefined;
  const said = event.action.slice('health_status'.length).replace(/^[:\s]+/, '') || event.attributes.health_status;
  return said === 'healthy' || said === 'unhealthy' ? said : undefined;
}

type Exit = ContainerMemory['exits'][number];

function withExit(memory: ContainerMemory, exit: Exit): ContainerMemory {
  const exits = recentRecords(memory.exits, exit);
  return { ...memory, exits, kills: [], ...(exit.wanted ? { mendedAt: exit.at } : {}) };
}

function exitOf(memory: ContainerMemory, event: EngineEvent, { lastUse, memoryLimit }: Circumstances): Exit {
  const code = Number.parseInt(event.attributes.exitCode ?? '', 10);
  const asked = memory.kills.filter((kill) => event.at - kill.at < WINDOW.recent && !RELOAD.has(kill.signal));
  const signal = asked.at(-1)?.signal;
  const started = memory.starts.at(-1) ?? 0;
  // The kernel's OOM kill is told in its own event, in the same moment; an older one belongs to a process that the container outlived.
  const oom = memory.ooms.some((at) => at >= started && event.at - at < 5000);
  return {
    at: event.at,
    ...(Number.isNaN(code) ? {} : { exitCode: code }),
    ...(signal ? { signal } : {}),
    oom: oom && code === 137,
    wanted: asked.length > 0,
    ...(isSigkill(signal) && asked.length > 1 && !isSigkill(asked[0]?.signal) ? { killedAfterStop: true } : {}),
    ...(lastUse === undefined ? {} : { lastUse }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

/** The kernel's word may come after the exit that it explains. */
function withOom(memory: ContainerMemory, at: number): ContainerMemory {
  const ooms = recent(memory.ooms, at);
  const last = memory.exits.at(-1);
  const late =
    last && last.exitCode === 137 && !last.wanted && at - last.at < 2000 && (memory.starts.at(-1) ?? 0) <= last.at;
  return late
    ? { ...memory, ooms, exits: [...memory.exits.slice(0, -1), { ...last, oom: true }] }
    : { ...memory, ooms };
}

/**
 * A `stop` comes after the `die` that it caused: what it caused was wanted. A `restart` tells nothing that its signals did not: podman
 * sends it for the restarts of its policy, too.
 */
function stopAsked(memory: ContainerMemory, at: number): ContainerMemory {
  const last = memory.exits.at(-1);
  const caused = last && !last.wanted && at - last.at < 2000;
  if (!caused) return memory;
  return { ...memory, exits: [...memory.exits.slice(0, -1), { ...last, wanted: true }], mendedAt: at };
}

function healthChanged(changes: ContainerMemory['healthChanges'], next: ContainerMemory['healthChanges'][number]) {
  return changes.at(-1)?.health === next.health ? changes : recentRecords(changes, next);
}

/** Whether a stop took its second signal: it was asked to end first, and killed when its time was up. */
function isSigkill(signal: string | undefined): boolean {
  return signal !== undefined && SIGKILL.has(signal.toUpperCase());
}

/** One memory of two lives of the same name: what went wrong before is known, but was mended by the recreation (at `created`). */
export function inherit(earlier: ContainerMemory, later: ContainerMemory, created: number): ContainerMemory {
  return {
    mendedAt: Math.max(created, later.mendedAt ?? 0),
    updatedAt: later.updatedAt,
    starts: join(earlier.starts, later.starts, (at) => at),
    exits: join(earlier.exits, later.exits, (exit) => exit.at),
    healthChanges: join(earlier.healthChanges, later.healthChanges, (change) => change.at),
    ooms: join(earlier.ooms, later.ooms, (at) => at),
    kills: later.kills,
  };
}

function join<T>(a: readonly T[], b: readonly T[], at: (item: T) => number): T[] {
  return [...a, ...b].sort((x, y) => at(x) - at(y)).slice(-LIMIT.records);
}

function recent(times: readonly number[], at: number): number[] {
  return [...times.filter((time) => at - time < WINDOW.oom), at].slice(-LIMIT.records);
}

function recentRecords<T extends { at: number }>(records: readonly T[], next: T): T[] {
  return [...records.filter((record) => next.at - record.at < WINDOW.oom), next].slice(-LIMIT.records);
}
