import type { ContainerId } from '../lib/ids.ts';
import type { Connection } from './engine.ts';
import type { ContainerFacts, EngineEvent, EngineInfo, SwarmService, Usage } from './facts.ts';

/** What is read from an engine, message by message; the desk's reducer takes these as they are. `at` is in ms since the epoch, by the console's clock. */
export type EngineMessage =
  | { type: 'connection'; connection: Connection }
  | { type: 'engine'; info: EngineInfo }
  /**
   * The whole list, newer than all before it, and what is not yet known to be gone: what is in neither is. A container that did not change is the same object as
   * before, with the detail that is known; where none changed, so is the array.
   */
  | { type: 'containers'; at: number; containers: readonly ContainerFacts[] }
  | { type: 'container'; at: number; container: ContainerFacts }
  | { type: 'container-gone'; at: number; id: ContainerId }
  | { type: 'event'; event: EngineEvent }
  /** Something about the connection that the operator should know, in words. */
  | { type: 'trouble'; at: number; text: string }
  | { type: 'swarm'; services: readonly SwarmService[] }
  | { type: 'usage'; id: ContainerId; usage: Usage }
  /** The last log lines of a container, oldest first, with when each was written: before its exit, or of one in trouble. */
  | { type: 'lines'; id: ContainerId; at: number; lines: readonly string[]; times?: readonly number[] };
