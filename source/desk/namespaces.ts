import type { ContainerFacts } from '../engine/facts.ts';

/** A namespace that a container borrows from another one, `owner` by its id (or its name, as it was given). */
export type Borrowed = { namespace: 'network' | 'IPC' | 'PID'; owner: string };

const PREFIX = 'container:';

/** The namespaces that a container has of others: it loses them when their owner ends, and cannot start without it. */
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

/** Whether `owner` of a borrowed namespace means this container. */
export function isOwner({ owner }: Borrowed, { id, name }: Pick<ContainerFacts, 'id' | 'name'>): boolean {
  return owner === id || owner === name || (owner.length >= 12 && id.startsWith(owner));
}

/** The containers that have a namespace of this one, each with what it borrows. */
export function borrowersOf(
  owner: ContainerFacts,
  all: Iterable<ContainerFacts>,
): { container: ContainerFacts; namespaces: Borrowed['namespace'][] }[] {
  return [...all].flatMap((container) => {
    const own = borrowedBy(container).filter((one) => isOwner(one, owner));
    return own.length === 0 ? [] : [{ container, namespaces: own.map(({ namespace }) => namespace) }];
  });
}

/** Why a container has lost what it borrows, in words, and since when. */
export type Lost = { words: string; since?: number; ownerGone: boolean };

/**
 * A running container keeps the namespace that it was started with: when its owner ends or is started again, that one is gone, and the
 * container runs on without a network (or whatever it borrows) until it is restarted.
 */
export function lostNamespace(facts: ContainerFacts, all: ReadonlyMap<string, ContainerFacts>): Lost | undefined {
  for (const borrowed of borrowedBy(facts)) {
    const owner = all.get(borrowed.owner) ?? [...all.values()].find((one) => isOwner(borrowed, one));
    const what = borrowed.namespace === 'network' ? 'its network' : `its ${borrowed.namespace} namespace`;
    if (!owner) return { words: `${what} is gone: it belonged to a container that is gone`, ownerGone: true };
    const lost = (how: string, since: number | undefined): Lost => ({
      words: `${what} is gone: ${owner.name}, whose it uses, ${how}`,
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
