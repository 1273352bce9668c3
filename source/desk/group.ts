import type { ContainerFacts, SwarmService } from '../engine/facts.ts';
import { type Identity, identify, withoutStack } from './identity.ts';

/** Containers that are one service. The object stays the same while none of its parts changed. */
export type Group = {
  identity: Identity;
  /** Sorted by replica number, then newest first. */
  members: readonly ContainerFacts[];
  swarm?: SwarmService;
};

/**
 * Sorts containers into services and keeps the result from one call to the next: only groups with a changed member are made
 * anew. A Swarm service that has no container on this engine is a group without members.
 */
export class Grouping {
  /** In the order in which services are listed: by project, then name. */
  groups: readonly Group[] = [];
  ownerOf: ReadonlyMap<string, string> = new Map();
  #containers: ReadonlyMap<string, ContainerFacts> = new Map();
  #swarm: readonly SwarmService[] = [];
  readonly #identities = new Map<string, Identity>();
  readonly #members = new Map<string, Map<string, ContainerFacts>>();
  readonly #byId = new Map<string, Group>();

  /** Takes the newest facts over. */
  update(containers: ReadonlyMap<string, ContainerFacts>, swarm: readonly SwarmService[]): void {
    if (containers === this.#containers && swarm === this.#swarm) return;
    const touched = new Set<string>();
    const dropped = this.#drop(containers, touched);
    const moved = this.#take(containers, touched);
    if (swarm !== this.#swarm) for (const service of [...swarm, ...this.#swarm]) touched.add(`swarm:${service.name}`);
    this.#containers = containers;
    this.#swarm = swarm;
    const born = this.#regroup(touched);
    if (born) this.groups = [...this.#byId.values()].sort(byProjectAndName);
    else if (touched.size > 0) this.groups = this.groups.map((group) => this.#byId.get(group.identity.id) ?? group);
    if (dropped || moved || born) this.#index();
  }

  /** Forgets containers that are gone; tells whether there were any. */
  #drop(containers: ReadonlyMap<string, ContainerFacts>, touched: Set<string>): boolean {
    let dropped = false;
    for (const id of this.#containers.keys()) {
      if (containers.has(id)) continue;
      this.#leave(id, touched);
      dropped = true;
    }
    return dropped;
  }

  /** Files new and changed containers; tells whether one is new or has changed its service. */
  #take(containers: ReadonlyMap<string, ContainerFacts>, touched: Set<string>): boolean {
    let moved = false;
    for (const [id, facts] of containers) {
      const before = this.#containers.get(id);
      if (before === facts) continue;
      const known = this.#identities.get(id);
      const kept = known && before && before.name === facts.name && before.labels === facts.labels;
      const identity = kept ? known : identify(facts.name, facts.labels);
      if (known?.id !== identity.id) {
        if (known) this.#leave(id, touched);
        moved = true;
      }
      this.#identities.set(id, identity);
      const members = this.#members.get(identity.id) ?? new Map();
      this.#members.set(identity.id, members.set(id, facts));
      touched.add(identity.id);
    }
    return moved;
  }

  #leave(id: string, touched: Set<string>): void {
    const owner = this.#identities.get(id)?.id;
    this.#identities.delete(id);
    if (owner === undefined) return;
    this.#members.get(owner)?.delete(id);
    touched.add(owner);
  }

  /** Makes the touched groups anew; tells whether one appeared or vanished. */
  #regroup(touched: ReadonlySet<string>): boolean {
    const services = new Map(this.#swarm.map((service) => [`swarm:${service.name}`, service]));
    let changed = false;
    for (const id of touched) {
      const members = [...(this.#members.get(id)?.values() ?? [])];
      const swarm = services.get(id);
      const identity = this.#identities.get(members[0]?.id ?? '') ?? (swarm && swarmIdentity(swarm));
      if (!identity) {
        this.#members.delete(id);
        changed = this.#byId.delete(id) || changed;
        continue;
      }
      changed ||= !this.#byId.has(id);
      this.#byId.set(id, { identity, members: members.sort(this.#byReplica), ...(swarm ? { swarm } : {}) });
    }
    return changed;
  }

  readonly #byReplica = (a: ContainerFacts, b: ContainerFacts): number =>
    collator.compare(this.#identities.get(a.id)?.replica ?? '', this.#identities.get(b.id)?.replica ?? '') ||
    b.created - a.created;

  #index(): void {
    const owners = new Map<string, string>();
    for (const { identity, members } of this.groups) for (const member of members) owners.set(member.id, identity.id);
    this.ownerOf = owners;
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** Projects by name, what belongs to none last. */
function byProjectAndName(a: Group, b: Group): number {
  const [left, right] = [a.identity.project, b.identity.project];
  if (left !== right) {
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return collator.compare(left, right) || (left < right ? -1 : 1);
  }
  return collator.compare(a.identity.name, b.identity.name) || (a.identity.id < b.identity.id ? -1 : 1);
}

function swarmIdentity({ name, stack }: SwarmService): Identity {
  return {
    id: `swarm:${name}`,
    kind: 'swarm',
    name: withoutStack(name, stack),
    project: stack,
    replica: '',
    oneoff: false,
  };
}

/**
 * The containers that count as the service's replicas now: the newest of each replica number or Swarm slot (a recreated
 * container stands beside its predecessor for a moment; Swarm keeps ended tasks), and none that is being removed beside others.
 */
export function replicasOf(group: Group): readonly ContainerFacts[] {
  const { members } = group;
  if (members.length < 2) return members;
  const newest = new Map<string, ContainerFacts>();
  for (const member of members) {
    const { replica } = identify(member.name, member.labels);
    const other = newest.get(replica);
    if (!other || isNewer(member, other)) newest.set(replica, member);
  }
  const current = [...newest.values()];
  const staying = current.filter((member) => member.state !== 'removing');
  return staying.length > 0 ? staying : current;
}

/** Swarm's ended tasks and a half-made replacement never hide the one that runs. */
function isNewer(a: ContainerFacts, b: ContainerFacts): boolean {
  const running = Number(a.state === 'running') - Number(b.state === 'running');
  return running !== 0 ? running > 0 : a.created > b.created;
}
