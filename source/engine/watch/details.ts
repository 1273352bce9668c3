import type { Clock } from '../../lib/clock.ts';
import type { ContainerId } from '../../lib/ids.ts';
import type { ContainerFacts } from '../facts.ts';
import type { ContainerCache } from './container-cache.ts';
import type { Inspector, Lane } from './inspector.ts';

/** Delay before a failed inspect is repeated (ms), unless an event comes first. */
const FAILED_REST_MS = 60_000;

/** Decides which containers are inspected, and how urgently. */
export class Details {
  readonly #clock: Clock;
  readonly #stock: ContainerCache;
  readonly #inspector: Inspector;
  readonly #failedAt = new Map<ContainerId, number>();
  #wanted: ReadonlySet<ContainerId> = new Set();
  #followed: readonly ContainerId[] = [];

  constructor(clock: Clock, stock: ContainerCache, inspector: Inspector) {
    this.#clock = clock;
    this.#stock = stock;
    this.#inspector = inspector;
  }

  /** Containers whose details are needed soon. Replaces the previous set. */
  want(ids: readonly ContainerId[]): void {
    this.#wanted = new Set(ids);
    for (const id of ids) {
      const container = this.#stock.get(id);
      if (container && !container.detail) this.#ask(id, this.#laneOf(container));
    }
  }

  /** Containers whose details are read after every list. Replaces the previous set. */
  follow(ids: readonly ContainerId[]): void {
    const added = ids.filter((id) => !this.#followed.includes(id));
    this.#followed = [...ids];
    for (const id of added) if (this.#stock.get(id)) this.#ask(id, 'wanted');
  }

  /** After a list: `moved` changed since the one before. */
  afterList(moved: readonly ContainerId[]): void {
    for (const id of moved) {
      this.#failedAt.delete(id);
      if (this.#stock.get(id)?.detail) this.#inspector.ask(id, 'event');
    }
    for (const id of this.#followed) if (this.#stock.get(id)) this.#ask(id, 'wanted');
    for (const container of this.#stock.all()) {
      const missing = !container.detail || this.#failedAt.has(container.id);
      if (missing) this.#ask(container.id, this.#laneOf(container));
    }
  }

  /** An event, or its absence from a list, says that it changed. */
  changed(id: ContainerId): void {
    this.#inspector.ask(id, 'event');
  }

  succeeded(id: ContainerId): void {
    this.#failedAt.delete(id);
  }

  failed(id: ContainerId): void {
    this.#failedAt.set(id, this.#clock.now());
  }

  /** It was removed. */
  drop(id: ContainerId): void {
    this.#inspector.drop(id);
    this.#failedAt.delete(id);
  }

  clear(): void {
    this.#inspector.clear();
  }

  #ask(id: ContainerId, lane: Lane): void {
    const failed = this.#failedAt.get(id);
    if (failed === undefined || this.#clock.now() - failed >= FAILED_REST_MS) this.#inspector.ask(id, lane);
  }

  #laneOf({ id, state, health }: ContainerFacts): Lane {
    if (state !== 'running' || health === 'unhealthy') return 'troubled';
    return this.#wanted.has(id) ? 'wanted' : 'rest';
  }
}
