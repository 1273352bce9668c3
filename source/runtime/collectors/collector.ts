import type { ComposeTool } from '../../compose/tool.ts';
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
  compose: ComposeTool;
};

/** The desk, and the containers on the screen and of the selected service. */
export type Look = {
  state: DeskState;
  desk: Desk;
  visible: readonly ContainerId[];
  selected: readonly ContainerId[];
};

/** Collects one kind of facts and dispatches them to the store. */
export type Collector = {
  /** Sets the input that decides what is read. */
  follow(look: Look): void;
  /** The engine is lost: which containers run is not known. */
  pause(): void;
  resume(): void;
  stop(): void;
};
