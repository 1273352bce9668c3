import type { ContainerFacts, EngineEvent, Usage } from '../engine/facts.ts';
import { deepEqual } from '../lib/equal.ts';
import { type ContainerId, containerId, type ServiceId } from '../lib/ids.ts';
import { findingIn } from './findings.ts';
import { identify } from './identity.ts';
import { afterContainer, afterCreation, afterRemoval, taggedBy } from './image-change.ts';
import { inherit, NOTHING, remember } from './memory.ts';
import type { ContainerMemory, ImageSeen, LastLines } from './state.ts';
import type { StateWriter } from './state-writer.ts';
import { entryOf } from './timeline.ts';
import { memoryCrossing, usageSignalsAfter } from './usage-signals.ts';
import { LIMIT } from './window.ts';

/** Writes what the engine reports about containers into the state. */

export function takeList(writer: StateWriter, containers: readonly ContainerFacts[], at: number): void {
  const present = new Set<string>();
  for (const facts of containers) present.add(facts.id);
  for (const id of writer.state.containers.keys()) if (!present.has(id)) removeContainer(writer, id);
  for (const id of writer.state.memory.keys()) if (!present.has(id)) writer.put('memory', id, undefined);
  for (const facts of containers) takeContainer(writer, facts);
  writer.set({ lastUpdateAt: at });
}

export function takeContainer(writer: StateWriter, facts: ContainerFacts): void {
  const known = writer.state.containers.get(facts.id);
  if (known && deepEqual(known, facts)) return;
  writer.put('containers', facts.id, facts);
  takeImage(writer, identify(facts.name, facts.labels).id, (seen) => afterContainer(seen, facts, writer.state.tagged));
  if (known?.name !== facts.name) takeOver(writer, facts);
}

function takeImage(
  writer: StateWriter,
  service: ServiceId,
  next: (known: ImageSeen | undefined) => ImageSeen | undefined,
): void {
  const known = writer.state.images.get(service);
  const seen = next(known);
  if (seen && seen !== known) writer.putBounded('images', service, seen);
}

/** A container with a removed one's name inherits its memory. */
function takeOver(writer: StateWriter, { id, name, created }: ContainerFacts): void {
  const earlier = writer.state.removed.get(name);
  if (!earlier) return;
  writer.put('memory', id, inherit(earlier, writer.state.memory.get(id) ?? NOTHING, created));
  writer.put('removed', name, undefined);
}

export function removeContainer(writer: StateWriter, id: ContainerId): void {
  const facts = writer.state.containers.get(id);
  if (facts) keepMemory(writer, id, facts.name);
  for (const map of ['containers', 'memory', 'usage', 'lines', 'usageSignals'] as const) {
    if (writer.state[map].has(id)) writer.put(map, id, undefined);
  }
}

function keepMemory(writer: StateWriter, id: ContainerId, name: string): void {
  const memory = writer.state.memory.get(id);
  if (!memory) return;
  writer.putBounded('removed', name, memory);
  writer.put('memory', id, undefined);
}

export function takeEvent(writer: StateWriter, event: EngineEvent): void {
  const id = containerId(event.id);
  const facts = writer.state.containers.get(id);
  const memory = event.type === 'container' ? rememberEvent(writer, event) : NOTHING;
  const name = facts?.name ?? event.name;
  const owner = event.type === 'container' ? identify(name, facts?.labels ?? event.attributes).id : undefined;
  if (owner && event.action === 'create')
    takeImage(writer, owner, (seen) => afterCreation(seen, event, writer.state.tagged));
  if (owner && event.action === 'destroy' && !facts)
    takeImage(writer, owner, (seen) => afterRemoval(seen, event, writer.state.tagged));
  const tagged = taggedBy(event);
  if (tagged !== undefined) writer.putBounded('tagged', tagged, event.at);
  const entry = entryOf(event, owner, memory, facts?.detail?.limits.memory);
  if (entry) writer.note(entry);
  // For a container that no list shows, nothing is kept (except by name).
  if (event.action === 'destroy' && event.type === 'container' && !facts) keepMemory(writer, id, event.name);
  writer.set({ lastUpdateAt: Math.max(event.at, writer.state.lastUpdateAt ?? 0) });
}

function rememberEvent(writer: StateWriter, event: EngineEvent): ContainerMemory {
  const id = containerId(event.id);
  const known = writer.state.memory.get(id) ?? NOTHING;
  const lastUse = writer.state.usage.get(id)?.memory;
  const memoryLimit = writer.state.containers.get(id)?.detail?.limits.memory;
  const memory = remember(known, event, { lastUse, memoryLimit });
  if (memory === known) return known;
  writer.put('memory', event.id, memory);
  return memory;
}

export function takeUsage(writer: StateWriter, id: ContainerId, usage: Usage): void {
  const before = writer.state.usage.get(id);
  writer.put('usage', id, usage);
  const usageSignals = writer.state.usageSignals.get(id);
  const next = usageSignalsAfter(usageSignals, before, usage);
  if (next === usageSignals) return;
  writer.put('usageSignals', id, next);
  const facts = writer.state.containers.get(id);
  const entry = facts && memoryCrossing(usageSignals, next, usage, facts.name);
  if (entry) writer.note({ ...entry, serviceId: identify(facts.name, facts.labels).id });
}

export function takeLines(writer: StateWriter, id: ContainerId, { at, lines, times }: LastLines): void {
  const kept = lines.slice(-LIMIT.lines).map((line) => line.slice(0, LIMIT.lineLength));
  const next = { at, lines: kept, ...(times ? { times: times.slice(-LIMIT.lines) } : {}) };
  const found = findingIn(next, writer.state.lines.get(id)?.found);
  writer.put('lines', id, { ...next, ...(found ? { found } : {}) });
}
