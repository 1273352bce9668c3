import type { Connection } from '../engine/engine.ts';
import type { ContainerFacts, EngineInfo, Usage } from '../engine/facts.ts';
import type { EngineMessage } from '../engine/message.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import type { ContainerId, EngineId, ServiceId } from '../lib/ids.ts';
import type { ProbeAnswer } from '../probes/probe.ts';
import type { ImageChange } from './model.ts';

/** The inputs of the desk: the engine's facts and the console's own findings. Only the reducer (reduce.ts) writes the state. */
export type DeskMessage =
  | EngineMessage
  | { type: 'note'; entry: TimelineEntry }
  /** The result of a deskhand probe from outside; the newest of each URL is kept. */
  | { type: 'probe'; serviceId: ServiceId; probe: HttpProbe }
  /** The URLs that are probed from now on, by service: results for other URLs (a port that changed with a restart) no longer apply. */
  | { type: 'probed'; urls: ReadonlyMap<ServiceId, readonly string[]> }
  /** Rate of a service's activity counter (events/s); undefined: no longer known. */
  | { type: 'activity'; serviceId: ServiceId; at: number; metric: string; perSecond?: number }
  /** The metrics of a service that are beyond their thresholds now, worst first; empty: all are fine or no longer known. */
  | { type: 'breaches'; serviceId: ServiceId; breaches: readonly Beyond[] }
  /** How the containers of a service differ from its compose file, in words; undefined: not known. */
  | { type: 'drift'; serviceId: ServiceId; reasons: readonly string[] | undefined }
  /** All alerts that are firing on the stacks' own Prometheus servers. */
  | { type: 'alerts'; alerts: readonly DeskAlert[] }
  /** What is lost in a restart, by service name or pattern, from the settings. */
  | { type: 'held'; held: HeldInMemory }
  /** The running procedures: the services that they cover are in maintenance. */
  | { type: 'maintenance'; windows: readonly MaintenanceWindow[] }
  | { type: 'tick'; now: number }
  /** Another engine is watched from now on: facts of the previous one no longer apply, even for objects of the same name. */
  | { type: 'forget'; at: number; engine: EngineId };

/** An own HTTP (or, with a tcp:// URL, connection) probe from outside the container. */
export type HttpProbe = ProbeAnswer & {
  /** Guessed from a published port, not configured: a failure counts only after it has succeeded once. */
  guessed?: boolean;
  /** Docker's own health check requests the same and passes, so a failure counts at once. */
  vouched?: true;
  /** When it last succeeded; kept by the reducer. */
  okAt?: number;
  /** When it first failed after a success; kept by the reducer. */
  badSince?: number;
};

/** Whether a service is active, by its own counters. */
export type Activity = {
  metric: string /** Since when the rate is 0; undefined while it is not. */;
  zeroSince?: number;
};

/** A metric beyond its threshold: "position -51, more than 50 from zero". */
export type Beyond = { level: 'warn' | 'critical'; text: string; since: number };

/** Oldest first. `at`: when they were read; `times`: when each was written, by the engine's clock (0: not known). */
/** A firing alert of a Prometheus server: for a service, or (without one) for the desk. */
export type DeskAlert = Omit<Beyond, 'since'> & { since?: number; serviceId?: ServiceId };

/** The image of a service's newest container, and the last time it changed. */
export type ImageSeen = {
  image: string;
  /** Undefined while known from an event only. */
  imageId?: string;
  /** When the first container with it was created. */
  at: number;
  /** The previous image, if known. */
  earlier?: { image: string; imageId?: string; at: number };
  change?: ImageChange;
};

/** A running procedure: `services` are names, `project/service` or globs; `text` describes its progress. */
export type MaintenanceWindow = { name: string; services: readonly string[]; text: string; since: number };

/** In-memory state of services: by `project/service`, service or container name, which may contain `*`. */
export type HeldInMemory = Readonly<Record<string, string>>;

export type LastLines = {
  at: number;
  lines: readonly string[];
  times?: readonly number[];
  /** The problem that the lines name, kept by the reducer: reading the lines again does not renew it. */
  found?: Found;
};

/** A known problem named by the last lines of a container. */
export type Found = {
  kind: 'threads' | 'shm-full' | 'disk-full' | 'store-refuses' | 'connection';
  words: string;
  /** Its wording after it has ended. */
  past: string;
  /** For `connection`: the host that refuses or is not found. */
  host?: string;
  /** When its first and last line were written, and until when the last one counts as current. */
  since: number;
  at: number;
  until: number;
};

/** Conclusions from consecutive usage readings; kept by the reducer, changed only when a conclusion changes. */
export type UsageSignals = {
  /** Since when every reading showed network input. */
  receivingSince?: number;
  /** Since when there has been none, after at least half a minute with input. */
  quietSince?: number;
  /** A single reading since then showed a little input: a keep-alive, or the beginning of more. */
  stirred?: true;
  /** Since when no reading has shown any, counted from the first one. */
  idleSince?: number;
  /** Memory exceeded 90 % of its limit and has not fallen below 80 % again. */
  memoryHigh: boolean;
};

/** What events showed about a container but Docker forgets when it is restarted or recreated. */
export type ContainerMemory = {
  /** Times of the last starts and exits within the window, oldest first. */
  starts: readonly number[];
  /**
   * `signal`: the last one that Docker sent; `wanted`: requested by stop, restart or kill; `killedAfterStop`: it did not end on
   * the stop signal in time; `lastUse`: bytes of memory; `memoryLimit`: its limit during the run.
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
  /** When a stop of the current run was reported before its exit, as engine 26 may do. */
  stoppedAt?: number;
  /** When it was last stopped, recreated or updated on request: earlier problems say nothing about the current run. */
  resetAt?: number;
  /** When it was paused; undefined if it is not paused. */
  pausedAt?: number;
  /** When its limits were last updated. */
  updatedAt?: number;
};

export type TimelineEntry = {
  at: number;
  kind: 'event' | 'health' | 'exit' | 'oom' | 'restart' | 'action' | 'metric' | 'connection';
  /** Id of its service; undefined for the whole desk. */
  serviceId?: ServiceId;
  level: 'info' | 'good' | 'warning' | 'bad';
  text: string;
};

export type DeskState = {
  /** Incremented with every change. */
  revision: number;
  /** The time of the last tick. */
  now: number;
  /** The engine that these facts come from. */
  engineId: EngineId;
  connection: Connection;
  engine?: EngineInfo;
  containers: ReadonlyMap<ContainerId, ContainerFacts>;
  /** When the connection to a ready engine was last lost: containers that ended around then may have ended with the engine. */
  engineLostAt?: number;
  /** When the engine last reported anything about its containers; undefined before the first list. */
  lastUpdateAt?: number;
  usage: ReadonlyMap<ContainerId, Usage>;
  swarm: readonly SwarmService[];
  /** By container id. */
  memory: ReadonlyMap<ContainerId, ContainerMemory>;
  /** Memory of removed containers, by name: a new container with the name (a recreated replica) inherits it. Bounded. */
  removed: ReadonlyMap<string, ContainerMemory>;
  /** By service id, the newest of each URL. */
  probes: ReadonlyMap<ServiceId, readonly HttpProbe[]>;
  /** By service id. */
  activity: ReadonlyMap<ServiceId, Activity>;
  /** By service id, worst first; only services that have any. */
  breaches: ReadonlyMap<ServiceId, readonly Beyond[]>;
  /** By service id: how its containers differ from the compose file; empty if they do not. Only services whose file was read. */
  drift: ReadonlyMap<ServiceId, readonly string[]>;
  /** By service id. */
  images: ReadonlyMap<ServiceId, ImageSeen>;
  /** Image names, and when each last came to refer to another image. Bounded. */
  tagged: ReadonlyMap<string, number>;
  held: HeldInMemory;
  maintenance: readonly MaintenanceWindow[];
  alerts: readonly DeskAlert[];
  /** By container id. */
  lines: ReadonlyMap<ContainerId, LastLines>;
  /** By container id. */
  usageSignals: ReadonlyMap<ContainerId, UsageSignals>;
  /** Oldest first, bounded. */
  timeline: readonly TimelineEntry[];
};
