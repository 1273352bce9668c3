import type { ContainerId } from '../lib/ids.ts';

/**
 * What the Docker Engine reports, as plain data: the vocabulary of every other room.
 * Units: milliseconds since the epoch for times, milliseconds for durations, bytes for sizes.
 * A field that an engine left out (podman, old engines, a list without its inspect) is undefined or 'unknown', never guessed.
 */

export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead'
  | 'unknown';

/** `none`: the container has no health check. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy' | 'unknown';

export type Port = {
  /** Port inside the container. */
  container: number;
  protocol: string;
  /** Published port on the host, if any. */
  host?: number;
  /** Address the published port is bound to, such as 0.0.0.0. */
  address?: string;
};

export type Mount = {
  type: string;
  /** Volume name; absent for bind mounts. */
  name?: string;
  source: string;
  target: string;
  writable: boolean;
};

export type Attachment = { network: string; address?: string; aliases: readonly string[] };

/** One container: from the list at once, `detail` once its inspect has been read. */
export type ContainerFacts = {
  id: ContainerId;
  /** Without the leading slash. */
  name: string;
  /** The image name it was started from, such as `bot:1`; an id only if it was started from an id. */
  image: string;
  imageId: string;
  /** The image name now refers to another image (or none): the container runs an older build. */
  imageReplaced?: boolean;
  command: string;
  labels: Readonly<Record<string, string>>;
  created: number;
  state: ContainerState;
  health: Health;
  /** The engine's status text, such as "Up 3 hours (healthy)". */
  status: string;
  /** Of the last run; taken from the status text until the inspect has been read. */
  exitCode?: number;
  ports: readonly Port[];
  mounts: readonly Mount[];
  attachments: readonly Attachment[];
  detail?: ContainerDetail;
};

export type ContainerDetail = {
  startedAt?: number;
  finishedAt?: number;
  /** State.Error, such as "port is already allocated"; empty when there is none. */
  error: string;
  oomKilled: boolean;
  pid: number;
  restartCount: number;
  restartPolicy: { name: string; maximumRetries: number };
  limits: { memory?: number; memorySwap?: number; cpus?: number; pids?: number };
  /** Host ports that it uses while running, listed for stopped containers too; without ports that the engine chooses. */
  publishes?: readonly Port[];
  /** Seconds the engine waits after the stop signal before it kills; undefined: the engine's default of 10. */
  stopTimeoutSeconds?: number;
  stopSignal?: string;
  tty: boolean;
  entrypoint: readonly string[];
  command: readonly string[];
  /** As NAME=value, unmasked: mask before showing. */
  env: readonly string[];
  user: string;
  networkMode: string;
  /** `container:ID` if it shares another container's IPC or PID namespace. */
  ipcMode?: string;
  pidMode?: string;
  /** The engine removes it, with its anonymous volumes, when it ends (--rm). */
  autoRemove?: boolean;
  logDriver: string;
  logOptions: Readonly<Record<string, string>>;
  healthCheck?: HealthCheck;
  failingStreak: number;
  /** Oldest first; Docker keeps five. */
  probes: readonly HealthProbe[];
};

export type HealthCheck = {
  /** As in Docker: ["CMD", …] or ["CMD-SHELL", "…"]. */
  test: readonly string[];
  interval: number;
  timeout: number;
  startPeriod: number;
  /** Between two probes in the start period; undefined if not set (engines before 25.0 do not have it). */
  startInterval?: number;
  retries: number;
};

export type HealthProbe = { start: number; end: number; exitCode: number; output: string };

/** An event of the engine's event stream. Names follow the Docker API: type, action, actor. */
export type EngineEvent = {
  at: number;
  type: string;
  /** `start`, `die`, `oom`, `health_status: unhealthy`, … */
  action: string;
  /** Id of the actor (container, network, volume, service …). */
  id: string;
  /** Name of the actor, from its attributes. */
  name: string;
  attributes: Readonly<Record<string, string>>;
};

/** One reading of a container's resource usage, computed as by `docker stats`. */
export type Usage = {
  at: number;
  /** Percent of one CPU; 200 is two CPUs. Undefined until two readings exist. */
  cpuPercent?: number;
  memory?: number;
  memoryLimit?: number;
  /** Bytes per second; undefined until two readings exist. */
  rates?: { received: number; sent: number; read: number; written: number };
  /** Totals since the container's start, in bytes. */
  totals: { received: number; sent: number; read: number; written: number };
  pids?: number;
};

export type EngineInfo = {
  /** Product name. Default: Docker. */
  product?: 'Podman';
  /** The engine's id; undefined if it does not report one. */
  id?: string;
  name: string;
  version: string;
  apiVersion: string;
  operatingSystem: string;
  cpus: number;
  memory: number;
  swarm: 'inactive' | 'manager' | 'worker' | 'unknown';
  rootless: boolean;
  /** deskhand's own simulated engine, not a real one. */
  simulated: boolean;
  /** Directory of its images and volumes on its host; undefined if it does not report one. */
  rootDirectory?: string;
  warnings: readonly string[];
  /** Requests that a proxy in front of the engine or an authorization plug-in forbids, such as "GET /events". */
  forbidden?: readonly string[];
};

export type ImageFacts = {
  id: string;
  tags: readonly string[];
  /** As `repository@sha256:…`: its names in registries. Empty for an image that was built here. */
  digests: readonly string[];
  size: number;
  created: number;
  containers: number;
};
/** One build step of an image. Steps that only set configuration have no bytes. */
export type ImageLayer = { createdBy: string; created: number; size: number; tags: readonly string[] };
export type VolumeFacts = {
  name: string;
  driver: string;
  created?: number;
  /** The creation time exactly as the engine writes it: together with the name it identifies a volume. */
  stamp?: string;
  labels: Readonly<Record<string, string>>;
  mountpoint: string;
  size?: number;
  references?: number;
};
export type NetworkFacts = {
  id: string;
  name: string;
  driver: string;
  scope: string;
  internal: boolean;
  /** It only holds options that other networks use. */
  configOnly?: true;
  labels: Readonly<Record<string, string>>;
  created?: number;
};
export type ProcessTable = { titles: readonly string[]; rows: readonly (readonly string[])[] };

/** What `docker system df -v` says, in bytes; `undefined` if the engine did not count. */
export type DiskUse = {
  /** Bytes of all image layers together, each counted once. */
  layers: number;
  images: readonly DiskImage[];
  containers: readonly DiskContainer[];
  volumes: readonly VolumeFacts[];
  buildCache: readonly CacheRecord[];
};
export type DiskImage = ImageFacts & {
  /** Bytes shared with other images: removing this one does not free them. */
  shared?: number;
  labels: Readonly<Record<string, string>>;
  /** Id of the image that it was built on, if the engine knows it. */
  parent?: string;
};
export type DiskContainer = ContainerFacts & {
  /** Bytes in its own layer, which removing it frees. */
  written: number;
};
export type CacheRecord = {
  id: string;
  /** Ids of the records that it depends on: they cannot be removed before it. */
  parents?: readonly string[];
  type: string;
  description: string;
  size: number;
  inUse: boolean;
  shared: boolean;
  created?: number;
  lastUsed?: number;
};

/** A named ulimit (RLIMIT_*); -1 is unlimited. */
export type Ulimit = { name: string; soft: number; hard: number };

/** Isolation and host resources from an inspect, for the posture checks. */
export type Hardening = {
  privileged: boolean;
  /** Added capabilities, without CAP_ and in upper case; `ALL` means every one. */
  addedCapabilities: readonly string[];
  droppedCapabilities: readonly string[];
  /** `host`, `container:<id>` or empty (private). */
  pidMode: string;
  ipcMode: string;
  readonlyRoot: boolean;
  /** Such as no-new-privileges, seccomp=unconfined, apparmor=unconfined. */
  securityOptions: readonly string[];
  devices: readonly string[];
  ulimits: readonly Ulimit[];
  /** -1000 to 1000; higher values are killed earlier. */
  oomScoreAdjust: number;
  oomKillDisabled: boolean;
  /** 0 to 100; undefined: the host's value applies. */
  swappiness?: number;
  /** CPUs the container is pinned to, such as `0-3,8`; empty: all. */
  cpuset: string;
  /** A CFS quota is set: the kernel throttles the container inside each period. */
  cpuQuota: boolean;
};
