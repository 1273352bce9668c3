import type { Clock } from '../../lib/clock.ts';
import type { CallOptions, Engine } from '../engine.ts';
import type { EngineEvent } from '../facts.ts';
import type { EventReplay } from './replay.ts';

/** How often past events are requested to check the stream, and how old they must be to have come through it (ms). */
const HEARTBEAT_MS = 30_000;
const SETTLED_MS = 3000;

/** Checks the event stream from time to time: a silent one may be dead. */
export class Heartbeat {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #replay: EventReplay;
  #checkedAt: number;

  constructor(engine: Engine, clock: Clock, replay: EventReplay) {
    this.#engine = engine;
    this.#clock = clock;
    this.#replay = replay;
    this.#checkedAt = clock.now();
  }

  /** Past events that did not come through the stream; empty while no check is due. Fails as `events` does. */
  async missed(call: CallOptions): Promise<EngineEvent[]> {
    const now = this.#clock.now();
    if (now - this.#checkedAt < HEARTBEAT_MS) return [];
    this.#checkedAt = now;
    const since = this.#replay.since() ?? now - HEARTBEAT_MS;
    const past = await eventsBetween(this.#engine, { since, until: now - SETTLED_MS }, this.#clock, call);
    return past.filter((event) => !event.action.startsWith('exec_') && this.#replay.isNew(event));
  }
}

/** Past events that the engine still has; empty if it does not answer in time. */
async function eventsBetween(
  engine: Engine,
  range: { since: number; until: number },
  clock: Clock,
  { signal, timeoutMs = 0 }: CallOptions,
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const ending = new AbortController();
  const end = () => ending.abort();
  const cancel = clock.after(timeoutMs, end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    await engine.events({ ...range, signal: ending.signal }, (event) => events.push(event));
    return events;
  } catch (error) {
    if (ending.signal.aborted) return [];
    throw error;
  } finally {
    cancel();
    signal?.removeEventListener('abort', end);
  }
}
