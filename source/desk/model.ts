import type { ContainerFacts, Health, Port } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Headline } from '../lib/log-line/headline.ts';

/**
 * The desk as the operator sees it: services, their verdicts and causes, projects. Everything here is derived by pure functions from the
 * engine's facts and events (see state.ts); times are ms since the epoch.
 */

/** From best to worst; `done` is a completed job, `maintenance` a service covered by a procedure, `unknown` means the facts do not say. */
export type Level = 'ok' | 'done' | 'maintenance' | 'starting' | 'unknown' | 'degraded' | 'down';

/** The kind of problem (or none) as a code, for tests, advice and JSON. The reason says it in words. */
export type VerdictCode =
  | 'running'
  | 'healthy'
  | 'completed'
  | 'starting'
  | 'created'
  | 'paused'
  | 'restarting'
  | 'restart-loop'
  | 'unhealthy'
  /** Unhealthy, but the probe cannot work as written, so nothing is known about the service itself. */
  | 'probe-broken'
  | 'flapping'
  | 'oom-killed'
  | 'oom-inside'
  | 'killed'
  | 'stopped'
  | 'exited'
  | 'job-failed'
  | 'job-running'
  | 'cannot-start'
  /** Its replacement could not be started; the container that it should have replaced keeps running. */
  | 'recreate-failed'
  /** A finished `compose run` that nothing waits for. */
  | 'left-over'
  /** It runs again after an unrequested exit, or after a restart that lost its in-memory state. */
  | 'restarted'
  /** It runs without the network (or other namespace) that it borrowed: the owner was removed or restarted. */
  | 'namespace-lost'
  /** It was asked to stop and has not stopped yet. */
  | 'stopping'
  | 'dead'
  | 'removing'
  /** Not ok, and covered by a running maintenance procedure. */
  | 'maintenance'
  | 'replicas-missing'
  | 'blocked'
  | 'probe-disagrees'
  | 'stalled'
  /** Up, but one of its metrics is beyond a threshold. */
  | 'threshold'
  /** Up, but an alert of the stack's own Prometheus fires on it. */
  | 'alert'
  /** Up, but its last log lines name a known problem (threads exhausted, disk full, connection refused). */
  | 'log-errors'
  | 'unknown';

export type Verdict = {
  level: Level;
  code: VerdictCode;
  /** A phrase, if possible short enough for a table cell: "exit 137, out of memory (limit 4 GiB)". */
  reason: string;
  /** Since when it is true; undefined if the facts do not say. */
  since?: number;
};

/** Compose's own words for what a service waits for. */
export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export type Dependency = {
  /** Name of the service within its project. */
  service: string;
  condition: DependencyCondition;
  /** Compose restarts the service together with this dependency (`restart: true`). */
  restart?: true;
  /** Where the link was read: the compose label, a host name in an environment variable, a log line that names the host. */
  signal: 'depends_on' | 'environment' | 'log';
  /** Id of that service; undefined when this desk has no such service. */
  serviceId?: ServiceId;
  /** The environment variable's name, for that signal. */
  via?: string;
};

/** A change of a service's image. Names if they differ, ids if they are known. */
export type ImageChange = {
  /** When the first container with it was created. */
  at: number;
  from?: string;
  to: string;
  fromId?: string;
  toId?: string;
};

/** Why a service is not ok, when another one explains it. */
export type Cause = {
  /** Id of the service that explains this one. */
  serviceId: ServiceId;
  name: string;
  /** The source of the link, in words: "depends_on redis (service_healthy)". */
  signal: string;
};

export type ServiceKind = 'compose' | 'swarm' | 'container';

export type Service = {
  /** Stable over restarts and recreation. */
  id: ServiceId;
  kind: ServiceKind;
  name: string;
  /** Compose project or Swarm stack, if any. */
  project?: string;
  containers: readonly ContainerFacts[];
  /** Directories that use the same compose project name for this service, if there are two or more. */
  directories?: readonly string[];
  swarm?: SwarmService;
  /** A one-shot job: judged by its exit code, not by being up. */
  job: boolean;
  /** Why it counts as a job, in words: "backend waits for its completion". */
  jobBecause?: string;
  running: number;
  wanted: number;
  health: Health;
  /** How often the engine restarted the containers (its RestartCount); requested restarts do not count. */
  restarts: number;
  ports: readonly Port[];
  /** Image of the newest container, by its name at the start. */
  image: string;
  imageId?: string;
  /** The change of its image shortly before its problem began. */
  imageChange?: ImageChange;
  /** A container runs an older image than the one its tag refers to now. */
  imageReplaced?: boolean;
  /** Of the newest container. */
  created: number;
  /** When the newest running replica was started; undefined if none runs. */
  startedAt?: number;
  dependsOn: readonly Dependency[];
  /** The log line that best explains the problem: of the run that ended, else of the current one. */
  said?: Headline;
  verdict: Verdict;
  cause?: Cause;
  /** Further causes, if more than one service explains it. */
  otherCauses?: readonly Cause[];
  /** The incident that it is part of. */
  incident?: Incident['kind'];
  /** Names of services that it needs and that are down, while it seems fine itself. */
  needs?: readonly string[];
  /** A dependency was started a moment ago, which may solve the problem; until then (ms since the epoch) no other advice is given. */
  recovering?: { name: string; until: number };
  /** Ids of services that fail or cannot start because of this one. */
  blocks: readonly ServiceId[];
};

/** One problem that affects many services, none of which is the cause. */
export type Incident = {
  kind: 'engine-restart' | 'disk-full' | 'alert';
  /** In words: "the engine or the host was restarted: 8 services did not come back". */
  reason: string;
  since?: number;
  /** Ids of the affected services. */
  services: readonly ServiceId[];
};

export type Project = {
  name: string;
  /** The service ids in it, sorted by name. */
  services: readonly ServiceId[];
  verdict: Verdict;
};

/** Everything derived, built once per revision of the state. */
export type Desk = {
  services: readonly Service[];
  byId: ReadonlyMap<ServiceId, Service>;
  /** Service id of each container id. */
  ownerOf: ReadonlyMap<ContainerId, ServiceId>;
  projects: readonly Project[];
  incidents: readonly Incident[];
  verdict: Verdict;
};
