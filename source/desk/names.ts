import type { ContainerFacts } from '../engine/facts.ts';
import { shallowEqual } from '../lib/equal.ts';
import type { ServiceId } from '../lib/ids.ts';
import type { Group } from './group.ts';

/** Docker's predefined networks do not resolve names. */
const NAMELESS = new Set(['bridge', 'host', 'none', '']);

/** Which service a name in a network belongs to: container names, service names and aliases, as in the engine's DNS. */
export class NameIndex {
  /** By network, then name in lower case: the ids of the services with that name, in order. */
  readonly #networks = new Map<string, Map<string, readonly ServiceId[]>>();

  /** Replaces one group's names (undefined: no group before or after); returns the names whose meaning may have changed. */
  replace(before: Group | undefined, after: Group | undefined): Set<string> {
    const changed = new Set<string>();
    if (before && after && sameNames(before, after)) return changed;
    for (const [network, name] of before ? namesOf(before) : []) {
      if (before) this.#remove(network, name, before.identity.id);
      changed.add(name);
    }
    for (const [network, name] of after ? namesOf(after) : []) {
      if (after) this.#add(network, name, after.identity.id);
      changed.add(name);
    }
    const own = (before ?? after)?.identity.name.toLowerCase();
    if (own !== undefined) changed.add(own);
    return changed;
  }

  /** The service behind a host name, as this container would resolve it. */
  resolve(member: ContainerFacts, host: string): ServiceId | undefined {
    for (const { network } of member.attachments) {
      const found = this.#networks.get(network)?.get(host)?.[0];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #add(network: string, name: string, id: ServiceId): void {
    const names = this.#networks.get(network) ?? new Map<string, readonly ServiceId[]>();
    this.#networks.set(network, names);
    const known = names.get(name);
    if (!known?.includes(id)) names.set(name, [...(known ?? []), id]);
  }

  #remove(network: string, name: string, id: ServiceId): void {
    const names = this.#networks.get(network);
    const left = names?.get(name)?.filter((one) => one !== id) ?? [];
    if (left.length > 0) names?.set(name, left);
    else names?.delete(name);
    if (names?.size === 0) this.#networks.delete(network);
  }
}

function namesOf({ identity, members }: Group): [network: string, name: string][] {
  const own = identity.kind === 'container' ? [] : [identity.name];
  return members.flatMap((member) =>
    member.attachments
      .filter(({ network }) => !NAMELESS.has(network))
      .flatMap(({ network, aliases }) =>
        [member.name, ...own, ...aliases].map((name): [string, string] => [network, name.toLowerCase()]),
      ),
  );
}

/** Whether the members have the same names in the same networks as before. */
function sameNames(a: Group, b: Group): boolean {
  if (a.members.length !== b.members.length) return false;
  return a.members.every((member, index) => {
    const other = b.members[index];
    if (!other || other.name !== member.name || other.attachments.length !== member.attachments.length) return false;
    return member.attachments.every((attachment, at) => {
      const twin = other.attachments[at];
      if (twin?.network !== attachment.network) return false;
      const [mine, theirs] = [attachment.aliases, twin.aliases];
      return shallowEqual(mine, theirs);
    });
  });
}
