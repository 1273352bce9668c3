import type { ContainerId } from '../lib/ids.ts';
import type { Connection } from './engine.ts';
import type { ContainerFacts, EngineEvent, EngineInfo, Usage } from './facts.ts';
import type { SwarmService } from './swarm-facts.ts';

/** Messages read from an engine, as the desk's reducer takes them. `at` is in ms since the epoch, by the console's clock. */
export type EngineMessage =
  | { type: 'connection'; connection: Connection }
  | { type: 'engine'; info: EngineInfo }
  /**
   * All containers: the newest list, and those missing from it that are not yet known to be removed. An unchanged container is the same
   * object as before, with its known detail; if none changed, so is the array.
   */
  | { type: 'containers'; at: number; containers: readonly ContainerFacts[] }
  | { type: 'container'; at: number; container: ContainerFacts }
  | { type: 'container-gone'; at: number; id: ContainerId }
  | { type: 'event'; event: EngineEvent }
  /** A problem with the connection, in words for the operator. */
  | { type: 'trouble'; at: number; text: string }
  | { type: 'swarm'; services: readonly SwarmService[] }
  | { type: 'usage'; id: ContainerId; usage: Usage }
  /** The last log lines of a container, oldest first, with their times: of an exited container, or of a running one with problems. */
  | { type: 'lines'; id: ContainerId; at: number; lines: readonly string[]; times?: readonly number[] };
