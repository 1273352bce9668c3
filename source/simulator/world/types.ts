import type { Agenda } from './agenda.ts';
import type { EventLog } from './events.ts';
import type { LogBook } from './log.ts';
import type { Load, Meter } from './meter.ts';
import type { Said, Voice } from './voice.ts';

/** The simulated host as plain data. Times are ms since the epoch, sizes in bytes; Docker's own types where inspect shows them. */

export type World = {
  seed: string;
  now: number;
  host: Host;
  containers: Map<string, Container>;
  /** Id by name. */
  names: Map<string, string>;
  images: Map<string, Image>;
  volumes: Map<string, Volume>;
  networks: Map<string, Network>;
  execs: Map<string, Exec>;
  buildCache: BuildCache[];
  events: EventLog;
  agenda: Agenda;
  /** Faults of the host itself, by name. */
  faults: Set<string>;
  /** A serial number that makes ids, process ids and addresses unique. */
  serial: number;
};

type Host = { name: string; cpus: number; memory: number; disk: number; bootedAt: number };

type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export type Container = {
  id: string;
  name: string;
  /** The image reference that the container was created from: "redis:7-alpine". */
  image: string;
  imageId: string;
  created: number;
  config: ContainerConfig;
  hostConfig: HostConfig;
  mounts: Mount[];
  endpoints: Map<string, Endpoint>;
  state: State;
  health?: Health;
  program: Program;
  /** Its faults by name, with their start times. Some faults end with a restart (see Program). */
  faults: Map<string, number>;
  mood: string;
  load: Load;
  meter: Meter;
  log: LogBook;
  /** Called after anything about this container has changed: state, mood, log. */
  watchers: Set<() => void>;
  /** Incremented with each change that the list or inspect shows. */
  revision: number;
};

type State = {
  status: Status;
  pid: number;
  exitCode: number;
  error: string;
  oomKilled: boolean;
  startedAt?: number;
  finishedAt?: number;
  restartCount: number;
  /** Stopped by hand: restart policies leave it alone. */
  manuallyStopped: boolean;
  /** Number of starts: tasks scheduled for an earlier run must not affect this one. */
  run: number;
  /** Delay before the restart policy's next start, ms. */
  backOff: number;
};

export type Health = {
  status: 'starting' | 'healthy' | 'unhealthy';
  streak: number;
  /** The last five, oldest first. */
  log: { start: number; end: number; exitCode: number; output: string }[];
};

export type ContainerConfig = {
  Hostname: string;
  User: string;
  Tty: boolean;
  OpenStdin: boolean;
  Env: string[];
  Cmd: string[] | null;
  Entrypoint: string[] | null;
  Image: string;
  WorkingDir: string;
  Labels: Record<string, string>;
  ExposedPorts?: Record<string, object>;
  Healthcheck?: HealthConfig;
  StopSignal?: string;
  StopTimeout?: number;
};

/** Docker's durations are nanoseconds. */
export type HealthConfig = {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
};

export type PortBinding = { HostIp: string; HostPort: string };

export type HostConfig = {
  Binds: string[] | null;
  NetworkMode: string;
  PortBindings: Record<string, PortBinding[]>;
  RestartPolicy: { Name: string; MaximumRetryCount: number };
  Memory: number;
  MemorySwap: number;
  MemoryReservation: number;
  NanoCpus: number;
  CpuShares: number;
  PidsLimit: number | null;
  ShmSize: number;
  LogConfig: { Type: string; Config: Record<string, string> };
  AutoRemove: boolean;
};

export type Mount = {
  Type: 'volume' | 'bind';
  Name?: string;
  Source: string;
  Destination: string;
  Driver?: string;
  Mode: string;
  RW: boolean;
  Propagation: string;
};

type Endpoint = { aliases: string[]; address: string; id: string };

export type Image = {
  id: string;
  tags: string[];
  digests: string[];
  created: number;
  size: number;
  shared: number;
  layers: number;
  labels: Record<string, string>;
  command: string[];
  entrypoint: string[] | null;
  env: string[];
};

export type Volume = { name: string; created: number; labels: Record<string, string>; size: number };

export type Network = {
  id: string;
  name: string;
  driver: string;
  created: number;
  labels: Record<string, string>;
  internal: boolean;
  /** First three bytes of its addresses. Empty for host and none. */
  prefix: string;
  /** Last address byte that was assigned. */
  given: number;
};

type BuildCache = {
  id: string;
  description: string;
  size: number;
  inUse: boolean;
  shared: boolean;
  created: number;
  lastUsed: number;
  uses: number;
};

export type Exec = {
  id: string;
  containerId: string;
  argv: string[];
  tty: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  running: boolean;
  started: boolean;
  exitCode?: number;
  pid: number;
};

/**
 * The program in a container, as far as the engine can see it: its load, its log, how it stops, what it answers.
 * A program has moods: `normal`, and others caused by its faults or dependencies. The mood is re-evaluated after
 * every change, so that a client logs errors while redis is down and recovers when it is back, without a script.
 */
export type Program = {
  name: string;
  user: string;
  /** Default stream of its lines; standard output if omitted. */
  stream?: 'stdout' | 'stderr';
  /** Its processes in `top`; the first is the main process. `share` is a process's part of the load. */
  processes(container: Container): readonly { command: string; share: number; user?: string }[];
  mood?(container: Container, world: World): string;
  load(mood: string): Load;
  voice?(mood: string): Voice | undefined;
  /** What it logs when it starts. */
  boot?(container: Container, world: World): readonly Said[];
  /** What it logs when its mood changes. */
  turn?(from: string, to: string): readonly Said[];
  /** Its reaction to SIGTERM: how long it takes, its exit code and last lines. If omitted, it ignores the signal. */
  stop?: { ms: number; exitCode: number; words?(at: number): readonly Said[] };
  /** For a job, which ends by itself. */
  end?(container: Container, world: World): { ms: number; exitCode: number } | undefined;
  /** Answers HTTP on a port of the container; undefined: nothing listens there. */
  http?(request: HttpRequest, container: Container, world: World): HttpAnswer | undefined;
  /** Answers a command run inside (exec, health check); undefined: the default shell answers. */
  answer?(argv: readonly string[], container: Container, world: World): Outcome | undefined;
  /** Faults that survive a restart. All others end with it. */
  lasting?: readonly string[];
  /** Endpoints that are also served on a loopback port: the port in the container, and the label with each path's real URL. */
  endpoints?: {
    port: number;
    labels: Readonly<Record<string, string>>;
    /** Port of an additional WebSocket server, given in the label of the health address. */
    webSocket?: number;
  };
  /** The program closes every connection after one answer. */
  closesConnections?: boolean;
};

type HttpRequest = { path: string; port: number };

export type HttpAnswer = { status: number; body: string; type?: string; ms?: number };

/** `signal`: number of a signal that it sends to the container's main process. */
export type Outcome = { exitCode: number; output: string; errors?: string; ms?: number; signal?: number };

/** A refusal of the engine, with its HTTP status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
