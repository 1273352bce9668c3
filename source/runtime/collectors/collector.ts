import type { Desk } from '../../desk/model.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ContainerId } from '../../lib/ids.ts';
import type { Settings } from '../../settings/schema.ts';

export type CollectorDeps = {
  store: Store;
  clock: Clock;
  engine: Engine;
  endpoint: Endpoint;
  settings: Settings;
};

/** The desk, and what of it is looked at: the containers on the screen, and those of the selected service. */
export type Look = {
  state: DeskState;
  desk: Desk;
  visible: readonly ContainerId[];
  selected: readonly ContainerId[];
};

/** Reads one kind of thing beside the engine's own facts, and tells the store. */
export type Collector = {
  /** What is read from now on follows from this. */
  follow(look: Look): void;
  /** The engine is lost: which containers run is not known. */
  pause(): void;
  resume(): void;
  stop(): void;
};
