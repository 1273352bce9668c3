import { stopHealth, superviseHealth } from './health.ts';
import { die, resume, start } from './lifecycle.ts';
import { say } from './log.ts';
import { type Container, Refusal, type World } from './types.ts';
import { changed, emitEvent, hush, isRunning, later, settle } from './world.ts';

/** Operations on a running container: stop, restart, kill, pause. */

/**
 * Stops a container like `docker stop`: its stop signal, and SIGKILL after `seconds`. `done` is called when it has ended.
 * False: it is not running (304).
 */
export function stop(world: World, container: Container, seconds: number, done: () => void): boolean {
  const { state, program } = container;
  if (state.status === 'restarting') {
    Object.assign(state, { status: 'exited', manuallyStopped: true });
    changed(container);
    emitEvent(world, container, 'stop');
    done();
    return true;
  }
  if (state.status !== 'running' && state.status !== 'paused') return false;
  state.manuallyStopped = true;
  if (state.status === 'paused') unpause(world, container);
  const { run: current } = state;
  const same = (): boolean => isRunning(container) && state.run === current;
  emitEvent(world, container, 'kill', { signal: '15' });
  const patience = seconds < 0 ? Infinity : seconds * 1000;
  const graceful = program.stop !== undefined && program.stop.ms <= patience;
  if (program.stop) say(container.log, world.now, program.stop.words?.(world.now) ?? []);
  later(world, graceful ? (program.stop?.ms ?? 0) : Math.min(patience, 1e9), () => {
    if (same()) {
      if (!graceful) emitEvent(world, container, 'kill', { signal: '9' });
      die(world, container, { exitCode: graceful ? (program.stop?.exitCode ?? 0) : 137 });
      emitEvent(world, container, 'stop');
    }
    done();
  });
  return true;
}

export function restart(world: World, container: Container, seconds: number, done: (error?: Error) => void): void {
  const again = (): void => {
    try {
      start(world, container);
      emitEvent(world, container, 'restart');
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  if (!stop(world, container, seconds, again)) again();
}

const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  WINCH: 28,
};

/** Sends a signal: 9 ends it at once, stop signals are handled as the program does, others have no visible effect. */
export function kill(world: World, container: Container, signal: string): void {
  const number = /^\d+$/.test(signal) ? Number(signal) : SIGNALS[signal.replace(/^SIG/, '')];
  if (!number || number > 64) throw new Refusal(400, `Invalid signal: ${signal}`);
  const { state } = container;
  if (!isRunning(container) && state.status !== 'paused') {
    throw new Refusal(409, `Cannot kill container: ${container.name}: Container ${container.id} is not running`);
  }
  state.manuallyStopped = true;
  emitEvent(world, container, 'kill', { signal: String(number) });
  deliver(world, container, number);
}

/** How the main process reacts to a signal. */
export function deliver(world: World, container: Container, number: number): void {
  const { state, program } = container;
  const { run: current } = state;
  if (number === 9) die(world, container, { exitCode: 137 });
  else if ([2, 3, 15].includes(number) && program.stop) {
    const { ms, exitCode, words } = program.stop;
    say(container.log, world.now, words?.(world.now) ?? []);
    later(world, ms, () => {
      if (isRunning(container) && state.run === current) die(world, container, { exitCode });
    });
  }
}

export function pause(world: World, container: Container): void {
  const { state } = container;
  if (state.status === 'paused') throw new Refusal(409, `Container ${container.id} is already paused`);
  if (!isRunning(container)) throw new Refusal(409, `Container ${container.id} is not running`);
  state.status = 'paused';
  hush(world, container);
  stopHealth(container);
  changed(container);
  emitEvent(world, container, 'pause');
  settle(world);
}

export function unpause(world: World, container: Container): void {
  const { state } = container;
  if (state.status !== 'paused') throw new Refusal(500, `Container ${container.id} is not paused`);
  state.status = 'running';
  resume(world, container);
  superviseHealth(world, container, container.health?.status);
  emitEvent(world, container, 'unpause');
  settle(world);
}
