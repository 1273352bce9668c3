import type { ContainerFacts, EngineEvent, Usage } from '../engine/facts.ts';
import { deepEqual } from '../lib/equal.ts';
import { type ContainerId, containerId, type EngineId, type ServiceId } from '../lib/ids.ts';
import { findingIn } from './findings.ts';
import { identify } from './identity.ts';
import { afterContainer, afterCreation, afterRemoval, taggedBy } from './image-change.ts';
import { inherit, NOTHING, remember } from './memory.ts';
import { stillProbed, withAnswer } from './probed.ts';
import type {
  Activity,
  Beyond,
  ContainerMemory,
  DeskMessage,
  DeskState,
  ImageSeen,
  LastLines,
  TimelineEntry,
} from './state.ts';
import { withShortSince } from './swarm-verdict.ts';
import { append, entryOf } from './timeline.ts';
import { memoryCrossing, vitalsAfter } from './usage-signals.ts';
import { LIMIT } from './window.ts';

/** The desk before anything is known. */
export function initialState(now: number, engineId: EngineId): DeskState {
  return {
    revision: 0,
    now,
    engineId,
    connection: { state: 'connecting', since: now, attempt: 1 },
    containers: new Map(),
    usage: new Map(),
    swarm: [],
    memory: new Map(),
    removed: new Map(),
    timeline: [],
    probes: new Map(),
    activity: new Map(),
    breaches: new Map(),
    drift: new Map(),
    images: new Map(),
    tagged: new Map(),
    lines: new Map(),
    held: {},
    maintenance: [],
    alerts: [],
    usageSignals: new Map(),
  };
}

/** The state after one message; the same object if the message brings nothing new. The only writer of the state. */
export function reduce(state: DeskState, message: DeskMessage): DeskState {
  return reduceAll(state, [message]);
}

/**
 * The state after several messages: maps are copied once for all of them. The revision grows by one for each message that changed
 * something.
 */
export function reduceAll(state: DeskState, messages: readonly DeskMessage[]): DeskState {
  const draft = new Draft(state);
  for (const message of messages) draft.take(message);
  return draft.state;
}

type Maps =
  | 'containers'
  | 'usage'
  | 'memory'
  | 'removed'
  | 'probes'
  | 'activity'
  | 'breaches'
  | 'drift'
  | 'lines'
  | 'images'
  | 'tagged'
  | 'usageSignals';

type ValueOf<K extends Maps> = DeskState[K] extends ReadonlyMap<string, infer Value> ? Value : never;

/** A state being written: each map is copied at its first change, so that the old state never changes. */
class Draft {
  state: DeskState;
  /** The maps that were copied so far. */
  #own: { [K in Maps]?: Map<string, ValueOf<K>> } = {};

  constructor(state: DeskState) {
    this.state = state;
  }

  take(message: DeskMessage): void {
    switch (message.type) {
      case 'connection':
        this.#connection(message.connection);
        break;
      case 'engine':
        this.#set({ engine: message.info });
        break;
      case 'containers':
        this.#containers(message.containers, message.at);
        break;
      case 'container':
        this.#keep(message.container);
        this.#set({ lastUpdateAt: message.at });
        break;
      case 'container-gone':
        this.#gone(message.id);
        this.#set({ lastUpdateAt: message.at });
        break;
      case 'event':
        this.#event(message.event);
        break;
      case 'usage':
        this.#usage(message.id, message.usage);
        break;
      case 'swarm':
        this.#set({ swarm: withShortSince(message.services, this.state.swarm) });
        break;
      case 'trouble':
        this.#note({ at: message.at, kind: 'connection', level: 'warning', text: message.text });
        break;
      case 'note':
        this.#note(message.entry);
        break;
      case 'probe':
        this.#put('probes', message.serviceId, withAnswer(this.state.probes.get(message.serviceId), message.probe));
        break;
      case 'probed':
        for (const [id, kept] of stillProbed(this.state.probes, message.urls)) this.#put('probes', id, kept);
        break;
      case 'activity':
        this.#activity(message.serviceId, message);
        break;
      case 'drift':
        if (!deepEqual(this.state.drift.get(message.serviceId), message.reasons))
          this.#put('drift', message.serviceId, message.reasons);
        break;
      case 'breaches':
        this.#breaches(message.serviceId, message.breaches);
        break;
      case 'lines':
        this.#lines(message.id, message);
        break;
      case 'alerts':
        this.#set({ alerts: message.alerts });
        break;
      case 'maintenance':
        this.#set({ maintenance: message.windows });
        break;
      case 'held':
        this.#set({ held: message.held });
        break;
      case 'tick':
        this.#set({ now: message.now });
        break;
      case 'forget':
        this.#own = {};
        this.state = {
          ...initialState(message.at, message.engine),
          held: this.state.held,
          maintenance: [],
          revision: this.state.revision + 1,
        };
        break;
    }
  }

  #connection(connection: DeskState['connection']): void {
    const isLoss = connection.state === 'lost' && this.state.connection.state === 'ready';
    this.#set({ connection, ...(isLoss ? { engineLostAt: connection.since } : {}) });
  }

  #set(change: Partial<DeskState>): void {
    const changed = Object.entries(change).some(
      ([key, value]) => !deepEqual(this.state[key as keyof DeskState], value),
    );
    if (changed) this.state = { ...this.state, ...change, revision: this.state.revision + 1 };
  }

  /** Writes one entry, or removes it if the value is undefined. */
  #put<K extends Maps>(name: K, key: string, value: ValueOf<K> | undefined): void {
    const map = this.#own[name] ?? this.#copied(name);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
    this.state = { ...this.state, revision: this.state.revision + 1 };
  }

  #copied<K extends Maps>(name: K): Map<string, ValueOf<K>> {
    const maps: { readonly [M in Maps]: ReadonlyMap<string, ValueOf<M>> } = this.state;
    const copy = new Map(maps[name]);
    this.#own = { ...this.#own, [name]: copy };
    this.state = { ...this.state, [name]: copy };
    return copy;
  }

  #containers(containers: readonly ContainerFacts[], at: number): void {
    const present = new Set<string>();
    for (const facts of containers) present.add(facts.id);
    for (const id of this.state.containers.keys()) if (!present.has(id)) this.#gone(id);
    for (const id of this.state.memory.keys()) if (!present.has(id)) this.#put('memory', id, undefined);
    for (const facts of containers) this.#keep(facts);
    this.#set({ lastUpdateAt: at });
  }

  #keep(facts: ContainerFacts): void {
    const known = this.state.containers.get(facts.id);
    if (known && deepEqual(known, facts)) return;
    this.#put('containers', facts.id, facts);
    this.#image(identify(facts.name, facts.labels).id, (seen) => afterContainer(seen, facts, this.state.tagged));
    if (known?.name !== facts.name) this.#takeOver(facts);
  }

  #image(service: ServiceId, next: (known: ImageSeen | undefined) => ImageSeen | undefined): void {
    const known = this.state.images.get(service);
    const seen = next(known);
    if (seen && seen !== known) this.#putBounded('images', service, seen);
  }

  /** A container with a removed one's name inherits its memory. */
  #takeOver({ id, name, created }: ContainerFacts): void {
    const earlier = this.state.removed.get(name);
    if (!earlier) return;
    this.#put('memory', id, inherit(earlier, this.state.memory.get(id) ?? NOTHING, created));
    this.#put('removed', name, undefined);
  }

  #gone(id: ContainerId): void {
    const facts = this.state.containers.get(id);
    if (facts) this.#depart(id, facts.name);
    for (const map of ['containers', 'memory', 'usage', 'lines', 'usageSignals'] as const) {
      if (this.state[map].has(id)) this.#put(map, id, undefined);
    }
  }

  #depart(id: ContainerId, name: string): void {
    const memory = this.state.memory.get(id);
    if (!memory) return;
    this.#putBounded('removed', name, memory);
    this.#put('memory', id, undefined);
  }

  /** Of what stays when its object has gone: the oldest goes first. */
  #putBounded<K extends 'removed' | 'tagged' | 'images'>(map: K, key: string, value: ValueOf<K>): void {
    this.#put(map, key, undefined);
    this.#put(map, key, value);
    const oldest = this.state[map].keys().next().value;
    if (this.state[map].size > LIMIT[map] && oldest !== undefined) this.#put(map, oldest, undefined);
  }

  #event(event: EngineEvent): void {
    const id = containerId(event.id);
    const facts = this.state.containers.get(id);
    const memory = event.type === 'container' ? this.#remember(event) : NOTHING;
    const name = facts?.name ?? event.name;
    const owner = event.type === 'container' ? identify(name, facts?.labels ?? event.attributes).id : undefined;
    if (owner && event.action === 'create') this.#image(owner, (seen) => afterCreation(seen, event, this.state.tagged));
    if (owner && event.action === 'destroy' && !facts)
      this.#image(owner, (seen) => afterRemoval(seen, event, this.state.tagged));
    const tagged = taggedBy(event);
    if (tagged !== undefined) this.#putBounded('tagged', tagged, event.at);
    const entry = entryOf(event, owner, memory, facts?.detail?.limits.memory);
    if (entry) this.#note(entry);
    // For a container that no list shows, nothing is kept (except by name).
    if (event.action === 'destroy' && event.type === 'container' && !facts) this.#depart(id, event.name);
    this.#set({ lastUpdateAt: Math.max(event.at, this.state.lastUpdateAt ?? 0) });
  }

  #remember(event: EngineEvent): ContainerMemory {
    const id = containerId(event.id);
    const known = this.state.memory.get(id) ?? NOTHING;
    const lastUse = this.state.usage.get(id)?.memory;
    const memoryLimit = this.state.containers.get(id)?.detail?.limits.memory;
    const memory = remember(known, event, { lastUse, memoryLimit });
    if (memory === known) return known;
    this.#put('memory', event.id, memory);
    return memory;
  }

  #usage(id: ContainerId, usage: Usage): void {
    const before = this.state.usage.get(id);
    this.#put('usage', id, usage);
    const usageSignals = this.state.usageSignals.get(id);
    const next = vitalsAfter(usageSignals, before, usage);
    if (next === usageSignals) return;
    this.#put('usageSignals', id, next);
    const facts = this.state.containers.get(id);
    const entry = facts && memoryCrossing(usageSignals, next, usage, facts.name);
    if (entry) this.#note({ ...entry, serviceId: identify(facts.name, facts.labels).id });
  }

  #note(entry: TimelineEntry): void {
    this.state = { ...this.state, timeline: append(this.state.timeline, entry), revision: this.state.revision + 1 };
  }

  #activity(serviceId: ServiceId, { at, metric, perSecond }: { at: number; metric: string; perSecond?: number }): void {
    const known = this.state.activity.get(serviceId);
    if (perSecond === undefined) {
      if (known) this.#put('activity', serviceId, undefined);
      return;
    }
    const next: Activity = perSecond > 0 ? { metric } : { metric, zeroSince: known?.zeroSince ?? at };
    if (!deepEqual(known, next)) this.#put('activity', serviceId, next);
  }

  #breaches(serviceId: ServiceId, breaches: readonly Beyond[]): void {
    const next = breaches.length > 0 ? breaches : undefined;
    if (!deepEqual(this.state.breaches.get(serviceId), next)) this.#put('breaches', serviceId, next);
  }

  #lines(id: ContainerId, { at, lines, times }: LastLines): void {
    const kept = lines.slice(-LIMIT.lines).map((line) => line.slice(0, LIMIT.lineLength));
    const next = { at, lines: kept, ...(times ? { times: times.slice(-LIMIT.lines) } : {}) };
    const found = findingIn(next, this.state.lines.get(id)?.found);
    this.#put('lines', id, { ...next, ...(found ? { found } : {}) });
  }
}
