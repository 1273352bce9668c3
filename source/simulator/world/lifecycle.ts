import { stopHealth, superviseHealth } from './health.ts';
import { say } from './log.ts';
import { newMeter } from './meter.ts';
import { MINUTE, SECOND } from './time.ts';
import { type Container, Refusal, type World } from './types.ts';
import { changed, emit, emitEvent, hush, isRunning, later, pidOf, settle, speak, watchMemory } from './world.ts';

/** Starting, stopping and dying containers with the events, states and refusals of the real engine (moby's daemon package). */

const FIRST_BACK_OFF = 100;
const LONGEST_BACK_OFF = MINUTE;
/** A run of this length resets the back-off: restartmanager.go. */
const STEADY = 10 * SECOND;

/** False: it is already running (304). Throws a Refusal if it cannot start. */
export function start(world: World, container: Container): boolean {
  const { state } = container;
  if (state.status === 'paused') throw new Refusal(409, 'cannot start a paused container, try unpause instead');
  if (isRunning(container)) return false;
  if (state.status === 'removing' || state.status === 'dead') {
    throw new Refusal(409, 'container is marked for removal and cannot be started');
  }
  state.restartCount = 0;
  state.manuallyStopped = false;
  state.backOff = 0;
  run(world, container);
  return true;
}

function run(world: World, container: Container): void {
  const { state, program } = container;
  refuseStart(world, container);
  Object.assign(state, {
    status: 'running',
    pid: pidOf(world),
    exitCode: 0,
    error: '',
    oomKilled: false,
    startedAt: world.now,
    run: state.run + 1,
  });
  for (const fault of [...container.faults.keys()]) {
    if (!program.lasting?.includes(fault)) container.faults.delete(fault);
  }
  container.meter = newMeter(world.seed, container.id, world.now);
  attach(world, container);
  say(container.log, world.now, program.boot?.(container, world) ?? []);
  resume(world, container);
  emitEvent(world, container, 'start');
  superviseHealth(world, container);
  endJob(world, container);
  settle(world);
}

/** Sets the current behaviour of a running container's program. */
export function resume(world: World, container: Container): void {
  speak(world, container, container.program.mood?.(container, world) ?? 'normal');
  guardMemory(world, container);
  changed(container);
}

export function guardMemory(world: World, container: Container): void {
  watchMemory(world, container, () => die(world, container, { exitCode: 137, oom: true }));
}

function endJob(world: World, container: Container): void {
  const end = container.program.end?.(container, world);
  const { run: current } = container.state;
  if (!end) return;
  later(world, end.ms, () => {
    if (isRunning(container) && container.state.run === current) die(world, container, { exitCode: end.exitCode });
  });
}

/** Fails like the engine when a container cannot start; the container stays as it was, with the error in its state. */
function refuseStart(world: World, container: Container): void {
  const reason = world.faults.has('disk-full')
    ? `mkdir /var/lib/docker/overlay2/${container.id}-init: no space left on device`
    : takenPort(world, container);
  if (!reason) return;
  container.state.exitCode = 128;
  container.state.error = reason;
  if (container.state.status === 'restarting') container.state.status = 'exited';
  changed(container);
  throw new Refusal(500, reason);
}

function takenPort(world: World, container: Container): string | undefined {
  const wanted = Object.values(container.hostConfig.PortBindings).flat();
  if (wanted.length === 0) return undefined;
  for (const other of world.containers.values()) {
    if (other === container || !(isRunning(other) || other.state.status === 'paused')) continue;
    for (const bound of Object.values(other.hostConfig.PortBindings).flat()) {
      const clash = wanted.find((port) => port.HostPort === bound.HostPort && sameAddress(port.HostIp, bound.HostIp));
      if (clash) {
        const address = `${clash.HostIp || '0.0.0.0'}:${clash.HostPort}`;
        const where = `driver failed programming external connectivity on endpoint ${container.name}`;
        return `${where} (${container.id}): Bind for ${address} failed: port is already allocated`;
      }
    }
  }
  return undefined;
}

function sameAddress(a: string, b: string): boolean {
  const everywhere = ['', '0.0.0.0', '::'];
  return a === b || everywhere.includes(a) || everywhere.includes(b);
}

type End = { exitCode: number; oom?: boolean };

/** The container's main process has ended; applies the restart policy. */
export function die(world: World, container: Container, end: End): void {
  const { state } = container;
  const ran = world.now - (state.startedAt ?? world.now);
  if (end.oom) emitEvent(world, container, 'oom');
  Object.assign(state, {
    status: 'exited',
    pid: 0,
    exitCode: end.exitCode,
    finishedAt: world.now,
    oomKilled: end.oom ?? false,
  });
  hush(world, container);
  stopHealth(container);
  const restarts = willRestart(container, end.exitCode);
  if (restarts) state.status = 'restarting';
  emitEvent(world, container, 'die', { exitCode: String(end.exitCode), execDuration: String(Math.floor(ran / 1000)) });
  detach(world, container);
  changed(container);
  settle(world);
  if (restarts) restartLater(world, container, ran);
  if (container.hostConfig.AutoRemove) later(world, 20, () => removeSilently(world, container));
}

function willRestart(container: Container, exitCode: number): boolean {
  const { Name, MaximumRetryCount } = container.hostConfig.RestartPolicy;
  if (container.state.manuallyStopped) return false;
  if (Name === 'always' || Name === 'unless-stopped') return true;
  const left = MaximumRetryCount === 0 || container.state.restartCount < MaximumRetryCount;
  return Name === 'on-failure' && exitCode !== 0 && left;
}

function restartLater(world: World, container: Container, ran: number): void {
  const { state } = container;
  const grown = state.backOff === 0 || ran >= STEADY ? FIRST_BACK_OFF : state.backOff * 2;
  state.backOff = Math.min(LONGEST_BACK_OFF, grown);
  const { run: current } = state;
  later(world, state.backOff, () => {
    if (state.status !== 'restarting' || state.run !== current || !world.containers.has(container.id)) return;
    state.restartCount += 1;
    try {
      run(world, container);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  });
}

/** Removes a container; a running one only by force, which kills it first. */
export function remove(world: World, container: Container, force: boolean): void {
  const { state } = container;
  const live = state.status === 'running' || state.status === 'paused' || state.status === 'restarting';
  if (live && !force) {
    const what = state.status === 'paused' ? 'paused' : state.status === 'restarting' ? 'restarting' : 'running';
    const advice = 'stop the container before attempting removal or force remove';
    throw new Refusal(409, `cannot remove container "/${container.name}": container is ${what}: ${advice}`);
  }
  if (live) {
    state.manuallyStopped = true;
    if (state.status !== 'restarting') {
      emitEvent(world, container, 'kill', { signal: '9' });
      if (state.status === 'paused') resume(world, container);
      die(world, container, { exitCode: 137 });
    }
  }
  world.containers.delete(container.id);
  world.names.delete(container.name);
  emitEvent(world, container, 'destroy');
  settle(world);
  changed(container);
}

function removeSilently(world: World, container: Container): void {
  if (world.containers.has(container.id) && !isRunning(container)) remove(world, container, true);
}

function attach(world: World, container: Container): void {
  for (const name of container.endpoints.keys()) network(world, container, name, 'connect');
  for (const mount of container.mounts.filter((m) => m.Type === 'volume')) {
    const more = { destination: mount.Destination, propagation: '', 'read/write': String(mount.RW) };
    const attributes = { container: container.id, driver: 'local', ...more };
    emit(world, { type: 'volume', action: 'mount', id: mount.Name ?? '', attributes });
  }
}

function detach(world: World, container: Container): void {
  for (const name of container.endpoints.keys()) network(world, container, name, 'disconnect');
  for (const mount of container.mounts.filter((m) => m.Type === 'volume')) {
    const attributes = { container: container.id, driver: 'local' };
    emit(world, { type: 'volume', action: 'unmount', id: mount.Name ?? '', attributes });
  }
}

function network(world: World, container: Container, name: string, action: string): void {
  const found = [...world.networks.values()].find((candidate) => candidate.name === name);
  const attributes = { container: container.id, name, type: found?.driver ?? 'bridge' };
  emit(world, { type: 'network', action, id: found?.id ?? name, attributes });
}
