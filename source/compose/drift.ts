import type { ContainerFacts } from '../engine/facts.ts';
import type { ComposeService } from './config.ts';

const HASH = 'com.docker.compose.config-hash';

/** How a container differs from the file it came from. */
export type Drift = {
  /** The differences, in words without values of variables; empty: none. */
  reasons: readonly string[];
};

export type DriftInput = {
  container: ContainerFacts;
  service: ComposeService;
  /** Of the service in the file, from `compose config --hash`. */
  hash?: string;
  /** Id of the image that the service's image name refers to now; undefined if it is not on the engine. */
  imageId?: string;
};

/**
 * Compares a container with its service in the file. The hash decides whether anything differs (compose compares nothing else);
 * the fields say what. A limit that was changed on the running container is no change of the hash: it is compared by itself.
 */
export function driftOf({ container, service, hash, imageId }: DriftInput): Drift {
  const recorded = container.labels[HASH];
  const changed = hash !== undefined && recorded !== undefined && hash !== recorded;
  const image = imageId !== undefined && container.imageId !== '' && imageId !== container.imageId;
  const reasons = [
    ...(image && !changed ? [`image ${container.image} was rebuilt or pulled`] : []),
    ...(changed ? fieldReasons(container, service) : []),
    ...limitReasons(container, service),
  ];
  return { reasons: changed && reasons.length === 0 ? ['configuration changed'] : reasons };
}

function fieldReasons(container: ContainerFacts, service: ComposeService): string[] {
  const { detail } = container;
  const reasons: string[] = [];
  if (service.image !== undefined && service.image !== container.image)
    reasons.push(`image ${container.image} -> ${service.image}`);
  if (!detail) return reasons;
  const names = changedVariables(detail.env, service.environment);
  if (names.length > 0) reasons.push(`environment: ${names.join(', ')}`);
  if (service.command && service.command.join('\0') !== detail.command.join('\0')) reasons.push('command');
  return reasons;
}

/** Names whose value in the file differs from the container; values set only by the image are ignored. */
function changedVariables(env: readonly string[], wanted: Readonly<Record<string, string>>): string[] {
  const has = new Map(env.map((entry) => [entry.split('=')[0] ?? '', entry.slice(entry.indexOf('=') + 1)]));
  return Object.keys(wanted)
    .filter((name) => has.get(name) !== wanted[name])
    .sort();
}

function limitReasons({ detail }: ContainerFacts, { memory, cpus }: ComposeService): string[] {
  if (!detail) return [];
  const reasons: string[] = [];
  if (detail.limits.memory !== memory) reasons.push('memory limit');
  if (detail.limits.cpus !== cpus) reasons.push('CPU limit');
  return reasons;
}

/** What `compose config --hash "*"` prints: one service and its hash in each line. */
export function parseHashes(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(
    lines.flatMap(([service = '', hash = '']) => (/^[0-9a-f]{64}$/.test(hash) ? [[service, hash] as const] : [])),
  );
}
