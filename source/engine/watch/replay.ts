import type { EngineEvent } from '../facts.ts';

/** A new subscription asks for so much more than it missed (ms): events that share an instant, or come late, are not lost. */
const OVERLAP_MS = 1000;
/** Events are remembered this long (ms, by the engine's clock) behind the newest, to know a repeated one again. */
const REMEMBERED_MS = 5000;

/** Remembers where the event stream stopped, so that a new subscription takes up there and nothing is told twice. */
export class Replay {
  readonly #told = new Map<string, number>();
  #newest: number | undefined;

  /** Where to take up again, ms by the engine's clock; undefined before the first event. */
  since(): number | undefined {
    return this.#newest === undefined ? undefined : this.#newest - OVERLAP_MS;
  }

  /** False for an event that was told before. */
  isNew(event: EngineEvent): boolean {
    const key = `${event.at} ${event.type} ${event.action} ${event.id} ${event.attributes.container ?? ''}`;
    if (this.#told.has(key)) return false;
    this.#told.set(key, event.at);
    this.#newest = Math.max(this.#newest ?? event.at, event.at);
    this.#forget(this.#newest - REMEMBERED_MS);
    return true;
  }

  #forget(before: number): void {
    for (const [key, at] of this.#told) {
      if (at >= before) return;
      this.#told.delete(key);
    }
  }
}
