import { type Agenda, schedule, takeDue } from './agenda.ts';
import { newEventLog, record, type WorldEvent } from './events.ts';
import { closeChapter, openChapter, say } from './log.ts';
import { IDLE, outOfMemoryAt, readMeter } from './meter.ts';
import { hexId } from './random.ts';
import { DAY } from './time.ts';
import { type Container, type Network, Refusal, type World } from './types.ts';

/** An empty host: no containers, the three networks that every engine has. */
export function newWorld(seed: string, now: number): World {
  const world: World = {
    seed,
    now,
    host: { name: 'trading-host', cpus: 8, memory: 32 * 2 ** 30, disk: 240e9, bootedAt: now - 41 * DAY },
    containers: new Map(),
    names: new Map(),
    images: new Map(),
    volumes: new Map(),
    networks: new Map(),
    execs: new Map(),
    buildCache: [],
    events: newEventLog(),
    agenda: { tasks: [] } satisfies Agenda,
    faults: new Set(),
    serial: 0,
  };
  for (const name of ['bridge', 'host', 'none']) addNetwork(world, name, name === 'none' ? 'null' : name, {});
  return world;
}

/**
 * Addresses are from 198.18.0.0/15, which RFC 2544 sets aside for tests: a console that tries to connect to a simulated container by
 * its address must not reach a real machine.
 */
export function addNetwork(world: World, name: string, driver: string, labels: Record<string, string>): Network {
  const bridges = [...world.networks.values()].filter((network) => network.prefix !== '').length;
  const prefix = driver === 'bridge' ? `198.${18 + ((bridges >> 8) & 1)}.${bridges & 255}` : '';
  const created = world.now;
  const network = {
    id: hexId(world.seed, 'network', name, nextSerial(world)),
    name,
    driver,
    created,
    labels,
    internal: false,
    prefix,
    given: 1,
  };
  world.networks.set(network.id, network);
  return network;
}

export function nextSerial(world: World): number {
  world.serial += 1;
  return world.serial;
}

/** A process id on the host that no other container has. */
export function pidOf(world: World): number {
  return 1000 + ((nextSerial(world) * 37) % 4_000_000);
}

/** Runs everything that is due up to `to`, each task at its own time. */
export function advance(world: World, to: number): void {
  for (let task = takeDue(world.agenda, to); task; task = takeDue(world.agenda, to)) {
    world.now = Math.max(world.now, task.at);
    task.run();
  }
  world.now = Math.max(world.now, to);
}

/** Runs `task` after `ms` of simulated time. */
export function later(world: World, ms: number, task: () => void): void {
  schedule(world.agenda, world.now + Math.max(0, ms), task);
}

export function emit(world: World, event: Omit<WorldEvent, 'at'>): void {
  record(world.events, { ...event, at: world.now });
}

/** Emits a container event with the container's labels, image and name, as Docker does. */
export function emitEvent(world: World, container: Container, action: string, more: Record<string, string> = {}): void {
  const attributes = { ...container.config.Labels, ...more, image: container.image, name: container.name };
  emit(world, { type: 'container', action, id: container.id, attributes });
}

/** Finds a container by full id, name (with or without slash) or unique id prefix, as the engine does. */
export function findContainer(world: World, reference: string): Container {
  const exact = world.containers.get(reference);
  if (exact) return exact;
  const named = world.containers.get(world.names.get(reference.replace(/^\//, '')) ?? '');
  if (named) return named;
  const matches = /^[0-9a-f]+$/.test(reference)
    ? [...world.containers.values()].filter((c) => c.id.startsWith(reference))
    : [];
  if (matches.length > 1) throw new Refusal(400, `multiple IDs found with provided prefix: ${reference}`);
  if (!matches[0]) throw new Refusal(404, `No such container: ${reference}`);
  return matches[0];
}

/** Finds a container by name; undefined if there is none. */
export function containerNamed(world: World, name: string): Container | undefined {
  return world.containers.get(world.names.get(name) ?? '');
}

export function isRunning(container: Container | undefined): boolean {
  return container?.state.status === 'running';
}

export function changed(container: Container): void {
  container.revision += 1;
  for (const watcher of [...container.watchers]) watcher();
}

/** Re-evaluates the mood of every container that has moods, and starts a new chapter if it changed. */
export function settle(world: World): void {
  for (const container of world.containers.values()) {
    if (container.program.mood && isRunning(container)) settleOne(world, container);
  }
}

function settleOne(world: World, container: Container): void {
  const mood = container.program.mood?.(container, world) ?? 'normal';
  if (mood === container.mood) return;
  const turn = container.program.turn?.(container.mood, mood) ?? [];
  speak(world, container, mood);
  say(container.log, world.now, turn);
  changed(container);
}

/** Applies a mood to a running container: load, voice and memory. */
export function speak(world: World, container: Container, mood: string): void {
  const { program } = container;
  container.meter = readMeter(container.meter, container.load, world.now);
  container.mood = mood;
  container.load = program.load(mood);
  openChapter(container.log, {
    from: world.now,
    voice: program.voice?.(mood),
    mood,
    work: container.meter.work,
    pace: container.load.pace ?? 1,
  });
}

/** Stopped or paused: no load, no lines. */
export function hush(world: World, container: Container): void {
  container.meter = readMeter(container.meter, container.load, world.now);
  const resident = container.state.status === 'paused' ? container.load.memory : 0;
  container.load = { ...IDLE, memory: resident, pids: resident ? container.load.pids : 0 };
  closeChapter(container.log, world.now);
}

/** Schedules the kill for the moment when a leak reaches the limit. */
export function watchMemory(world: World, container: Container, onFull: () => void): void {
  const at = outOfMemoryAt(container);
  if (at === undefined) return;
  const { meter } = container;
  const { run } = container.state;
  const limit = container.hostConfig.Memory;
  schedule(world.agenda, Math.max(at, world.now), () => {
    const same = container.meter === meter && container.state.run === run && container.hostConfig.Memory === limit;
    if (same && isRunning(container)) onFull();
  });
}
