import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContainerId } from '../../lib/ids.ts';
import type { ContainerFacts, EngineEvent } from '../facts.ts';
import { fromInspect, fromList, movedOn } from './merge.ts';
import { afterEvent } from './transition.ts';

/** How many containers of a list are merged before other work gets a turn. */
const SLICE = 250;

/** The result of a list: whose inspect is due, and which containers are missing although no event said that they were removed. */
export type Adopted = { moved: readonly ContainerId[]; missing: readonly ContainerId[] };

/**
 * The containers as last known. Lists, inspects and events arrive in any order: a `mark` taken before a request shows afterwards what
 * became known meanwhile, so that an older answer never overwrites it.
 */
export class ContainerCache {
  readonly #known = new Map<ContainerId, ContainerFacts>();
  /** When each was last reported by an event or an inspect; also removed ones, so that an older list does not bring them back. */
  readonly #touchedAt = new Map<ContainerId, number>();
  #counter = 0;
  #lastMark = 0;
  #all: readonly ContainerFacts[] | undefined;

  mark(): number {
    return this.#counter;
  }

  get(id: ContainerId): ContainerFacts | undefined {
    return this.#known.get(id);
  }

  /** All containers; the same array as long as nothing has changed. */
  all(): readonly ContainerFacts[] {
    this.#all ??= [...this.#known.values()];
    return this.#all;
  }

  /** Merges a list that was requested at `mark`; long lists in slices, until `signal` aborts. Removes nothing. */
  async adopt(listed: readonly ContainerFacts[], mark: number, signal: AbortSignal): Promise<Adopted> {
    const moved: ContainerId[] = [];
    for (let from = 0; from < listed.length; from += SLICE) {
      if (from > 0) await nextTurn();
      if (signal.aborted) return { moved, missing: [] };
      for (const container of listed.slice(from, from + SLICE)) {
        if (this.#adopt(container, mark)) moved.push(container.id);
      }
    }
    const present = new Set(listed.map(({ id }) => id));
    const missing = [...this.#known.keys()].filter((id) => !present.has(id) && !this.#isOlder(id, mark));
    this.#forget(mark);
    return { moved, missing };
  }

  /** Merges an inspect that was requested at `mark`; false if nothing is new or it is older than what is known. */
  inspected(facts: ContainerFacts, mark: number, now: number): boolean {
    if (this.#isOlder(facts.id, mark)) return false;
    this.#touch(facts.id);
    return this.#put(fromInspect(this.#known.get(facts.id), facts, now));
  }

  /** Records that an event touched `id`; if it is `live`, applies what it implies. False if nothing visible changed. */
  touched(id: ContainerId, event: EngineEvent, live: boolean): boolean {
    this.#touch(id);
    const before = this.#known.get(id);
    return before !== undefined && live && this.#put(afterEvent(before, event));
  }

  /** False when it was not there. */
  remove(id: ContainerId): boolean {
    this.#touch(id);
    return this.#drop(id);
  }

  /** True when its inspect is due. */
  #adopt(listed: ContainerFacts, mark: number): boolean {
    if (this.#isOlder(listed.id, mark)) return false;
    const before = this.#known.get(listed.id);
    const after = fromList(before, listed);
    return this.#put(after) && (before === undefined || movedOn(before, after));
  }

  #put(facts: ContainerFacts): boolean {
    if (this.#known.get(facts.id) === facts) return false;
    this.#known.set(facts.id, facts);
    this.#all = undefined;
    return true;
  }

  #drop(id: ContainerId): boolean {
    if (!this.#known.delete(id)) return false;
    this.#all = undefined;
    return true;
  }

  #touch(id: ContainerId): void {
    this.#counter += 1;
    this.#touchedAt.set(id, this.#counter);
  }

  #isOlder(id: ContainerId, mark: number): boolean {
    return (this.#touchedAt.get(id) ?? 0) > mark;
  }

  /** Keeps entries for one more list than needed: an inspect requested earlier may still arrive. */
  #forget(mark: number): void {
    for (const [id, at] of this.#touchedAt) if (at <= this.#lastMark) this.#touchedAt.delete(id);
    this.#lastMark = mark;
  }
}
