import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContainerFacts, EngineEvent } from '../facts.ts';
import { fromInspect, fromList, movedOn } from './merge.ts';
import { afterEvent } from './transition.ts';

/** So many containers of a list are merged before other work gets its turn. */
const SLICE = 250;

/** What a list brought: whose inspect is due, and who is not in it, though nothing has said yet that it is gone. */
export type Adopted = { moved: readonly string[]; missing: readonly string[] };

/**
 * The containers as last known. Lists, inspects and events answer and arrive in any order: a `mark` taken before a request tells
 * afterwards what has become known meanwhile, and that is never overwritten by the older answer.
 */
export class ContainerCache {
  readonly #known = new Map<string, ContainerFacts>();
  /** When each was last told by an event or an inspect; also of those removed, so that an older list does not bring them back. */
  readonly #touchedAt = new Map<string, number>();
  #counter = 0;
  #lastMark = 0;
  #all: readonly ContainerFacts[] | undefined;

  mark(): number {
    return this.#counter;
  }

  get(id: string): ContainerFacts | undefined {
    return this.#known.get(id);
  }

  /** All of them; the same array as long as nothing has changed. */
  all(): readonly ContainerFacts[] {
    this.#all ??= [...this.#known.values()];
    return this.#all;
  }

  /** Takes over a list that was asked for at `mark`; long ones in slices, until `signal` aborts. Takes nothing out. */
  async adopt(listed: readonly ContainerFacts[], mark: number, signal: AbortSignal): Promise<Adopted> {
    const moved: string[] = [];
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

  /** Takes over an inspect that was asked for at `mark`; false when it brought nothing new or is older than what is known. */
  inspected(facts: ContainerFacts, mark: number, now: number): boolean {
    if (this.#isOlder(facts.id, mark)) return false;
    this.#touch(facts.id);
    return this.#put(fromInspect(this.#known.get(facts.id), facts, now));
  }

  /** Notes that an event touched `id`; where it is `live`, shows what it implies. False when nothing shown has changed. */
  touched(id: string, event: EngineEvent, live: boolean): boolean {
    this.#touch(id);
    const before = this.#known.get(id);
    return before !== undefined && live && this.#put(afterEvent(before, event));
  }

  /** False when it was not there. */
  remove(id: string): boolean {
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

  #drop(id: string): boolean {
    if (!this.#known.delete(id)) return false;
    this.#all = undefined;
    return true;
  }

  #touch(id: string): void {
    this.#counter += 1;
    this.#touchedAt.set(id, this.#counter);
  }

  #isOlder(id: string, mark: number): boolean {
    return (this.#touchedAt.get(id) ?? 0) > mark;
  }

  /** Keeps one list more than that list needs: an inspect asked for before it may still be on its way. */
  #forget(mark: number): void {
    for (const [id, at] of this.#touchedAt) if (at <= this.#lastMark) this.#touchedAt.delete(id);
    this.#lastMark = mark;
  }
}
