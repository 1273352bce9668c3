import type { ContainerFacts } from '../engine/facts.ts';

/** A namespace that a container shares with another one; `owner` is its id (or name, as given). */
export type Borrowed = { namespace: 'network' | 'IPC' | 'PID'; owner: string };

const PREFIX = 'container:';

/** The namespaces that a container borrows: it loses them when the owner ends, and cannot start without it. */
export function borrowedBy({ detail }: ContainerFacts): Borrowed[] {
  const modes = [
    { namespace: 'network', mode: detail?.networkMode },
    { namespace: 'IPC', mode: detail?.ipcMode },
    { namespace: 'PID', mode: detail?.pidMode },
  ] as const;
  return modes.flatMap(({ namespace, mode }) =>
    mode?.startsWith(PREFIX) ? [{ namespace, owner: mode.slice(PREFIX.length) }] : [],
  );
}

/** Whether the `owner` of a borrowed namespace is this container. */
export function isOwner({ owner }: Borrowed, { id, name }: { id: string; name: string }): boolean {
  return owner === id || owner === name || (owner.length >= 12 && id.startsWith(owner));
}

/** The containers that borrow a namespace of this one, each with what it borrows. */
export function borrowersOf(
  owner: ContainerFacts,
  all: Iterable<ContainerFacts>,
): { container: ContainerFacts; namespaces: Borrowed['namespace'][] }[] {
  return [...all].flatMap((container) => {
    const own = borrowedBy(container).filter((one) => isOwner(one, owner));
    return own.length === 0 ? [] : [{ container, namespaces: own.map(({ namespace }) => namespace) }];
  });
}

/**
 * The containers with their effective network: one that borrows another's network is reached at the ports and addresses of that one, and has
 * none of its own.
 */
export function asReached(containers: Iterable<ContainerFacts>): ContainerFacts[] {
  const all = [...containers];
  return all.map((facts) => {
    const owner = networkOwner(facts, all);
    return owner ? { ...facts, ports: owner.ports, attachments: owner.attachments } : facts;
  });
}

export function borrowsNetwork(facts: ContainerFacts): boolean {
  return borrowedBy(facts).some(({ namespace }) => namespace === 'network');
}

/** The container whose network this one uses; undefined if it has its own, or the owner is unknown. */
function networkOwner(facts: ContainerFacts, all: Iterable<ContainerFacts>): ContainerFacts | undefined {
  const borrowed = borrowedBy(facts).find(({ namespace }) => namespace === 'network');
  return borrowed && [...all].find((one) => isOwner(borrowed, one));
}

/** Why a container has lost what it borrows, in words, and since when. */
export type Lost = { words: string; since?: number; ownerGone: boolean };

/**
 * A running container keeps the namespace that it was started with: when the owner ends or is restarted, that namespace is gone, and the
 * container keeps running without a network (or whatever it borrowed) until it is restarted.
 */
export function lostNamespace(facts: ContainerFacts, all: ReadonlyMap<string, ContainerFacts>): Lost | undefined {
  for (const borrowed of borrowedBy(facts)) {
    const owner = all.get(borrowed.owner) ?? [...all.values()].find((one) => isOwner(borrowed, one));
    const what = borrowed.namespace === 'network' ? 'its network' : `its ${borrowed.namespace} namespace`;
    if (!owner) return { words: `${what} is gone: it belonged to a container that was removed`, ownerGone: true };
    const lost = (how: string, since: number | undefined): Lost => ({
      words: `${what} is gone: ${owner.name}, which provides it, ${how}`,
      ...(since === undefined ? {} : { since }),
      ownerGone: false,
    });
    const { startedAt, finishedAt } = owner.detail ?? {};
    if (owner.state === 'exited' || owner.state === 'created' || owner.state === 'dead')
      return lost(`is ${owner.state}`, finishedAt);
    if (startedAt !== undefined && startedAt > (facts.detail?.startedAt ?? startedAt))
      return lost('was restarted after it', startedAt);
  }
  return undefined;
}

/** When the owner of a PID namespace ends, the kernel kills everything else in it at once (ms between the two ends). */
const TOGETHER_MS = 5_000;

/** Says that a container was killed because the owner of its borrowed PID namespace ended; undefined otherwise. */
export function endedWithOwner(facts: ContainerFacts, all: ReadonlyMap<string, ContainerFacts>): string | undefined {
  const borrowed = borrowedBy(facts).find(({ namespace }) => namespace === 'PID');
  if (!borrowed || facts.exitCode !== 137) return undefined;
  const owner = all.get(borrowed.owner) ?? [...all.values()].find((one) => isOwner(borrowed, one));
  if (!owner) return 'killed with the container whose PID namespace it used, which was removed';
  const apart = Math.abs((owner.detail?.finishedAt ?? 0) - (facts.detail?.finishedAt ?? 0));
  return apart < TOGETHER_MS ? `killed with ${owner.name}, whose PID namespace it uses` : undefined;
}
