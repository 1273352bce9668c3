import type { Connection } from '../engine/engine.ts';
import type { ContainerFacts, EngineEvent, EngineInfo, SwarmService, Usage } from '../engine/facts.ts';

/** What is told to the desk; the reducer (reduce.ts) is the only writer of the state. */
export type DeskMessage =
  | { type: 'connection'; connection: Connection }
  | { type: 'engine'; info: EngineInfo }
  /** The whole list, newer than all before it: what is not in it is gone. Details already known are kept by the sender. */
  | { type: 'containers'; at: number; containers: readonly ContainerFacts[] }
  | { type: 'container'; at: number; container: ContainerFacts }
  | { type: 'container-gone'; at: number; id: string }
  | { type: 'event'; event: EngineEvent }
  | { type: 'usage'; id: string; usage: Usage }
  | { type: 'swarm'; services: readonly SwarmService[] }
  | { type: 'note'; entry: TimelineEntry }
  | { type: 'tick'; now: number };

/** What the events told of one container and Docker forgets when it is restarted or recreated. */
export type ContainerMemory = {
  /** Times of the last starts and exits within the window, oldest first. */
  starts: readonly number[];
  exits: readonly { at: number; exitCode?: number; signal?: string; oom: boolean; wanted: boolean }[];
  /** Health changes within the window, oldest first. */
  healthChanges: readonly { at: number; health: 'healthy' | 'unhealthy' }[];
  /** `oom` events: a process died, the container may live on. */
  ooms: readonly number[];
};

export type TimelineEntry = {
  at: number;
  kind: 'event' | 'health' | 'exit' | 'oom' | 'restart' | 'action' | 'metric' | 'connection';
  /** Service id it belongs to; undefined for the whole desk. */
  serviceId?: string;
  level: 'info' | 'good' | 'warning' | 'bad';
  text: string;
};

export type DeskState = {
  /** Counts up with every change. */
  revision: number;
  /** The time of the last tick. */
  now: number;
  connection: Connection;
  engine?: EngineInfo;
  containers: ReadonlyMap<string, ContainerFacts>;
  /** When the engine last told anything about its containers; undefined before the first list. */
  toldAt?: number;
  usage: ReadonlyMap<string, Usage>;
  swarm: readonly SwarmService[];
  memory: ReadonlyMap<string, ContainerMemory>;
  /** Oldest first, bounded. */
  timeline: readonly TimelineEntry[];
};
