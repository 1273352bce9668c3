import { deepEqual } from '../lib/equal.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import { type Explained, explain, type Suspicion } from './causes.ts';
import { type Group, Grouping, type Regrouped } from './group.ts';
import { incidentsOf, inIncident } from './incidents.ts';
import { dependenciesOf, mentions } from './links.ts';
import { inMaintenance } from './maintenance.ts';
import type { Dependency, Desk, Incident, Service } from './model.ts';
import { NameIndex } from './names.ts';
import { borrowedBy } from './namespaces.ts';
import { deskVerdict, Projects } from './projects.ts';
import { type Base, serviceOf, unjudgedService } from './service.ts';
import type { DeskState } from './state.ts';

/** The parts of the state that the desk depends on; usage, timeline and ticks are not (but see `#dueAt`). */
const SOURCES = [
  'containers',
  'swarm',
  'memory',
  'usageSignals',
  'lines',
  'probes',
  'activity',
  'breaches',
  'held',
  'images',
  'maintenance',
] as const;

/** What incidents and the desk's verdict depend on besides services. */
const WHOLE = ['connection', 'memory', 'alerts', 'engineLostAt'] as const;

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Derives the desk of each successive state. Unchanged parts are the same objects in both desks, the same desk is returned while its inputs
 * are unchanged, and the work is proportional to the change.
 */
export class Deriver {
  #state?: DeskState;
  #desk?: Desk;
  readonly #grouping = new Grouping();
  readonly #names = new NameIndex();
  readonly #projects = new Projects();
  /** By service id. */
  readonly #links = new Map<ServiceId, readonly Dependency[]>();
  #awaited: ReadonlyMap<ServiceId, string> = new Map();
  /** Services without causes, and when time alone may change one of them. */
  readonly #bases = new Map<ServiceId, Service>();
  readonly #due = new Map<ServiceId, number>();
  #dueAt = NEVER;
  /** Services that use another one's namespace: its state decides theirs. */
  readonly #borrowers = new Set<ServiceId>();
  readonly #finals = new Map<ServiceId, Service>();
  #explained = new Map<ServiceId, Explained>();
  readonly #inIncident = new Map<ServiceId, Service>();

  /** The desk of this state, at the state's own time. */
  derive(state: DeskState): Desk {
    if (this.#desk && this.#isCurrent(state)) return this.#desk;
    const stale = this.#stale(state);
    const regrouped = this.#grouping.update(state.containers, state.swarm);
    for (const id of regrouped.touched) stale.add(id);
    for (const id of this.#relink(regrouped)) stale.add(id);
    for (const id of stale) this.#judge(id, state);
    this.#dueAt = Math.min(NEVER, ...this.#due.values());
    const explained = explain(this.#grouping.groups, this.#bases, this.#suspicions(state), state.now);
    for (const { recovering } of explained.values()) this.#dueAt = Math.min(this.#dueAt, recovering?.until ?? NEVER);
    const moved = this.#finish(stale, explained, state.maintenance);
    const desk = this.#desk && !moved && this.#looksTheSame(state) ? this.#desk : this.#assemble(state);
    this.#state = state;
    this.#desk = desk;
    return desk;
  }

  /** Whether everything that the desk takes from the state, except for its services, is unchanged. */
  #looksTheSame(state: DeskState): boolean {
    const before = this.#state;
    return (
      before !== undefined &&
      this.#desk?.ownerOf === this.#grouping.ownerOf &&
      WHOLE.every((source) => before[source] === state[source]) &&
      (before.lastUpdateAt === undefined) === (state.lastUpdateAt === undefined)
    );
  }

  #isCurrent(state: DeskState): boolean {
    const before = this.#state;
    if (!before) return false;
    const heard = (before.lastUpdateAt === undefined) === (state.lastUpdateAt === undefined);
    const unmoved = SOURCES.every((source) => before[source] === state[source]);
    const inTime = state.now < this.#dueAt && state.now >= before.now;
    return heard && unmoved && inTime && before.connection === state.connection;
  }

  /** Ids of services with changes other than in their containers, or that are due. */
  #stale(state: DeskState): Set<ServiceId> {
    const before = this.#state;
    if (!before) return new Set();
    const stale = new Set<ServiceId>(this.#everywhere(before, state) ? this.#bases.keys() : withNews(before, state));
    if (before.containers !== state.containers) for (const id of this.#borrowers) stale.add(id);
    for (const [id, at] of this.#due) if (state.now >= at) stale.add(id);
    for (const source of ['memory', 'usageSignals', 'lines'] as const) {
      for (const id of changedKeys<ContainerId, unknown>(before[source], state[source])) {
        const owner = this.#grouping.ownerOf.get(id);
        if (owner !== undefined) stale.add(owner);
      }
    }
    return stale;
  }

  /** The clock went back, or the settings changed: every verdict must be derived again. */
  #everywhere(before: DeskState, state: DeskState): boolean {
    return state.now < before.now || before.held !== state.held || before.maintenance !== state.maintenance;
  }

  /** Updates names and dependencies; returns the services whose dependencies or dependents changed. */
  #relink({ touched, before }: Regrouped): Set<ServiceId> {
    const { byId, groups } = this.#grouping;
    const renamed = new Set<string>();
    for (const id of touched) for (const name of this.#names.replace(before.get(id), byId.get(id))) renamed.add(name);
    const changed = new Set<ServiceId>();
    const relink = (id: ServiceId, group: Group | undefined): void => {
      const links = group && dependenciesOf(group, this.#names, (other) => byId.has(other));
      if (deepEqual(this.#links.get(id), links)) return;
      changed.add(id);
      if (links) this.#links.set(id, links);
      else this.#links.delete(id);
    };
    for (const id of touched) relink(id, byId.get(id));
    if (renamed.size > 0) for (const group of groups) if (mentions(group, renamed)) relink(group.identity.id, group);
    if (changed.size > 0) {
      const awaited = this.#awaitedNow();
      for (const id of changedKeys(this.#awaited, awaited)) changed.add(id);
      this.#awaited = awaited;
    }
    return changed;
  }

  /** By service id: the name of the first service that waits for its completion. */
  #awaitedNow(): Map<ServiceId, string> {
    const awaited = new Map<ServiceId, string>();
    for (const { identity } of this.#grouping.groups) {
      for (const { condition, serviceId } of this.#links.get(identity.id) ?? []) {
        if (condition !== 'service_completed_successfully' || serviceId === undefined) continue;
        if (!awaited.has(serviceId)) awaited.set(serviceId, identity.name);
      }
    }
    return awaited;
  }

  /** Re-derives the service, without causes. */
  #judge(id: ServiceId, state: DeskState): void {
    const group = this.#grouping.byId.get(id);
    this.#due.delete(id);
    if (group?.members.some((one) => borrowedBy(one).length > 0)) this.#borrowers.add(id);
    else this.#borrowers.delete(id);
    if (!group) {
      this.#bases.delete(id);
      return;
    }
    const { service, recheckAt } = judged(group, this.#links.get(id) ?? [], this.#awaited.get(id), state);
    const known = this.#bases.get(id);
    this.#bases.set(id, known && deepEqual(known, service) ? known : service);
    if (recheckAt !== undefined) this.#due.set(id, recheckAt);
  }

  /** Adds causes, impact and maintenance to the services that changed, or that had or have any; returns whether any looks different. */
  #finish(
    stale: ReadonlySet<ServiceId>,
    explained: Map<ServiceId, Explained>,
    windows: DeskState['maintenance'],
  ): boolean {
    let moved = false;
    for (const id of new Set([...stale, ...this.#explained.keys(), ...explained.keys()])) {
      const base = this.#bases.get(id);
      const more = explained.get(id);
      const next = base && inMaintenance(more ? { ...base, ...more } : base, windows);
      const known = this.#finals.get(id);
      if (known === next || (known && next && deepEqual(known, next))) continue;
      moved = true;
      if (next) this.#finals.set(id, next);
      else this.#finals.delete(id);
    }
    this.#explained = explained;
    return moved;
  }

  /** Running services whose last lines report a refused connection. */
  #suspicions(state: DeskState): Map<ServiceId, Suspicion> {
    const suspicions = new Map<ServiceId, Suspicion>();
    for (const [containerId, lines] of state.lines) {
      const id = this.#grouping.ownerOf.get(containerId);
      const facts = state.containers.get(containerId);
      const { found } = lines;
      if (id === undefined || facts?.state !== 'running' || found?.kind !== 'connection') continue;
      if (found.at < (facts.detail?.startedAt ?? 0)) continue;
      const service = found.host ?? '';
      const serviceId = this.#names.resolve(facts, service.toLowerCase());
      const named = serviceId !== undefined && serviceId !== id;
      const link = { service, condition: 'service_started', signal: 'log', serviceId } as const;
      suspicions.set(id, { words: found.words, at: found.at, since: found.since, ...(named ? { link } : {}) });
    }
    return suspicions;
  }

  #assemble(state: DeskState): Desk {
    const { groups, ownerOf } = this.#grouping;
    const each = groups.flatMap((group) => this.#finals.get(group.identity.id) ?? []);
    const incidents = incidentsOf(each, state);
    const services = this.#marked(each, incidents);
    const byId = new Map(services.map((service) => [service.id, service]));
    const verdict = deskVerdict(services, state, incidents);
    return { services, byId, ownerOf, projects: this.#projects.of(services), incidents, verdict };
  }

  /** The services with their incident; each is the same object as before while nothing about it changed. */
  #marked(services: readonly Service[], incidents: readonly Incident[]): readonly Service[] {
    if (incidents.length === 0) return services;
    return services.map((service) => {
      const incident = incidents.find((one) => one.services.includes(service.id));
      if (!incident) return service;
      const next = inIncident(service, incident);
      const known = this.#inIncident.get(service.id);
      const kept = known && deepEqual(known, next) ? known : next;
      this.#inIncident.set(service.id, kept);
      return kept;
    });
  }
}

/** A service whose verdict fails says so and does not affect the others. */
function judged(...of: Parameters<typeof serviceOf>): Base {
  try {
    return serviceOf(...of);
  } catch (error) {
    return unjudgedService(of[0], error);
  }
}

/** Ids of the services with new probes, metrics, images or alerts. */
function* withNews(before: DeskState, state: DeskState): Generator<ServiceId> {
  for (const source of ['probes', 'activity', 'breaches', 'images'] as const)
    yield* changedKeys<ServiceId, unknown>(before[source], state[source]);
  if (before.alerts === state.alerts) return;
  for (const { serviceId } of [...before.alerts, ...state.alerts]) if (serviceId !== undefined) yield serviceId;
}

function* changedKeys<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): Generator<K> {
  if (before === after) return;
  for (const [key, value] of after) if (before.get(key) !== value) yield key;
  for (const key of before.keys()) if (!after.has(key)) yield key;
}

/** The desk of a single state. For successive states a Deriver is cheaper; each store has one. */
export function deriveDesk(state: DeskState): Desk {
  return new Deriver().derive(state);
}
