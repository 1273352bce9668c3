import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { bytes } from '../lib/format.ts';
import type { Obstacle } from './clone.ts';

/** More than the whole host is refused; what would only get tight is one of the plan's checks. */
export function tooLarge({ engine: host }: DeskState, { detail }: ContainerFacts, count: number): Obstacle | undefined {
  const { memory } = detail?.limits ?? {};
  if (host === undefined || host.memory === 0 || memory === undefined || count * memory <= host.memory)
    return undefined;
  const refused = `${count} more need ${bytes(count * memory)} of memory, the host has ${bytes(host.memory)}`;
  return { refused, change: 'choose fewer, or lower its memory limit' };
}

/** Volumes and directories that every replica would write to. */
export function sharedVolumes(container: ContainerFacts): string[] {
  const shared = container.mounts.filter(
    (mount) =>
      mount.writable && (mount.type === 'bind' || (mount.name !== undefined && !isAnonymousVolume(mount.name))),
  );
  if (shared.length === 0) return [];
  const names = shared.map((mount) => `${mount.name ?? mount.source} (${mount.target})`);
  const change = 'A database on it would be destroyed. Use a volume per replica, or a read-only mount.';
  return [`Every replica writes to the same ${names.join(', ')}. ${change}`];
}
