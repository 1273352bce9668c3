import type { Agenda } from './agenda.ts';
import type { EventLog } from './events.ts';
import type { LogBook } from './log.ts';
import type { Load, Meter } from './meter.ts';
import type { Said, Voice } from './voice.ts';

/** The simulated host as plain data. Times are ms since the epoch, sizes bytes; Docker's own shapes where inspect shows them. */

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
  /** Troubles of the host itself, by name. */
  faults: Set<string>;
  /** Counts up: makes ids, process ids and addresses different from each other. */
  serial: number;
};

type Host = { name: string; cpus: number; memory: number; disk: number; bootedAt: number };

type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export type Container = {
  id: string;
  name: string;
  /** As the container was created from it: "redis:7-alpine". */
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
  /** What is wrong with it, by name, and since when. Some faults end with a restart (see Program). */
  faults: Map<string, number>;
  mood: string;
  load: Load;
  meter: Meter;
  log: LogBook;
  /** Called after anything of this container has changed: state, mood, log. */
  watchers: Set<() => void>;
  /** Counts up with each change that the list or inspect shows. */
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
  /** Counts the starts: what was planned for an earlier run does not touch this one. */
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
  /** Last byte that was given away. */
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
 * What runs in a container, as far as the engine can see it: its load, its lines, how it stops, what it answers.
 * A program has moods: `normal`, and what its faults or its dependencies make of it. The world asks for the mood after
 * every change, so that a consumer complains while redis is down and recovers when it is back, without a script.
 */
export type Program = {
  name: string;
  user: string;
  /** Where its lines go if they do not say; standard output when left out. */
  stream?: 'stdout' | 'stderr';
  /** How it looks in `top`: the first process is the container's own. `share` is its part of the load. */
  processes(container: Container): readonly { command: string; share: number; user?: string }[];
  mood?(container: Container, world: World): string;
  load(mood: string): Load;
  voice?(mood: string): Voice | undefined;
  /** What it says as it starts. */
  boot?(container: Container, world: World): readonly Said[];
  /** What it says on the way from one mood to another. */
  turn?(from: string, to: string): readonly Said[];
  /** Its answer to SIGTERM: how long it takes, its exit code and last words. Left out: it ignores the signal. */
  stop?: { ms: number; exitCode: number; words?(at: number): readonly Said[] };
  /** A job ends by itself. */
  end?(container: Container, world: World): { ms: number; exitCode: number } | undefined;
  /** Answers HTTP on a port of the container; undefined: nothing listens there. */
  http?(request: HttpRequest, container: Container, world: World): HttpAnswer | undefined;
  /** Answers a command run inside (exec, health check); undefined: the common shell answers. */
  answer?(argv: readonly string[], container: Container, world: World): Outcome | undefined;
  /** Faults that a restart does not end. All others do. */
  lasting?: readonly string[];
  /** What is served on a loopback port too: the port in the container, and the label with each path's real address. */
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

/** `signal`: the number of one that it sends to the container's main process. */
export type Outcome = { exitCode: number; output: string; errors?: string; ms?: number; signal?: number };

/** What the engine refuses, with the HTTP status that it answers. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
