import type { ContainerFacts, Health, Port, SwarmService } from '../engine/facts.ts';
import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Telling } from '../lib/log-line/telling.ts';

/**
 * The desk as the operator sees it: services, their verdicts and causes, projects. Everything here is derived by pure
 * functions from the engine's facts and what the events have told (see state.ts); times are ms since the epoch.
 */

/** From well to worst-known; `done` is a job that completed, `unknown` means the facts do not say. */
export type Level = 'ok' | 'done' | 'starting' | 'unknown' | 'degraded' | 'down';

/** What kind of trouble (or none), for programs: tests, advice, JSON. The reason says it in words. */
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
  /** Unhealthy, but by a probe that cannot work as it is written: nothing is known against the service itself. */
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
  /** Its replacement could not be started, the container that it should have replaced runs on. */
  | 'recreate-failed'
  /** A `compose run` that is over: nothing waits for it any more. */
  | 'left-over'
  /** It runs again after an exit that nobody asked for, or after a restart that lost what it held in memory. */
  | 'restarted'
  /** It runs without the network (or another namespace) that it borrowed: the owner of that is gone or was restarted. */
  | 'namespace-lost'
  /** It was asked to end, and has not ended yet. */
  | 'stopping'
  | 'dead'
  | 'removing'
  | 'replicas-missing'
  | 'blocked'
  | 'probe-disagrees'
  | 'stalled'
  /** Up, but a number of its own is beyond its threshold. */
  | 'threshold'
  /** Up, but an alert of the stack's own Prometheus fires on it. */
  | 'alert'
  /** Up, but its last log lines name a known trouble (threads exhausted, disk full, a dependency that refuses). */
  | 'log-errors'
  | 'unknown';

export type Verdict = {
  level: Level;
  code: VerdictCode;
  /** In words, short enough for a table cell where possible: "exit 137, out of memory (limit 4 GiB)". */
  reason: string;
  /** Since when it holds; undefined when the facts do not say. */
  since?: number;
};

/** Compose's own words for what a service waits for. */
export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export type Dependency = {
  /** Name of the service, as its project knows it. */
  service: string;
  condition: DependencyCondition;
  /** Where the link was read: the compose label, a host name in an environment variable, a log line that names the host. */
  signal: 'depends_on' | 'environment' | 'log';
  /** Id of that service; undefined when this desk has no such service. */
  serviceId?: ServiceId;
  /** The environment variable's name, for that signal. */
  via?: string;
};

/** Why a service is not well, when another one explains it. */
export type Cause = {
  /** Id of the service that explains this one. */
  serviceId: ServiceId;
  name: string;
  /** Which signal the link came from, in words: "depends_on redis (service_healthy)". */
  signal: string;
};

export type ServiceKind = 'compose' | 'swarm' | 'container';

export type Service = {
  /** Stable over restarts and recreation. */
  id: ServiceId;
  kind: ServiceKind;
  name: string;
  /** Compose project or Swarm stack; undefined for what belongs to none. */
  project?: string;
  containers: readonly ContainerFacts[];
  /** Directories that use one compose project name for this service: two or more, else left out. */
  directories?: readonly string[];
  swarm?: SwarmService;
  /** A one-shot job: judged by its exit code, not by being up. */
  job: boolean;
  /** Which sign made it a job, in words: "backend waits for its completion". */
  jobBecause?: string;
  running: number;
  wanted: number;
  health: Health;
  /** How often the engine itself started the containers again (its RestartCount); restarts on request are not among them. */
  restarts: number;
  ports: readonly Port[];
  /** Of the newest container, as it was named at its start. */
  image: string;
  imageId?: string;
  /** A container runs an older image than the one its name stands for now. */
  imageReplaced?: boolean;
  /** Of the newest container. */
  created: number;
  /** When the youngest running replica was started; undefined where none runs. */
  startedAt?: number;
  dependsOn: readonly Dependency[];
  /** The line of its log that tells best what is wrong: of the run that ended, else of the present one. */
  said?: Telling;
  verdict: Verdict;
  cause?: Cause;
  /** Further causes, where more than one service explains it. */
  otherCauses?: readonly Cause[];
  /** The incident that took it with others. */
  incident?: Incident['kind'];
  /** Names of services that it needs and that are down, while it is well as far as is known. */
  needs?: readonly string[];
  /** Ids of services that are not well, or cannot start, because of this one. */
  blocks: readonly ServiceId[];
};

/** One trouble that shows at many services, and that none of them is the cause of. */
export type Incident = {
  kind: 'engine-restart' | 'disk-full' | 'alert';
  /** In words: "the engine or the host was restarted: 8 services did not come back". */
  reason: string;
  since?: number;
  /** Ids of the services that it took with it. */
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
