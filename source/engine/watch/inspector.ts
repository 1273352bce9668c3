import type { Clock } from '../../lib/clock.ts';
import type { ContainerId } from '../../lib/ids.ts';

/** In this order: changed by an event; not running or unhealthy; on the screen; all others, slowly. */
const LANES = ['event', 'troubled', 'wanted', 'rest'] as const;
export type Lane = (typeof LANES)[number];

export type InspectorOptions = {
  clock: Clock;
  parallel: number;
  /** Inspects per second on average, for the urgent lanes and for `rest`; bursts of one second's worth are allowed. */
  perSecond: number;
  restPerSecond: number;
  /** Reads one container; handles its own failures. */
  inspect: (id: ContainerId) => Promise<void>;
};

/**
 * The queue of containers to inspect. Thousands of containers must not flood the engine: at most `parallel` at once, at most so many per
 * second, urgent ones first.
 */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #lanes: Readonly<Record<Lane, Set<ContainerId>>>;
  readonly #urgent: Bucket;
  readonly #slow: Bucket;
  readonly #reading = new Set<ContainerId>();
  readonly #again = new Set<ContainerId>();
  #cancelTimer: (() => void) | undefined;
  #pumping = false;

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#lanes = { event: new Set(), troubled: new Set(), wanted: new Set(), rest: new Set() };
    this.#urgent = new Bucket(options.clock, options.perSecond);
    this.#slow = new Bucket(options.clock, options.restPerSecond);
  }

  /** Puts `id` into a lane; if it waits in a slower one it moves up. A container that is being read is read again only after an event. */
  ask(id: ContainerId, lane: Lane): void {
    if (!this.#reading.has(id)) this.#place(id, lane);
    else if (lane === 'event') this.#again.add(id);
    // Deferred, so that many requests are sorted before the first is read.
    if (!this.#pumping) queueMicrotask(() => this.#pump());
    this.#pumping = true;
  }

  /** Removes `id`: it no longer exists. */
  drop(id: ContainerId): void {
    for (const lane of LANES) this.#lanes[lane].delete(id);
    this.#again.delete(id);
  }

  /** Empties the queue; running inspects finish. */
  clear(): void {
    for (const lane of LANES) this.#lanes[lane].clear();
    this.#again.clear();
    this.#sleep(undefined);
  }

  #place(id: ContainerId, lane: Lane): void {
    const rank = LANES.indexOf(lane);
    if (LANES.some((other, at) => at <= rank && this.#lanes[other].has(id))) return;
    for (const other of LANES) this.#lanes[other].delete(id);
    this.#lanes[lane].add(id);
  }

  #pump(): void {
    this.#pumping = false;
    this.#sleep(undefined);
    while (this.#reading.size < this.#options.parallel) {
      const lane = LANES.find((name) => this.#lanes[name].size > 0);
      const [id] = lane === undefined ? [] : this.#lanes[lane];
      if (lane === undefined || id === undefined) return;
      const wait = (lane === 'rest' ? this.#slow : this.#urgent).take();
      if (wait > 0) {
        this.#sleep(wait);
        return;
      }
      this.#lanes[lane].delete(id);
      void this.#read(id);
    }
  }

  async #read(id: ContainerId): Promise<void> {
    this.#reading.add(id);
    await this.#options.inspect(id);
    this.#reading.delete(id);
    if (this.#again.delete(id)) this.#place(id, 'event');
    this.#pump();
  }

  #sleep(ms: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = ms === undefined ? undefined : this.#options.clock.after(ms, () => this.#pump());
  }
}

/** A token bucket that holds a second's worth. */
class Bucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = Math.max(1, perSecond);
    this.#filledAt = clock.now();
  }

  /** 0 if one was taken, else the milliseconds until there is one. */
  take(): number {
    const now = this.#clock.now();
    const dripped = (Math.max(0, now - this.#filledAt) * this.#perSecond) / 1000;
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + dripped);
    this.#filledAt = now;
    if (this.#tokens < 1) return Math.max(1, Math.ceil(((1 - this.#tokens) * 1000) / this.#perSecond));
    this.#tokens -= 1;
    return 0;
  }
}
