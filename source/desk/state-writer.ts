import { deepEqual } from '../lib/equal.ts';
import type { DeskState, TimelineEntry } from './state.ts';
import { append } from './timeline.ts';
import { LIMIT } from './window.ts';

type Maps =
  | 'containers'
  | 'usage'
  | 'memory'
  | 'removed'
  | 'probes'
  | 'activity'
  | 'breaches'
  | 'drift'
  | 'lines'
  | 'images'
  | 'tagged'
  | 'usageSignals';

type ValueOf<K extends Maps> = DeskState[K] extends ReadonlyMap<string, infer Value> ? Value : never;

/**
 * A state being written: each map is copied at its first change, so that the old state never changes. The revision grows by one for each
 * write that changed something.
 */
export class StateWriter {
  state: DeskState;
  /** The maps that were copied so far. */
  #own: { [K in Maps]?: Map<string, ValueOf<K>> } = {};

  constructor(state: DeskState) {
    this.state = state;
  }

  /** Starts over with another state. */
  replace(state: DeskState): void {
    this.#own = {};
    this.state = { ...state, revision: this.state.revision + 1 };
  }

  set(change: Partial<DeskState>): void {
    const changed = Object.entries(change).some(
      ([key, value]) => !deepEqual(this.state[key as keyof DeskState], value),
    );
    if (changed) this.state = { ...this.state, ...change, revision: this.state.revision + 1 };
  }

  /** Writes one entry, or removes it if the value is undefined. */
  put<K extends Maps>(name: K, key: string, value: ValueOf<K> | undefined): void {
    const map = this.#own[name] ?? this.#copied(name);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
    this.state = { ...this.state, revision: this.state.revision + 1 };
  }

  /** Bounds entries that outlive their object: the oldest is dropped first. */
  putBounded<K extends 'removed' | 'tagged' | 'images'>(map: K, key: string, value: ValueOf<K>): void {
    this.put(map, key, undefined);
    this.put(map, key, value);
    const oldest = this.state[map].keys().next().value;
    if (this.state[map].size > LIMIT[map] && oldest !== undefined) this.put(map, oldest, undefined);
  }

  note(entry: TimelineEntry): void {
    this.state = { ...this.state, timeline: append(this.state.timeline, entry), revision: this.state.revision + 1 };
  }

  #copied<K extends Maps>(name: K): Map<string, ValueOf<K>> {
    const maps: { readonly [M in Maps]: ReadonlyMap<string, ValueOf<M>> } = this.state;
    const copy = new Map(maps[name]);
    this.#own = { ...this.#own, [name]: copy };
    this.state = { ...this.state, [name]: copy };
    return copy;
  }
}
