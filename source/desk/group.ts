import type { ContainerFacts } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { shallowEqual } from '../lib/equal.ts';
import { type ContainerId, type ServiceId, serviceId } from '../lib/ids.ts';
import { compareNames } from '../lib/natural.ts';
import { type Identity, identify, withoutStack } from './identity.ts';

/** The status text counts time ("Up 3 seconds"); state, health and exit code are separate fields. */
function isOnlyOlder(before: ContainerFacts, after: ContainerFacts): boolean {
  return shallowEqual({ ...before, status: '' }, { ...after, status: '' });
}

/** The containers of one service. The object stays the same while none of its parts change. */
export type Group = {
  identity: Identity;
  /** Sorted by replica number, then newest first. */
  members: readonly ContainerFacts[];
  swarm?: SwarmService;
};

/** The result of an update: the ids of new, changed and removed groups. */
export type Regrouped = { touched: ReadonlySet<ServiceId>; before: ReadonlyMap<ServiceId, Group> };

/**
 * Sorts containers into services and keeps the result from one call to the next: only groups with a changed member are rebuilt. A Swarm
 * service that has no container on this engine is a group without members.
 */
export class Grouping {
  /** In display order: by project, then name. */
  groups: readonly Group[] = [];
  ownerOf: ReadonlyMap<ContainerId, ServiceId> = new Map();
  readonly byId = new Map<ServiceId, Group>();
  #containers: ReadonlyMap<ContainerId, ContainerFacts> = new Map();
  #swarm: readonly SwarmService[] = [];
  readonly #identities = new Map<ContainerId, Identity>();
  readonly #members = new Map<ServiceId, Map<ContainerId, ContainerFacts>>();

  /** Takes the newest facts; returns the changed groups as they were before. */
  update(containers: ReadonlyMap<ContainerId, ContainerFacts>, swarm: readonly SwarmService[]): Regrouped {
    const touched = new Set<ServiceId>();
    if (containers !== this.#containers) {
      const gone = this.#drop(containers, touched);
      const moved = this.#take(containers, touched);
      if (gone.length > 0 || moved.length > 0) this.#reown(gone, moved);
    }
    if (swarm !== this.#swarm)
      for (const service of [...swarm, ...this.#swarm]) touched.add(serviceId(`swarm:${service.name}`));
    this.#containers = containers;
    this.#swarm = swarm;
    return { touched, before: this.#regroup(touched) };
  }

  /** Forgets removed containers and returns their ids. */
  #drop(containers: ReadonlyMap<ContainerId, ContainerFacts>, touched: Set<ServiceId>): ContainerId[] {
    const gone = [...this.#containers.keys()].filter((id) => !containers.has(id));
    for (const id of gone) this.#leave(id, touched);
    return gone;
  }

  /** Assigns new and changed containers to groups; returns the ids of those that are new or moved to another service. */
  #take(containers: ReadonlyMap<ContainerId, ContainerFacts>, touched: Set<ServiceId>): ContainerId[] {
    const moved: ContainerId[] = [];
    for (const [id, facts] of containers) {
      const before = this.#containers.get(id);
      if (before === facts) continue;
      const known = this.#identities.get(id);
      const kept = known && before && before.name === facts.name && before.labels === facts.labels;
      const identity = kept ? known : identify(facts.name, facts.labels);
      if (known?.id !== identity.id) {
        if (known) this.#leave(id, touched);
        moved.push(id);
      }
      this.#identities.set(id, identity);
      const members = this.#members.get(identity.id) ?? new Map();
      this.#members.set(identity.id, members.set(id, facts));
      if (!kept || !isOnlyOlder(before, facts)) touched.add(identity.id);
    }
    return moved;
  }

  #leave(id: ContainerId, touched: Set<ServiceId>): void {
    const owner = this.#identities.get(id)?.id;
    this.#identities.delete(id);
    if (owner === undefined) return;
    this.#members.get(owner)?.delete(id);
    touched.add(owner);
  }

  #reown(gone: readonly ContainerId[], moved: readonly ContainerId[]): void {
    const owners = new Map(this.ownerOf);
    for (const id of gone) owners.delete(id);
    for (const id of moved) {
      const owner = this.#identities.get(id)?.id;
      if (owner !== undefined) owners.set(id, owner);
    }
    this.ownerOf = owners;
  }

  /** Rebuilds the touched groups and returns their previous versions. */
  #regroup(touched: ReadonlySet<ServiceId>): Map<ServiceId, Group> {
    const before = new Map<ServiceId, Group>();
    const born: Group[] = [];
    if (touched.size === 0) return before;
    const swarm = new Map(this.#swarm.map((service) => [`swarm:${service.name}`, service]));
    for (const id of touched) {
      const known = this.byId.get(id);
      const group = this.#made(id, swarm.get(id));
      if (known) before.set(id, known);
      if (group) this.byId.set(id, group);
      else this.byId.delete(id);
      if (group && !known) born.push(group);
      if (!group) this.#members.delete(id);
    }
    const staying = this.groups.flatMap((group) => this.byId.get(group.identity.id) ?? []);
    // Already sorted except for new entries at the end, which makes the merge sort cheap.
    this.groups = born.length > 0 ? [...staying, ...born.sort(byProjectAndName)].sort(byProjectAndName) : staying;
    return before;
  }

  #made(id: ServiceId, swarm: SwarmService | undefined): Group | undefined {
    const members = [...(this.#members.get(id)?.values() ?? [])];
    const identity = (members[0] && this.#identities.get(members[0].id)) ?? (swarm && swarmIdentity(swarm));
    return identity && { identity, members: members.sort(this.#byReplica), ...(swarm ? { swarm } : {}) };
  }

  readonly #byReplica = (a: ContainerFacts, b: ContainerFacts): number =>
    compareNames(this.#identities.get(a.id)?.replica ?? '', this.#identities.get(b.id)?.replica ?? '') ||
    b.created - a.created;
}

/** Projects by name; services without a project come last. */
function byProjectAndName(a: Group, b: Group): number {
  const [left, right] = [a.identity.project, b.identity.project];
  if (left !== right) {
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return compareNames(left, right) || (left < right ? -1 : 1);
  }
  return compareNames(a.identity.name, b.identity.name) || (a.identity.id < b.identity.id ? -1 : 1);
}

function swarmIdentity({ name, stack }: SwarmService): Identity {
  return {
    id: serviceId(`swarm:${name}`),
    kind: 'swarm',
    name: withoutStack(name, stack),
    project: stack,
    replica: '',
    oneoff: false,
  };
}

/** One replica: the newest container of its number, and the older one that it should have replaced but that still runs. */
export type Replica = { facts: ContainerFacts; predecessor?: ContainerFacts };

/**
 * The current replicas of a service. Of the containers with the same replica number or Swarm slot, the newest counts (a recreated container
 * briefly coexists with its predecessor; Swarm keeps ended tasks). An older container that still runs counts as an extra replica if the
 * newest also runs, else as the predecessor of the newest, so that a problem of either is seen.
 */
export function replicasOf({ members }: Group): readonly Replica[] {
  const byNumber = Map.groupBy(members, (member) => identify(member.name, member.labels).replica);
  const replicas = [...byNumber.values()].flatMap((sharing) => currentOf(sharing));
  const staying = replicas.filter(({ facts }) => facts.state !== 'removing');
  return staying.length > 0 ? staying : replicas;
}

function currentOf(sharing: readonly ContainerFacts[]): Replica[] {
  const staying = sharing.filter((one) => one.state !== 'removing');
  const [newest, ...older] = (staying.length > 0 ? staying : sharing).toSorted((a, b) => b.created - a.created);
  if (!newest) return [];
  const running = older.filter((one) => one.state === 'running');
  if (newest.state === 'running') return [newest, ...running].map((facts) => ({ facts }));
  const [predecessor, ...more] = running;
  return [{ facts: newest, ...(predecessor ? { predecessor } : {}) }, ...more.map((facts) => ({ facts }))];
}
