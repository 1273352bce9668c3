import type { Connection } from '../engine/engine.ts';
import type { ContainerFacts, EngineInfo, SwarmService, Usage } from '../engine/facts.ts';
import type { EngineMessage } from '../engine/message.ts';
import type { ContainerId, EngineId, ServiceId } from '../lib/ids.ts';
import type { ProbeAnswer } from '../probes/probe.ts';

/** What the desk is built from: what the engine says, and what the console finds out itself. Only the reducer (reduce.ts) writes the state. */
export type DeskMessage =
  | EngineMessage
  | { type: 'note'; entry: TimelineEntry }
  /** What an own probe from outside saw; the newest of each URL is kept. */
  | { type: 'probe'; serviceId: ServiceId; probe: HttpProbe }
  /** Rate of the counter that shows a service at work (events/s); undefined: no longer known. */
  | { type: 'activity'; serviceId: ServiceId; at: number; metric: string; perSecond?: number }
  /** The numbers of a service that are beyond their thresholds now, worst first; none: all are well, or no longer known. */
  | { type: 'breaches'; serviceId: ServiceId; breaches: readonly Beyond[] }
  /** All alerts that the stacks' own Prometheus servers fire now. */
  | { type: 'alerts'; alerts: readonly DeskAlert[] }
  /** What restarts lose, by service name or pattern, as the settings say. */
  | { type: 'held'; held: HeldInMemory }
  | { type: 'tick'; now: number }
  /** Another engine is watched from now on: what the one before said does not hold for it, even for objects of the same name. */
  | { type: 'forget'; at: number; engine: EngineId };

/** An own HTTP (or, with a tcp:// URL, connection) probe from outside the container. */
export type HttpProbe = ProbeAnswer & {
  /** Guessed from a published port rather than configured: its failure counts only after it has answered once. */
  guessed?: boolean;
  /** When it last answered well; kept by the reducer. */
  okAt?: number;
};

/** Whether a service does its work, by its own counters. */
export type Activity = {
  metric: string /** Since when the rate is 0; undefined while it is not. */;
  zeroSince?: number;
};

/** A number beyond its threshold: "position -51, more than 50 from zero". */
export type Beyond = { level: 'warn' | 'critical'; text: string; since: number };

/** Oldest first. `at`: when they were read; `times`: when each was written, by the engine's clock (0: not known). */
/** An alert of a Prometheus server that fires: on a service, or (without one) on the desk. */
export type DeskAlert = Omit<Beyond, 'since'> & { since?: number; serviceId?: string };

/** What services keep in memory only: by `project/service`, service or container name, which may hold `*`. */
export type HeldInMemory = Readonly<Record<string, string>>;

export type LastLines = {
  at: number;
  lines: readonly string[];
  times?: readonly number[];
  /** The trouble that they name, kept by the reducer: reading them again does not make it younger. */
  found?: Found;
};

/** A known trouble that the last lines of a container name. */
export type Found = {
  kind: 'threads' | 'disk-full' | 'connection';
  words: string;
  /** How it is told when it is over. */
  past: string;
  /** The host that refuses or is not found, for `connection`. */
  host?: string;
  /** When the first and the last line of it were written, and until when the last one counts as the present. */
  since: number;
  at: number;
  until: number;
};

/** What a run of usage readings says; kept by the reducer, changed only when one of its answers changes. */
export type UsageSignals = {
  /** Since when every reading showed network input. */
  receivingSince?: number;
  /** Since when there is none, after half a minute with. */
  quietSince?: number;
  /** A single reading since then showed a little input: a keep-alive, or the first of more. */
  stirred?: true;
  /** Since when no reading showed any, from the first one on. */
  idleSince?: number;
  /** Memory crossed 90 % of its limit and has not come back under 80 %. */
  memoryHigh: boolean;
};

/** What the events told of one container and Docker forgets when it is restarted or recreated. */
export type ContainerMemory = {
  /** Times of the last starts and exits within the window, oldest first. */
  starts: readonly number[];
  /**
   * `signal`: the last one that Docker sent; `wanted`: asked for by stop, restart or kill; `killedAfterStop`: it did not end on
   * the stop signal in its time; `lastUse`: bytes of memory; `memoryLimit`: the limit that it ran under.
   */
  exits: readonly {
    at: number;
    exitCode?: number;
    signal?: string;
    oom: boolean;
    wanted: boolean;
    killedAfterStop?: boolean;
    lastUse?: number;
    memoryLimit?: number;
  }[];
  /** Health changes within the window, oldest first. */
  healthChanges: readonly { at: number; health: 'healthy' | 'unhealthy' }[];
  /** `oom` events: a process died, the container may live on. */
  ooms: readonly number[];
  /** Signals that Docker sent to the present run, oldest first. */
  kills: readonly { at: number; signal: string }[];
  /** When somebody last stopped, recreated or updated it: what went wrong before says nothing of what runs now. */
  mendedAt?: number;
  /** When its limits were last updated. */
  updatedAt?: number;
};

export type TimelineEntry = {
  at: number;
  kind: 'event' | 'health' | 'exit' | 'oom' | 'restart' | 'action' | 'metric' | 'connection';
  /** Service id it belongs to; undefined for the whole desk. */
  serviceId?: ServiceId;
  level: 'info' | 'good' | 'warning' | 'bad';
  text: string;
};

export type DeskState = {
  /** Counts up with every change. */
  revision: number;
  /** The time of the last tick. */
  now: number;
  /** The engine that all this was told by. */
  engineId: EngineId;
  connection: Connection;
  engine?: EngineInfo;
  containers: ReadonlyMap<ContainerId, ContainerFacts>;
  /** When the engine last told anything about its containers; undefined before the first list. */
  lastUpdateAt?: number;
  usage: ReadonlyMap<ContainerId, Usage>;
  swarm: readonly SwarmService[];
  /** By container id. */
  memory: ReadonlyMap<ContainerId, ContainerMemory>;
  /** Memory of containers that are gone, by name: one that takes the name over (a recreated replica) inherits it. Bounded. */
  removed: ReadonlyMap<string, ContainerMemory>;
  /** By service id, the newest of each URL. */
  probes: ReadonlyMap<ServiceId, readonly HttpProbe[]>;
  /** By service id. */
  activity: ReadonlyMap<ServiceId, Activity>;
  /** By service id, worst first; only services that have any. */
  breaches: ReadonlyMap<ServiceId, readonly Beyond[]>;
  held: HeldInMemory;
  alerts: readonly DeskAlert[];
  /** By container id. */
  lines: ReadonlyMap<ContainerId, LastLines>;
  /** By container id. */
  usageSignals: ReadonlyMap<ContainerId, UsageSignals>;
  /** Oldest first, bounded. */
  timeline: readonly TimelineEntry[];
};
