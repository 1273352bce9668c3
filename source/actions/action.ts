import type { ComposeInvocation } from '../compose/invocation.ts';
import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { ContainerState } from '../engine/facts.ts';
import type { ContainerId, EngineId, ServiceId } from '../lib/ids.ts';
import type { ActionSettings } from './action-settings.ts';
import type { Check, Need } from './capacity.ts';
import type { Clone } from './clone.ts';
import type { ActionTools } from './host-tools.ts';
import type { ProcedureState } from './maintenance/state.ts';
import type { ParameterSchema } from './parameters.ts';
import type { HereCall } from './plugin-command.ts';
import type { RunbookCall } from './runbook/call.ts';

/** 0 read · 1 reversible, no outage · 2 short outage · 3 loses containers, logs or images, or a long outage · 4 loses data. */
export type Danger = 0 | 1 | 2 | 3 | 4;

/** The kinds of target of an action on one engine. */
export type LocalTarget =
  | { kind: 'service'; id: ServiceId }
  | { kind: 'container'; id: ContainerId }
  | { kind: 'project'; id: string }
  /** Marked rows: `ids` are service or container ids. */
  | { kind: 'marked'; id: string; ids: readonly string[] }
  /** A volume, by its name. */
  | { kind: 'volume'; id: string }
  /** An image, by one of its names. */
  | { kind: 'image'; id: string }
  /** A backup on this machine, by its path. */
  | { kind: 'archive'; id: string }
  /** A procedure of the settings, by its name. */
  | { kind: 'procedure'; id: string }
  /** A node of the Swarm, by its id or host name. */
  | { kind: 'node'; id: string }
  /** A row of a table that is none of these, by its id: for plugins. */
  | { kind: 'row'; id: string }
  /** A stack of the Swarm by its name; it may not be there yet. */
  | { kind: 'stack'; id: string }
  /** Unused objects of one kind: `images`, `volumes`, … */
  | { kind: 'unused'; id: string };

/** The target of an action: the identity that was under the cursor when its key was pressed, never a row number, and its engine. */
export type Target = LocalTarget & { engine: EngineId };

type ObjectKind =
  | 'container'
  | 'swarm-service'
  | 'node'
  | 'image'
  | 'volume'
  | 'network'
  | 'build-cache'
  | 'archive'
  | 'step';

/** One object that an action will affect. */
export type PlanObject = {
  kind: ObjectKind;
  id: string;
  name: string;
  /** What will happen to it and why, in words. */
  note: string;
  /** Service id it belongs to, and its project. */
  service?: ServiceId;
  project?: string;
  /** For display: objects of a lower wave come first, those of one wave run in parallel. Absent: 0. */
  wave?: number;
  /** Ids of objects in the same plan that come first, and the state of them that this one waits for. */
  after?: readonly { id: string; until: 'done' | 'healthy' | 'completed' }[];
  /** It does not exist yet: `id` is `new:` and its name. */
  fresh?: boolean;
  /** Its state when the plan was made. */
  seen?: { state: ContainerState; startedAt?: number };
  /** What must still be true right before each call, for actions that depend on more than the identity. */
  expect?: { state: ContainerState; startedAt?: number; restartCount?: number };
  /** Of a volume: its labels, and its creation time as the engine writes it. */
  labels?: Readonly<Record<string, string>>;
  stamp?: string;
  /** Seconds between the stop signal and the kill, and their origin; absent: unknown, so none is sent to the engine. */
  stopTimeout?: { seconds: number; from: 'container' | 'settings' | 'default' };
  /** Started with --rm: the engine removes it when it ends. */
  autoRemove?: boolean;
  /** It has a health check: done means healthy. */
  healthCheck?: boolean;
  /** Timeout of the verification, in ms. */
  verifyTimeoutMs?: number;
  /** A one-shot job: done means that it ended with exit code 0. */
  job?: boolean;
  /** Its program is stopped or restarted by this. */
  interrupted?: true;
  /** A signal is sent by a `kill` inside it, because the engine takes one that it sends itself for a stop by hand. */
  inside?: true;
  /** What protects it, in words: the label, or the settings. */
  protectedBy?: string;
  /** Of an image: the tags removed with it. */
  tags?: readonly string[];
  /** Of a network: what uses it now goes first by the same plan. */
  inUse?: true;
  /** What it takes of the host, where it starts by this plan. */
  need?: Need;
  /** Bytes freed by removing it, and its creation time (ms). */
  bytes?: number;
  /** Of an image: bytes that it shares with others of the plan only; each `id` counts once. */
  common?: readonly { id: number; bytes: number }[];
  created?: number;
};

/** What an action would do, as pure data: dialog, audit log and command line show the same. */
export type Plan = {
  action: string;
  /** Sentence for the dialog's head: "Restart exness/redis (1 container)". */
  title: string;
  danger: Danger;
  /** The danger before the guards raised it; absent: `danger`. The guards start from here, however often they are asked. */
  baseDanger?: Danger;
  target: Target;
  /** Display name of the target, typed for danger 3 and 4. */
  name: string;
  objects: readonly PlanObject[];
  /** What depends on it, and other warnings before confirming. */
  warnings: readonly string[];
  /** Whether the host has room for what starts. */
  checks?: readonly Check[];
  /** The action's parameters: replicas, signal, … For the audit log and for `run`. */
  options?: Readonly<Record<string, string | number | boolean>>;
  /** The compose command that does it, if one does. */
  compose?: ComposeInvocation;
  /** The container that a one-off run creates. Never written down: its variables may hold secrets. */
  once?: Clone;
  /** The runbook that it is. Never written down: its words may hold secrets, `options.command` has them masked. */
  runbookCall?: RunbookCall;
  /** The program of this machine that it runs. Never written down: its words may hold secrets. */
  hereCall?: HereCall;
  /** The procedure that it is, and where its state is kept. */
  procedure?: { path: string; state: ProcedureState };
  /** Asked for whatever its danger. */
  confirm?: true;
};

/** Why it is refused, and what would have to change. */
export type Refusal = {
  action: string;
  name: string;
  refused: string;
  change: string;
  /** An object is not what was shown any more: a plan of now may be confirmed at once. */
  outdated?: true;
};

export type Step = {
  object: string;
  call: string;
  ok: boolean;
  ms: number;
  error?: string;
  /** Its result, in words, if there is one: "exit code 0". */
  result?: string;
};

export type Outcome = {
  ok: boolean;
  cancelled: boolean;
  steps: readonly Step[];
  /** The result seen on the engine afterwards: "healthy again after 4.2s". */
  verification: string;
  ms: number;
  /** Why there is no audit record, if it could not be written (danger 0 and 1 only). */
  unrecorded?: string;
};

/** The content of a session between its begin and end, provided by the console. */
export type SessionRunner = (object: PlanObject, context: RunContext) => Promise<SessionEnd>;

/** `begun`: it had started; `ok`: it ended successfully. `text`: how, such as "exit code 0". */
export type SessionEnd = { begun: boolean; ok: boolean; text: string };

/** What came of an action: it was done (well or not), or refused. */
export type Result = { kind: 'done'; outcome: Outcome } | { kind: 'refused'; refusal: Refusal };

/** Takes what a program says; what it promises is awaited before more is read. */
export type OutputSink = (stream: 'stdout' | 'stderr', bytes: Buffer) => void;

/** Takes how far one object is: `api-1`, `healthy after 2.1s`. `ok` once that is known. */
export type StatusSink = (object: string, text: string, ok?: boolean) => void;

export type RunContext = {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  /** When the first call was about to be made (ms): durations such as "healthy again after 4.2s" count from here. */
  begun: number;
  /** The newest state, for verification. */
  state: () => DeskState;
  now: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  progress: (text: string) => void;
  /** Facts as they are now. */
  observe: () => Promise<DeskState>;
  /** Plans and does another action within this one: with its own guards and record, and no more dangerous than this one. */
  perform: (request: { action: Action; target: Target; parameters: unknown }) => Promise<Result>;
  /** What a program says, as it comes. */
  output?: OutputSink;
  status?: StatusSink;
  /** Of a shell, an attachment or a command. */
  talk?: SessionRunner;
};

/** The inputs of a plan. */
export type PlanInput<Parameters = unknown, Facts = unknown> = {
  state: DeskState;
  desk: Desk;
  target: Target;
  settings: ActionSettings;
  /** Parsed by the action's schema from the typed words. */
  parameters: Parameters;
  /** What `prepare` read. */
  facts: Facts;
};

/** One thing to choose: the words that mean it, and what it is. */
export type Choice = { words: readonly string[]; help: string; danger: Danger };

/** The inputs of `prepare`. */
export type PrepareInput<Parameters = unknown> = Omit<PlanInput<Parameters>, 'facts'> & {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  signal?: AbortSignal;
};

/** The key of an action. Actions with the same `id` share the key: the row decides which one it means. */
export type ActionKey = {
  /** For the settings: `services.restart`. */
  id: string;
  keys: readonly string[];
  /** Short, for the header; empty: not shown there. */
  hint: string;
  help: string;
};

/**
 * Everything about one action; one file each. The keymap, the header's hints, the dialogs, the help,
 * the console's commands, `deskhand run`, the guards and the audit log all read this value. The object that made a plan runs it.
 */
export type Action<Parameters = unknown, Facts = unknown> = {
  /** As a command: `:restart redis`, `deskhand run restart redis`. */
  name: string;
  /** Other names that are understood. */
  aliases?: readonly string[];
  /** Before the name of its target, in the plan's title. */
  title: string;
  /** One line for the lists of commands. */
  help: string;
  /** Of the mildest plan; guards and bigger targets raise it. */
  danger: Danger;
  /** The targets it applies to: the rows that offer it, and the objects its commands accept. */
  on: readonly Target['kind'][];
  key?: ActionKey;
  /** It stops or restarts programs, or may do so: conditions on metrics apply to all such actions. */
  interrupts?: true;
  /** Whether its key means this action here, if several share the key; absent: always. */
  applies?(where: Pick<PlanInput, 'state' | 'desk' | 'target'>): boolean;
  /**
   * An object schema over words: each entry's name is its flag, its description the help. Entries that are neither optional
   * nor boolean are asked for. See parameters.ts.
   */
  parameters?: ParameterSchema<Parameters>;
  /** A note in the prompt for its parameters: "now 2 of 3". */
  promptNote?(where: Pick<PlanInput, 'state' | 'desk' | 'target'>): string;
  /** Other actions to the same end, as buttons of its dialog where they apply, with a plan and a dialog of their own. */
  alternatives?: readonly {
    label: string;
    action: string;
    words?: (plan: Plan) => readonly string[];
    applies?: (plan: Plan) => boolean;
  }[];
  /** It has programs that say something: shown in a view, and part of the result. Below danger 2 it begins at once. */
  output?: true;
  /** What there is to choose from on a target, for its menu; each fills the first parameters. */
  choices?(where: Omit<PlanInput, 'parameters' | 'facts'>): readonly Choice[];
  /** Excludes objects from its plan; returns the plan without them. */
  leaveOut?(plan: Plan, ids: ReadonlySet<string>): Plan;
  /**
   * It opens a session and works only in the console: on the whole terminal (`terminal`: a program of this machine), or as a command with
   * its output in a view.
   */
  session?: 'shell' | 'attach' | 'terminal' | 'command';
  /** Reads from the engine what its plan needs beyond the desk. */
  prepare?(input: PrepareInput<Parameters>): Promise<Facts>;
  /** Pure. */
  plan(input: PlanInput<Parameters, Facts>): Plan | Refusal;
  /** Makes the engine calls of a plan and reports each as a step. Takes all it needs from the plan. */
  run(plan: Plan, context: RunContext): Promise<readonly Step[]>;
  /** After a failure or a cancel its run takes back what it had begun: verify says at once what is so then. */
  undoes?: true;
  /** Verify also after failed steps, as partial effects matter, such as after a prune. */
  verifiesFailures?: boolean;
  /** Looks at the engine afterwards. */
  verify(plan: Plan, context: RunContext, steps: readonly Step[]): Promise<{ ok: boolean; text: string }>;
};
