import type { EngineEvent } from '../engine/facts.ts';
import type { ServiceId } from '../lib/ids.ts';
import { explainExit } from './exit.ts';
import { healthOf } from './memory.ts';
import type { ContainerMemory, TimelineEntry } from './state.ts';
import { LIMIT } from './window.ts';

/**
 * The timeline. Entries come from the engine's events, without noise: probes (exec_*), signals and stops that a `die` repeats, attaching,
 * copying, network plumbing. Actions, metrics and the connection add notes.
 */

type EntryText = Pick<TimelineEntry, 'kind' | 'level'> & { text: string };

const CONTAINER: Readonly<Record<string, EntryText>> = {
  start: { kind: 'event', level: 'good', text: 'started' },
  pause: { kind: 'event', level: 'warning', text: 'paused' },
  unpause: { kind: 'event', level: 'good', text: 'unpaused' },
  create: { kind: 'event', level: 'info', text: 'created' },
  destroy: { kind: 'event', level: 'info', text: 'removed' },
  update: { kind: 'event', level: 'info', text: 'limits updated' },
  oom: { kind: 'oom', level: 'bad', text: 'out of memory: the kernel killed a process' },
};

/** Events of other objects that change the desk permanently. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  image: ['pull', 'delete', 'untag', 'prune', 'load'],
  volume: ['destroy', 'prune'],
  network: ['destroy', 'prune'],
  builder: ['prune'],
  container: ['prune'],
  service: ['create', 'update', 'remove'],
  node: ['create', 'update', 'remove'],
  daemon: ['reload'],
};

/** The entry for an event; undefined for noise. `memory`: the container's memory including this event. */
export function entryOf(
  event: EngineEvent,
  serviceId: ServiceId | undefined,
  memory: ContainerMemory,
  memoryLimit?: number,
): TimelineEntry | undefined {
  const entry = event.type === 'container' ? containerEntry(event, memory, memoryLimit) : undefined;
  if (entry)
    return { at: event.at, serviceId, kind: entry.kind, level: entry.level, text: `${event.name} ${entry.text}` };
  if (!OTHERS[event.type]?.includes(event.action)) return undefined;
  const update = event.attributes['updatestate.new'];
  if (event.type === 'service' && update !== undefined) {
    const level = update === 'completed' ? 'good' : /rollback|paused/.test(update) ? 'bad' : 'info';
    return {
      at: event.at,
      serviceId,
      kind: 'event',
      level,
      text: `update of ${event.name}: ${update.replaceAll('_', ' ')}`,
    };
  }
  const what =
    event.action === 'prune' ? `${event.type}s pruned` : `${event.type} ${event.name || event.id}: ${event.action}`;
  return { at: event.at, serviceId, kind: 'event', level: 'info', text: what };
}

function containerEntry(event: EngineEvent, memory: ContainerMemory, memoryLimit?: number): EntryText | undefined {
  if (event.action === 'die') return exitEntry(memory, memoryLimit);
  const health = healthOf(event);
  if (health) return { kind: 'health', level: health === 'healthy' ? 'good' : 'bad', text: `is ${health}` };
  // podman also sends it for restarts by policy.
  if (event.action === 'restart') {
    const asked = memory.exits.at(-1)?.wanted !== false;
    return { kind: 'restart', level: 'info', text: asked ? 'restarted on request' : 'restarted by its policy' };
  }
  if (event.action === 'rename') {
    const from = event.attributes.oldName?.replace(/^\//, '');
    return from ? { kind: 'event', level: 'info', text: `renamed from ${from}` } : undefined;
  }
  return CONTAINER[event.action];
}

function exitEntry(memory: ContainerMemory, memoryLimit?: number): EntryText {
  const exit = memory.exits.at(-1);
  const { words } = explainExit({
    exit,
    exitCode: exit?.exitCode,
    error: '',
    oomKilled: exit?.oom ?? false,
    memoryLimit,
  });
  const fine = exit?.wanted === true || exit?.exitCode === 0;
  return { kind: 'exit', level: fine ? 'info' : 'bad', text: `ended: ${words}` };
}

/** The timeline with one more entry, in order of time, bounded: the oldest go first. */
export function append(timeline: readonly TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  const next = timeline.length >= LIMIT.timeline ? timeline.slice(-LIMIT.timeline * 0.75) : timeline.slice();
  // Notes may arrive slightly late; events are usually the newest.
  let place = next.length;
  while (place > 0 && (next[place - 1]?.at ?? 0) > entry.at) place -= 1;
  next.splice(place, 0, entry);
  return next;
}

/** The entries of one service and of the whole desk (a lost connection affects every service). */
export function timelineOf(timeline: readonly TimelineEntry[], serviceId: ServiceId): TimelineEntry[] {
  return timeline.filter((entry) => entry.serviceId === serviceId || entry.serviceId === undefined);
}
