import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine } from '../engine/engine.ts';

/** 0 read · 1 reversible, no outage · 2 short outage · 3 loses containers, logs or images, or a long outage · 4 loses data. */
export type Danger = 0 | 1 | 2 | 3 | 4;

/** What an action is about: the identity that was under the cursor when its key was pressed, never a row number. */
export type Target = { kind: 'service' | 'container'; id: string };

/** One thing that an action will touch. */
export type PlanObject = { kind: 'container'; id: string; name: string; note: string };

/** What will be done, before it is done. Pure data: dialog, audit log and command line show the same. */
export type Plan = {
  action: string;
  /** Sentence for the dialog's head: "Restart exness/redis (1 container)". */
  title: string;
  danger: Danger;
  target: Target;
  /** Name of the target as the operator knows it, typed for danger 3 and 4. */
  name: string;
  objects: readonly PlanObject[];
  /** What depends on it, and anything else worth knowing before saying yes. */
  warnings: readonly string[];
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
};

export type RunContext = {
  engine: Engine;
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
  plan(state: DeskState, desk: Desk, target: Target): Plan | Refusal;
  run(plan: Plan, context: RunContext): Promise<readonly Step[]>;
  verify(plan: Plan, context: RunContext): Promise<{ ok: boolean; text: string }>;
};
