import type { EngineEvent } from '../engine/facts.ts';
import type { ContainerMemory } from './state.ts';
import { LIMIT, WINDOW } from './window.ts';

/** What events showed about a container but Docker forgets: starts, exits and their reasons, health changes, OOMs. */

export const NOTHING: ContainerMemory = { starts: [], exits: [], healthChanges: [], ooms: [], kills: [] };

const SIGKILL = new Set(['9', 'KILL', 'SIGKILL']);
/** Signals that do not ask a program to end: hang-up, user 1 and 2. */
const RELOAD = new Set(['1', '10', '12']);

/** The container at the time of the event: its last memory usage and its limit, in bytes. */
export type Circumstances = { lastUse?: number; memoryLimit?: number };

/** The memory after an event of this container; the same object if there is nothing to remember. */
export function remember(memory: ContainerMemory, event: EngineEvent, around: Circumstances = {}): ContainerMemory {
  const { at, action, attributes } = event;
  if (action === 'start') return { ...memory, starts: recent(memory.starts, at), kills: [], stoppedAt: undefined };
  if (action === 'oom') return withOom(memory, at);
  if (action === 'kill')
    return { ...memory, kills: recentRecords(memory.kills, { at, signal: attributes.signal ?? '' }) };
  if (action === 'die') return withExit(memory, exitOf(memory, event, around));
  if (action === 'stop') return stopAsked(memory, at);
  if (action === 'pause') return { ...memory, pausedAt: at };
  if (action === 'unpause') return { ...memory, pausedAt: undefined };
  if (action === 'update') return { ...memory, resetAt: at, updatedAt: at };
  const health = healthOf(event);
  if (health) return { ...memory, healthChanges: healthChanged(memory.healthChanges, { at, health }) };
  return memory;
}

/** The health in a health_status event; Docker appends it to the action, podman puts it into the attributes. */
export function healthOf(event: EngineEvent): 'healthy' | 'unhealthy' | undefined {
  if (!event.action.startsWith('health_status')) return undefined;
  const said = event.action.slice('health_status'.length).replace(/^[:\s]+/, '') || event.attributes.health_status;
  return said === 'healthy' || said === 'unhealthy' ? said : undefined;
}

type Exit = ContainerMemory['exits'][number];

function withExit(memory: ContainerMemory, exit: Exit): ContainerMemory {
  const exits = recentRecords(memory.exits, exit);
  return { ...memory, exits, kills: [], ...(exit.wanted ? { resetAt: exit.at } : {}) };
}

function exitOf(memory: ContainerMemory, event: EngineEvent, { lastUse, memoryLimit }: Circumstances): Exit {
  const code = Number.parseInt(event.attributes.exitCode ?? '', 10);
  const asked = memory.kills.filter((kill) => event.at - kill.at < WINDOW.recent && !RELOAD.has(kill.signal));
  const signal = asked.at(-1)?.signal;
  const started = memory.starts.at(-1) ?? 0;
  // The kernel's OOM kill has its own event at the same time; an older one belongs to a process that the container survived.
  const oom = memory.ooms.some((at) => at >= started && event.at - at < 5000);
  return {
    at: event.at,
    ...(Number.isNaN(code) ? {} : { exitCode: code }),
    ...(signal ? { signal } : {}),
    oom: oom && code === 137,
    wanted: asked.length > 0 || event.at - (memory.stoppedAt ?? 0) < STOP_AND_EXIT_MS,
    ...(isSigkill(signal) && asked.length > 1 && !isSigkill(asked[0]?.signal) ? { killedAfterStop: true } : {}),
    ...(lastUse === undefined ? {} : { lastUse }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

/** The OOM event may come after the exit that it explains. */
function withOom(memory: ContainerMemory, at: number): ContainerMemory {
  const ooms = recent(memory.ooms, at);
  const last = memory.exits.at(-1);
  const late =
    last && last.exitCode === 137 && !last.wanted && at - last.at < 2000 && (memory.starts.at(-1) ?? 0) <= last.at;
  return late
    ? { ...memory, ooms, exits: [...memory.exits.slice(0, -1), { ...last, oom: true }] }
    : { ...memory, ooms };
}

/** A stop event and the exit that it caused are at most this far apart (ms). */
const STOP_AND_EXIT_MS = 2000;

/**
 * A `stop` comes beside the `die` that it caused (engine 26: also before it), so that exit was requested. A `restart` adds nothing to its signals: podman also sends it
 * for restarts by policy.
 */
function stopAsked(memory: ContainerMemory, at: number): ContainerMemory {
  const last = memory.exits.at(-1);
  const caused = last && !last.wanted && at - last.at < STOP_AND_EXIT_MS;
  if (!caused) return { ...memory, stoppedAt: at };
  return { ...memory, exits: [...memory.exits.slice(0, -1), { ...last, wanted: true }], resetAt: at };
}

function healthChanged(changes: ContainerMemory['healthChanges'], next: ContainerMemory['healthChanges'][number]) {
  return changes.at(-1)?.health === next.health ? changes : recentRecords(changes, next);
}

/** Whether a stop needed its second signal: after the stop signal it was killed at the timeout. */
function isSigkill(signal: string | undefined): boolean {
  return signal !== undefined && SIGKILL.has(signal.toUpperCase());
}

/** Merges the memories of two containers of the same name: earlier problems are known, but the recreation (at `created`) repaired them. */
export function inherit(earlier: ContainerMemory, later: ContainerMemory, created: number): ContainerMemory {
  return {
    resetAt: Math.max(created, later.resetAt ?? 0),
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
