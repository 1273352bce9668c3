import { start } from '../world/lifecycle.ts';
import { say } from '../world/log.ts';
import { type Container, Refusal, type World } from '../world/types.ts';
import type { Said } from '../world/voice.ts';
import { changed, containerNamed, settle } from '../world/world.ts';

/** A failure on the simulated host. After `play` the simulation continues by itself; the right action repairs it, as `end` does. */
export type Incident = {
  /** One line: the symptom and the remedy. */
  description: string;
  play(world: World): void;
  end(world: World): void;
};

/** The container that an incident affects. Throws if it has been removed. */
export function the(world: World, name: string): Container {
  const container = containerNamed(world, name);
  if (!container) throw new Error(`this incident needs the container ${name}, and there is none`);
  return container;
}

export function fault(world: World, container: Container, name: string): void {
  container.faults.set(name, world.now);
  settle(world);
  changed(container);
}

export function heal(world: World, container: Container, name: string): void {
  container.faults.delete(name);
  settle(world);
  changed(container);
}

/** Starts it unless it is running, about to start, or gone. If it cannot start, its state says why, as after any start. */
export function bringBack(world: World, name: string): void {
  const container = containerNamed(world, name);
  if (container?.state.status !== 'exited' && container?.state.status !== 'created') return;
  try {
    start(world, container);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

export function lastWords(world: World, container: Container, words: readonly Said[]): void {
  say(container.log, world.now, words);
  changed(container);
}
