import type { EngineEvent } from '../facts.ts';

/** How much earlier (ms) a new subscription starts, so that simultaneous and late events are not lost. */
const OVERLAP_MS = 1000;
/** How long events are remembered (ms before the newest, by the engine's clock) to recognise repeated ones. */
const REMEMBERED_MS = 5000;

/** Remembers where the event stream stopped, so that a new subscription resumes there and nothing is applied twice. */
export class EventReplay {
  readonly #seen = new Map<string, number>();
  #newest: number | undefined;

  /** Where to resume, ms by the engine's clock; undefined before the first event. */
  since(): number | undefined {
    return this.#newest === undefined ? undefined : this.#newest - OVERLAP_MS;
  }

  /** False for an event that was seen before. */
  isNew(event: EngineEvent): boolean {
    const key = `${event.at} ${event.type} ${event.action} ${event.id} ${event.attributes.container ?? ''}`;
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, event.at);
    this.#newest = Math.max(this.#newest ?? event.at, event.at);
    this.#forget(this.#newest - REMEMBERED_MS);
    return true;
  }

  #forget(before: number): void {
    for (const [key, at] of this.#seen) {
      if (at >= before) return;
      this.#seen.delete(key);
    }
  }
}
