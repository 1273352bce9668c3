import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { bytes } from '../lib/format.ts';
import type { Obstacle } from './clone.ts';

/**
 * Whether the host has room for `count` more like this one: by its limits, else by what it uses now. More than the whole host
 * is refused; more than is free by what is running is a warning.
 */
export function headroom(
  state: DeskState,
  container: ContainerFacts,
  count: number,
): { warnings: string[]; refusal?: Obstacle } {
  const host = state.engine;
  if (host === undefined || host.memory === 0)
    return { warnings: ['The size of the host is not known: room for more was not checked.'] };
  const { memory, cpus } = need(state, container);
  const used = [...state.containers.values()].filter((one) => one.state === 'running').map((one) => need(state, one));
  const usedMemory = used.reduce((sum, one) => sum + (one.memory ?? 0), 0);
  const usedCpus = used.reduce((sum, one) => sum + (one.cpus ?? 0), 0);
  const warnings: string[] = [];
  if (memory === undefined)
    warnings.push('It has no memory limit and its use is not known: each replica may take all.');
  else if (count * memory > host.memory) {
    const refused = `${count} more need ${bytes(count * memory)} of memory, the host has ${bytes(host.memory)}`;
    return { warnings, refusal: { refused, change: 'choose fewer, or lower its memory limit' } };
  } else if (usedMemory + count * memory > host.memory) {
    warnings.push(
      `Memory: ${bytes(usedMemory)} of ${bytes(host.memory)} are reserved or in use, ${count} more need ${bytes(count * memory)}.`,
    );
  }
  if (cpus !== undefined && usedCpus + count * cpus > host.cpus) {
    const total = Number((usedCpus + count * cpus).toFixed(1));
    warnings.push(`CPU: limits and use would come to ${total} of ${host.cpus} CPUs.`);
  }
  return { warnings, refusal: undefined };
}

function need(state: DeskState, container: ContainerFacts): { memory?: number; cpus?: number } {
  const usage = state.usage.get(container.id);
  const limits = container.detail?.limits ?? {};
  const percent = usage?.cpuPercent;
  return {
    memory: limits.memory ?? usage?.memory,
    cpus: limits.cpus ?? (percent === undefined ? undefined : percent / 100),
  };
}

/** Volumes and directories that every replica would write to. */
export function sharedVolumes(container: ContainerFacts): string[] {
  const shared = container.mounts.filter(
    (mount) =>
      mount.writable && (mount.type === 'bind' || (mount.name !== undefined && !isAnonymousVolume(mount.name))),
  );
  if (shared.length === 0) return [];
  const names = shared.map((mount) => `${mount.name ?? mount.source} (${mount.target})`);
  const change = 'A database on it would be destroyed; a volume for each, or a read-only mount, would change that.';
  return [`Every replica writes to the same ${names.join(', ')}. ${change}`];
}
