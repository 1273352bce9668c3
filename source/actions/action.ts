import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { ContainerState } from '../engine/facts.ts';
import type { ContainerId, EngineId, ServiceId } from '../lib/ids.ts';

/** 0 read · 1 reversible, no outage · 2 short outage · 3 loses containers, logs or images, or a long outage · 4 loses data. */
export type Danger = 0 | 1 | 2 | 3 | 4;

/** What an action can be about on one engine. */
export type LocalTarget =
  | { kind: 'service'; id: ServiceId }
  | { kind: 'container'; id: ContainerId }
  | { kind: 'project'; id: string }
  /** Marked rows: `ids` are service or container ids. */
  | { kind: 'marked'; id: string; ids: readonly string[] }
  /** The engine as a whole: prune. */
  | { kind: 'engine'; id: EngineId };

/** What an action is about: the identity that was under the cursor when its key was pressed, never a row number, and its engine. */
export type Target = LocalTarget & { engine: EngineId };

/** The engine as a whole. */
export function engineTarget(engine: EngineId): Target {
  return { kind: 'engine', id: engine, engine };
}

type ObjectKind = 'container' | 'swarm-service' | 'image' | 'volume' | 'network' | 'build-cache';

/** One thing that an action will touch. */
export type PlanObject = {
  kind: ObjectKind;
  id: string;
  name: string;
  /** What will happen to it and why, in words. */
  note: string;
  /** Service id it belongs to, and its project. */
  service?: string;
  project?: string;
  /** For the eye: objects of a lower wave come first, those of one wave run side by side. Absent: 0. */
  wave?: number;
  /** Ids of objects in the same plan that come first, and what of them is awaited before this one. */
  after?: readonly { id: string; until: 'done' | 'healthy' | 'completed' }[];
  /** It does not exist yet: `id` is `new:` and its name. */
  fresh?: boolean;
  /** What was seen when the plan was made: the action stops when the object is another by then. */
  seen?: { state: ContainerState; startedAt?: number };
  /** Seconds between the stop signal and the kill, and who says so. */
  stopTimeout?: { seconds: number; from: 'container' | 'settings' | 'default' };
  /** It has a health check: done means healthy. */
  healthCheck?: boolean;
  /** Milliseconds after which a verification gives up. */
  verifyTimeoutMs?: number;
  /** A one-shot job: done means that it ended with exit code 0. */
  job?: boolean;
  /** Who protects it, in words: the label, or the settings. */
  protectedBy?: string;
  /** Of an image: the tags that go with it. */
  tags?: readonly string[];
  /** Bytes freed by removing it, and its creation time (ms). */
  bytes?: number;
  created?: number;
};

/** What will be done, before it is done. Pure data: dialog, audit log and command line show the same. */
export type Plan = {
  action: string;
  /** Sentence for the dialog's head: "Restart exness/redis (1 container)". */
  title: string;
  danger: Danger;
  /** The danger before the guards raised it; absent: `danger`. The guards start from here, however often they are asked. */
  baseDanger?: Danger;
  target: Target;
  /** Name of the target as the operator knows it, typed for danger 3 and 4. */
  name: string;
  objects: readonly PlanObject[];
  /** What depends on it, and anything else worth knowing before saying yes. */
  warnings: readonly string[];
  /** What the action was told beyond its target: replicas wanted, signal, … For the audit log and for `run`. */
  options?: Readonly<Record<string, string | number | boolean>>;
};

/** What plans take from the settings; the keys of `services` are names, `project/service` or globs with `*`. */
export type ActionSettings = {
  /** Used where neither a container nor its service's settings name a stop timeout; undefined: the engine's 10 s. */
  stopTimeoutSeconds?: number;
  /** How long a container without a health check is watched before it counts as running again. Default 2000. */
  stableMs?: number;
  /** At least so long an effect is waited for; longer where a health check needs longer. Default 60,000. */
  verifyMs?: number;
  services?: Readonly<Record<string, ServiceSettings>>;
};

export type ServiceSettings = {
  /** Must never run twice (as the label deskhand.single). */
  single?: boolean;
  /** Raises the danger of every action on it by one (as the label deskhand.protected). */
  protected?: boolean;
  /** What it keeps in memory only, in words (as the label deskhand.memory). */
  memory?: string;
  /** Seconds it needs to stop. */
  stopTimeout?: number;
  /** What it is for: posture findings weigh more on an engine or a database. */
  role?: string;
};

/** Why it may not be done, and what would have to change. */
export type Refusal = { action: string; name: string; refused: string; change: string };

export type Step = { object: string; call: string; ok: boolean; ms: number; error?: string };

export type Outcome = {
  ok: boolean;
  cancelled: boolean;
  steps: readonly Step[];
  /** What was seen on the engine afterwards: "healthy again after 4.2 s". */
  verification: string;
  ms: number;
  /** Why there is no audit record of it, where it could not be written (danger 0 and 1 only). */
  unrecorded?: string;
};

export type RunContext = {
  engine: Engine & EngineChanges;
  /** When the first call was about to be made (ms): durations such as "healthy again after 4.2 s" count from here. */
  begun: number;
  /** The newest state, for verification. */
  state: () => DeskState;
  now: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/**
 * Everything a key can do to the world. `plan` is pure; `run` makes the engine calls and tells each step; `verify` looks at
 * the engine afterwards. The dialog, read-only mode, the guards, the audit log, the help and the command line all use this value.
 */
export type Action = {
  name: string;
  title: string;
  danger: Danger;
  plan(state: DeskState, desk: Desk, target: Target, settings?: ActionSettings): Plan | Refusal;
  run(plan: Plan, context: RunContext): Promise<readonly Step[]>;
  /** Verify also after failed steps: what is left of the effect matters, as after a prune. */
  verifiesFailures?: boolean;
  verify(plan: Plan, context: RunContext, steps: readonly Step[]): Promise<{ ok: boolean; text: string }>;
};
