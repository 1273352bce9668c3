import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';

/** A container that mounts a volume, and where. */
export type VolumeUser = { container: ContainerFacts; path: string; writable: boolean };

/** States in which the engine lets files in and out of a container. */
const READABLE: ReadonlySet<ContainerState> = new Set(['created', 'running', 'paused', 'exited']);

/** The containers that mount a volume, by the mounts that the engine reports: its name is never guessed from a project's. */
export function volumeUsers(volume: string, containers: Iterable<ContainerFacts>): VolumeUser[] {
  return [...containers].flatMap((container) =>
    container.mounts
      .filter(({ type, name }) => type === 'volume' && name === volume)
      .map(({ target, writable }) => ({ container, path: target, writable })),
  );
}

/** Containers that may change it while it is read. */
export function writers(users: readonly VolumeUser[]): VolumeUser[] {
  return users.filter(({ container, writable }) => writable && isUp(container));
}

/** A container through which the volume can be read, preferably a stopped one; undefined if nothing mounts it. */
export function readerOf(users: readonly VolumeUser[]): VolumeUser | undefined {
  const able = users.filter(({ container }) => READABLE.has(container.state));
  return able.find(({ container }) => !isUp(container)) ?? able[0];
}
