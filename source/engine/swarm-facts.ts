import type { Port } from './facts.ts';

/** What a Swarm manager reports, as plain data; conventions as in facts.ts. */

export type SwarmService = {
  /** Ids of the configs and secrets that its tasks get. */
  uses?: readonly string[];
  id: string;
  name: string;
  /** com.docker.stack.namespace */
  stack?: string;
  image: string;
  /** `sha256:…`, where its spec is pinned to one image. */
  digest?: string;
  /** The image of its spec before the last update, which a rollback returns to. */
  previousImage?: string;
  labels: Readonly<Record<string, string>>;
  mode: 'replicated' | 'global' | 'job' | 'unknown';
  /** Replicas wanted; undefined for global services. */
  wanted?: number;
  running: number;
  /** Tasks that should run now, as ServiceStatus counts them; 0 while the next task of a global service waits. */
  desired?: number;
  /** Completed tasks of a job, and how many it needs; undefined for other modes. */
  completed?: number;
  total?: number;
  /** When its tasks are restarted; undefined if the spec does not say (then always). */
  restartCondition?: 'none' | 'on-failure' | 'any';
  ports: readonly Port[];
  created: number;
  /** Index of the spec that an update must name. */
  version: number;
  /** UpdateStatus: `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`, `rollback_completed`. */
  updateState?: string;
  updateMessage?: string;
  /** When its update ended, or began if it is still running. */
  updatedAt?: number;
  /** Since when tasks are missing, as far as this console knows; undefined while all run. */
  shortSince?: number;
  /** Its tasks, present and past, if the numbers above do not show its state. */
  tasks?: readonly SwarmTask[];
};

/** Swarm's task states, in the order of a task's life; from `complete` on it has ended. */
export type TaskState =
  | 'new'
  | 'allocated'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned'
  | 'unknown';

/**
 * One attempt of Swarm to run one replica of a service. A task is never restarted; another one replaces it. Swarm keeps the most recent
 * ended ones.
 */
export type SwarmTask = {
  id: string;
  serviceId: string;
  /** Number of the replica; undefined for global services, which have one on each node. */
  slot?: number;
  /** Undefined until it is assigned to a node. */
  nodeId?: string;
  image: string;
  state: TaskState;
  /** When it entered its state. */
  since?: number;
  desired: TaskState;
  /** Why it failed or cannot run, in Swarm's words; empty where nothing is wrong. */
  error: string;
  /** Id of its container on its node, once there is one. */
  container?: string;
  /** Published by the task on its node (host mode), not by the service. */
  ports: readonly Port[];
  created: number;
};

/** A config or secret of a Swarm: what it is called, never what it holds. */
export type SwarmObject = {
  id: string;
  name: string;
  created?: number;
  updated?: number;
  labels: Readonly<Record<string, string>>;
};

export type SwarmNode = {
  id: string;
  /** Of its spec, that an update must name. */
  version: number;
  hostname: string;
  state: 'ready' | 'down' | 'disconnected' | 'unknown';
  /** Why it is in that state, such as "heartbeat failure"; empty when it is ready. */
  message: string;
  /** As the managers report it. */
  address: string;
  availability: 'active' | 'pause' | 'drain' | 'unknown';
  role: 'manager' | 'worker';
  leader: boolean;
  /** For a manager: whether the other managers reach it. */
  reachability?: 'reachable' | 'unreachable' | 'unknown';
  engineVersion: string;
  labels: Readonly<Record<string, string>>;
};
