import type { Duplex, Readable } from 'node:stream';
import type { EngineId } from '../lib/ids.ts';
import type {
  ContainerFacts,
  DiskUse,
  EngineEvent,
  EngineInfo,
  ImageFacts,
  ImageLayer,
  NetworkFacts,
  ProcessTable,
  VolumeFacts,
} from './facts.ts';
import type { SwarmNode, SwarmObject, SwarmService, SwarmTask } from './swarm-facts.ts';

/** The kinds of failure between the console and the engine; each has its own message and advice. */
export type FailureKind =
  /** The flags, environment or docker contexts name no usable endpoint. */
  | 'bad-endpoint'
  | 'no-socket'
  | 'permission-denied'
  | 'connection-refused'
  | 'host-not-found'
  | 'tls'
  | 'ssh'
  /** ssh authentication failed: retrying with the same keys can only do harm. */
  | 'login-refused'
  | 'timeout'
  | 'closed'
  | 'not-docker'
  | 'api-too-old'
  | 'not-found'
  | 'conflict'
  | 'forbidden'
  | 'bad-request'
  | 'engine-error'
  | 'cancelled';

/** A failed call: `message` says what was tried and what came back, `advice` what to do next. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: FailureKind;
  readonly advice: string;
  /** HTTP status of the engine's answer, if there was one. */
  readonly status?: number;

  constructor(kind: FailureKind, message: string, advice = '', options: { cause?: unknown; status?: number } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.advice = advice;
    this.status = options.status;
  }
}

/** How an engine answers, measured from its calls. Times are ms by the console's clock. */
export type Contact = {
  /** Round-trip time (ms); undefined before the first answer. */
  rtt?: number;
  /** When it last answered. */
  heardAt?: number;
  /** When the oldest unanswered call started. */
  waitingSince?: number;
};

export type CallOptions = { signal?: AbortSignal; timeoutMs?: number };

export type LogQuery = {
  follow: boolean;
  /** Lines from the end; undefined means all. */
  tail?: number;
  /** Milliseconds since the epoch, fractions allowed. */
  since?: number;
  until?: number;
  signal?: AbortSignal;
};

/**
 * The only interface to the Docker Engine: every call has a timeout, takes an AbortSignal and fails with an EngineError.
 * Facts are parsed and tolerate missing fields; `inspect` returns the engine's own JSON for display.
 */
export type Engine = {
  readonly id: EngineId;
  ping(options?: CallOptions): Promise<void>;
  info(options?: CallOptions): Promise<EngineInfo>;
  containers(options?: CallOptions): Promise<ContainerFacts[]>;
  /** One container with its detail. */
  container(id: string, options?: CallOptions): Promise<ContainerFacts>;
  inspect(
    kind: 'container' | 'image' | 'volume' | 'network' | 'service' | 'task' | 'node',
    id: string,
    options?: CallOptions,
  ): Promise<unknown>;
  /** One raw usage reading (one-shot): the engine does not wait for a second one. */
  stats(id: string, options?: CallOptions): Promise<unknown>;
  top(id: string, options?: CallOptions): Promise<ProcessTable>;
  /**
   * Events from `since` to `until` (ms; default: until the stream ends), without the exec_* events of health probes. `started` is
   * called once the engine has accepted the subscription. Resolves when the engine closes the stream, rejects with an EngineError; ends on
   * abort.
   */
  events(
    options: { since?: number; until?: number; signal: AbortSignal; started?: () => void },
    onEvent: (event: EngineEvent) => void,
  ): Promise<void>;
  /** The raw stream: 8-byte framed unless the container has a TTY, each line with the engine's RFC 3339 nano time in front. */
  logs(id: string, query: LogQuery): Promise<Readable>;
  /** The same for a Swarm task on any node, through a manager. Absent: not supported. */
  taskLogs?(id: string, query: LogQuery): Promise<Readable>;
  /** Without a time the engine uses the container's own stop timeout. */
  restart(id: string, timeoutSeconds?: number, options?: CallOptions): Promise<void>;
  stop(id: string, timeoutSeconds?: number, options?: CallOptions): Promise<void>;
  start(id: string, options?: CallOptions): Promise<void>;
  images(options?: CallOptions): Promise<ImageFacts[]>;
  /** The layers of an image, newest first, with the build step that made each. */
  imageHistory(id: string, options?: CallOptions): Promise<ImageLayer[]>;
  /** The registry's current digest for a reference, fetched by the engine. Fails if the registry does not answer. */
  registryDigest(reference: string, options?: CallOptions): Promise<string>;
  volumes(options?: CallOptions): Promise<VolumeFacts[]>;
  networks(options?: CallOptions): Promise<NetworkFacts[]>;
  /** Empty when this engine is not a Swarm manager. */
  swarmServices(options?: CallOptions): Promise<SwarmService[]>;
  /** Tasks of the whole Swarm, including the past ones that it keeps. Empty when this engine is not a Swarm manager. */
  tasks(options?: CallOptions): Promise<SwarmTask[]>;
  /** Empty when this engine is not a Swarm manager. */
  nodes(options?: CallOptions): Promise<SwarmNode[]>;
  /** Names only; empty when this engine is not a Swarm manager. */
  configs(options?: CallOptions): Promise<SwarmObject[]>;
  secrets(options?: CallOptions): Promise<SwarmObject[]>;
  /** How far the engine's clock is ahead of the console's, ms; already subtracted from its facts and events. Absent: 0. */
  clockOffset?(): number;
  /** How it answers: round-trip time, last answer, oldest unanswered call. Absent: not measured. */
  contact?(): Contact;
  /** Ends kept-alive connections. */
  close(): void;
};

/** Docker's own types, passed through: POST /containers/create and POST /networks/{id}/connect. */
export type CreateBody = Readonly<Record<string, unknown>>;
export type EndpointBody = Readonly<Record<string, unknown>>;

/** Progress of a pull: bytes fetched of those known so far, and completed layers. */
export type PullProgress = { bytes: number; total: number; layers: number; done: number };

/** Bytes of memory, memory and swap together (-1: unlimited swap), whole or partial CPUs, and processes (-1: unlimited). */
export type LimitChange = { memory?: number; memorySwap?: number; cpus?: number; pids?: number };

/** Calls for files of containers, programs in them, and Swarm. */
type InsideContainers = EngineArchive & EngineExec & EngineSwarm;

/**
 * The calls of the actions beyond restart, stop and start (changes.ts): same timeouts, cancellation and errors as Engine.
 * None of them prunes by a filter, which could remove more than was shown: objects are removed one by one, by id.
 */
export type EngineChanges = InsideContainers & {
  kill(id: string, signal: string, options?: CallOptions): Promise<void>;
  /** Changes limits of a running container; absent ones stay as they are. They last until it is recreated. */
  updateLimits(id: string, limits: LimitChange, options?: CallOptions): Promise<{ warnings: readonly string[] }>;
  pause(id: string, options?: CallOptions): Promise<void>;
  unpause(id: string, options?: CallOptions): Promise<void>;
  /** `force` kills a running one first; `volumes` also removes its anonymous volumes. */
  remove(id: string, how: { force: boolean; volumes: boolean }, options?: CallOptions): Promise<void>;
  create(name: string, body: CreateBody, options?: CallOptions): Promise<{ id: string; warnings: readonly string[] }>;
  connect(network: string, container: string, endpoint: EndpointBody, options?: CallOptions): Promise<void>;
  disconnect(network: string, container: string, options?: CallOptions): Promise<void>;
  rename(id: string, name: string, options?: CallOptions): Promise<void>;
  /** Adds a name to an image; if another image has that name, it moves over. `repository` is without its tag. */
  tagImage(image: string, repository: string, tag: string, options?: CallOptions): Promise<void>;
  /** Pulls an image; resolves when it is complete. Only the engine's first answer has a timeout; the signal stops the pull. */
  pullImage(reference: string, onProgress: (progress: PullProgress) => void, options?: CallOptions): Promise<void>;
  /** Walks the disks: seconds to minutes on a busy host, so it has no short timeout; use the signal to cancel it. */
  diskUse(options?: CallOptions): Promise<DiskUse>;
  removeImage(id: string, how: { force: boolean }, options?: CallOptions): Promise<void>;
  removeVolume(name: string, options?: CallOptions): Promise<void>;
  /** A local volume; an existing one is left unchanged. */
  createVolume(name: string, labels: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  removeNetwork(id: string, options?: CallOptions): Promise<void>;
  /** Removes one build cache record by id; false if it stays because others depend on it. */
  removeBuildCache(id: string, options?: CallOptions): Promise<boolean>;
};

/** Changes to a node; `labels` replaces all of its labels. */
export type NodeChange = {
  availability?: 'active' | 'pause' | 'drain';
  role?: 'manager' | 'worker';
  labels?: Readonly<Record<string, string>>;
};

/** Changes of Swarm services and nodes; they fail with `conflict` when the version is no longer `version`. */
export type EngineSwarm = {
  /** Sets the replicas of a replicated service. */
  scaleService(id: string, version: number, replicas: number, options?: CallOptions): Promise<void>;
  /** Replaces every task without changing anything else. */
  forceService(id: string, version: number, options?: CallOptions): Promise<void>;
  /** Sets the image of its tasks, which Swarm then replaces; sends the registry login along. */
  setServiceImage(id: string, version: number, image: string, options?: CallOptions): Promise<void>;
  /** Restores the spec from before the last update. */
  rollbackService(id: string, version: number, options?: CallOptions): Promise<void>;
  removeService(id: string, options?: CallOptions): Promise<void>;
  changeNode(node: string, version: number, change: NodeChange, options?: CallOptions): Promise<void>;
};

/** Files of containers as tar streams (archive.ts): also in stopped containers, and in volumes through their mounts. */
export type EngineArchive = {
  /** The directory or file at `path` as a tar stream. `/data/.` gives entries that start with `./`, without the directory's name. */
  readArchive(container: string, path: string, options?: CallOptions): Promise<Readable>;
  /** Unpacks a tar stream into the directory at `path`, with owners and modes. Files that are not in the stream stay. */
  writeArchive(container: string, path: string, tar: Readable, options?: CallOptions): Promise<void>;
};

export type TerminalSize = { columns: number; rows: number };

/** A program to run in a container: an argument vector, never a shell command line. */
export type ExecRequest = {
  command: readonly string[];
  /** The program gets a terminal; its output is then one raw stream. */
  tty: boolean;
  stdin: boolean;
  user?: string;
  /** Working directory; default: the container's own. */
  directory?: string;
  /** Added to the container's own environment. */
  env?: Readonly<Record<string, string>>;
};

/** A program's input and output, on their own connection. */
export type ExecSession = {
  /** Raw bytes with a TTY, else frames (logs/frames.ts) out and raw bytes in. The caller must listen for errors. */
  stream: Duplex;
  tty: boolean;
  /** Fails if the program has no terminal or has ended. */
  resize(size: TerminalSize, options?: CallOptions): Promise<void>;
  /** The exit code once it has ended; undefined while it runs. Right after the end, waits a moment for the engine to record it. */
  exitCode(options?: CallOptions): Promise<number | undefined>;
};

/**
 * Programs in containers (exec.ts). The timeout of these calls covers the engine's first answer; the signal also ends the session's
 * stream. Neither ends the program: Docker has no call for that.
 */
export type EngineExec = {
  exec(container: string, request: ExecRequest, options?: CallOptions): Promise<ExecSession>;
  /** Attaches to the container's running program. With a TTY ctrl-p ctrl-q ends the stream, as in docker attach. */
  attach(container: string, how: { tty: boolean; stdin: boolean }, options?: CallOptions): Promise<ExecSession>;
};

export type Connection =
  | { state: 'connecting'; since: number; attempt: number }
  /** `refused`: the engine answers but refused the last list, with the reason. */
  | { state: 'ready'; since: number; refused?: string }
  | { state: 'lost'; since: number; why: EngineError; attempt: number; nextTry: number };
