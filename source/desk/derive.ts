import { type Explained, explain, type Suspicion } from './causes.ts';
import { same } from './complete.ts';
import { findingIn } from './findings.ts';
import { type Group, Grouping } from './group.ts';
import { dependenciesOf, NameIndex, sameNames } from './links.ts';
import type { Dependency, Desk, Service } from './model.ts';
import { deskVerdict, projectsOf } from './projects.ts';
import { type Base, serviceOf } from './service.ts';
import type { DeskState } from './state.ts';

/** What the desk is derived from; usage, ticks and the timeline are not among it (but see Base.recheckAt). */
const SOURCES = ['containers', 'swarm', 'memory', 'vitals', 'lines', 'probes', 'activity'] as const;

type Entry = { group: Group; dependsOn: readonly Dependency[]; awaitedBy?: string; base: Base; final: Service };

/**
 * Derives desks from states, one after the other. What did not change between two states is the same object in both desks, and
 * the same desk comes back while nothing that it rests on has changed.
 */
export class Deriver {
  #state?: DeskState;
  #desk?: Desk;
  readonly #grouping = new Grouping();
  #entries = new Map<string, Entry>();
  #names = new NameIndex([]);
  #dueAt = Number.POSITIVE_INFINITY;

  derive(state: DeskState): Desk {
    if (this.#desk && this.#isCurrent(state)) return this.#desk;
    const groups = this.#regroup(state);
    const awaited = awaitedIn(this.#entries);
    const services = new Map<string, Service>();
    for (const group of groups)
      services.set(group.identity.id, this.#judge(group, awaited.get(group.identity.id), state));
    const explanation = explain(services, this.#suspicions(state));
    for (const [id, entry] of this.#entries) {
      entry.final = finished(entry, explanation.explained.get(id), explanation.blocks.get(id));
      services.set(id, entry.final);
    }
    this.#dueAt = Math.min(
      ...[...this.#entries.values()].map(({ base }) => base.recheckAt ?? Number.POSITIVE_INFINITY),
    );
    this.#desk = this.#assemble(services, state);
    this.#state = state;
    return this.#desk;
  }

  #isCurrent(state: DeskState): boolean {
    const before = this.#state;
    if (!before) return false;
    const told = (before.toldAt === undefined) === (state.toldAt === undefined);
    const unmoved =
      told && before.connection === state.connection && SOURCES.every((source) => before[source] === state[source]);
    return unmoved && state.now < this.#dueAt && state.now >= before.now;
  }

  /** Brings groups, dependencies and the index of names up to date. */
  #regroup(state: DeskState): readonly Group[] {
    this.#grouping.update(state.containers, state.swarm);
    const { groups } = this.#grouping;
    const renamed =
      groups.length !== this.#entries.size ||
      groups.some((group) => {
        const before = this.#entries.get(group.identity.id)?.group;
        return before !== group && !sameNames(before, group);
      });
    if (renamed) this.#names = new NameIndex(groups);
    const ids = new Set(groups.map((group) => group.identity.id));
    const entries = new Map<string, Entry>();
    for (const group of groups) {
      const known = this.#entries.get(group.identity.id);
      const stays = known && known.group === group && !renamed;
      const dependsOn = stays ? known.dependsOn : dependenciesOf(group, this.#names, (id) => ids.has(id));
      entries.set(group.identity.id, this.#entry(group, known, dependsOn, state));
    }
    this.#entries = entries;
    return groups;
  }

  #entry(group: Group, known: Entry | undefined, dependsOn: readonly Dependency[], state: DeskState): Entry {
    if (!known) {
      const base = serviceOf(group, dependsOn, undefined, state);
      return { group, dependsOn, base, final: base.service };
    }
    const links = same(known.dependsOn, dependsOn) ? known.dependsOn : dependsOn;
    return known.group === group && known.dependsOn === links ? known : { ...known, group, dependsOn: links };
  }

  /** The service by itself: made anew only where something that it rests on has changed, or its time has come. */
  #judge(group: Group, awaitedBy: string | undefined, state: DeskState): Service {
    const entry = this.#entries.get(group.identity.id);
    if (!entry) throw new Error(`No entry for ${group.identity.id}`);
    if (this.#isStale(entry, awaitedBy, state)) {
      entry.awaitedBy = awaitedBy;
      const base = serviceOf(group, entry.dependsOn, awaitedBy, state);
      entry.base = { ...base, service: same(entry.base.service, base.service) ? entry.base.service : base.service };
    }
    return entry.base.service;
  }

  #isStale(entry: Entry, awaitedBy: string | undefined, state: DeskState): boolean {
    const before = this.#state;
    const { group, base } = entry;
    if (!before || base.service.containers !== group.members || base.service.swarm !== group.swarm) return true;
    if (base.service.dependsOn !== entry.dependsOn || entry.awaitedBy !== awaitedBy) return true;
    if (base.recheckAt !== undefined && state.now >= base.recheckAt) return true;
    const id = group.identity.id;
    if (before.probes.get(id) !== state.probes.get(id) || before.activity.get(id) !== state.activity.get(id))
      return true;
    if (state.now < before.now) return true;
    return (['memory', 'vitals', 'lines'] as const).some(
      (source) =>
        before[source] !== state[source] &&
        group.members.some((member) => before[source].get(member.id) !== state[source].get(member.id)),
    );
  }

  /** Running services whose last lines tell of a connection that is refused. */
  #suspicions(state: DeskState): Map<string, Suspicion> {
    const suspicions = new Map<string, Suspicion>();
    for (const [containerId, lines] of state.lines) {
      const id = this.#grouping.ownerOf.get(containerId);
      const facts = state.containers.get(containerId);
      const found = findingIn(lines);
      if (id === undefined || facts?.state !== 'running' || found?.kind !== 'connection') continue;
      if (lines.at < (facts.detail?.startedAt ?? 0)) continue;
      const serviceId = found.host === undefined ? undefined : this.#names.resolve(facts, found.host.toLowerCase());
      const service = found.host ?? '';
      suspicions.set(id, {
        words: found.words,
        at: lines.at,
        ...(serviceId && serviceId !== id
          ? { link: { service, condition: 'service_started', signal: 'log', serviceId } }
          : {}),
      });
    }
    return suspicions;
  }

  #assemble(byId: ReadonlyMap<string, Service>, state: DeskState): Desk {
    const services = [...byId.values()];
    const projects = projectsOf(services, this.#desk?.projects);
    return { services, byId, ownerOf: this.#grouping.ownerOf, projects, verdict: deskVerdict(services, state) };
  }
}

/** By service id: the name of a service that waits for its completion. */
function awaitedIn(entries: ReadonlyMap<string, Entry>): Map<string, string> {
  const awaited = new Map<string, string>();
  for (const { group, dependsOn } of entries.values()) {
    for (const { condition, serviceId } of dependsOn) {
      if (condition !== 'service_completed_successfully' || serviceId === undefined) continue;
      if (!awaited.has(serviceId)) awaited.set(serviceId, group.identity.name);
    }
  }
  return awaited;
}

function finished({ base, final }: Entry, explained: Explained | undefined, blocks: readonly string[] = []): Service {
  const next = explained || blocks.length > 0 ? { ...base.service, ...explained, blocks } : base.service;
  return final !== next && same(final, next) ? final : next;
}

const deriver = new Deriver();

/** The desk of a state, by the program's one deriver: cheap when called again with the same or the next state. */
export function deriveDesk(state: DeskState): Desk {
  return deriver.derive(state);
}
