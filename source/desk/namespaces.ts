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
