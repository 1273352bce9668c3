import { createHash } from 'node:crypto';
import type { EngineId } from '../../lib/ids.ts';
import { maskCommandLine } from '../../lib/secrets.ts';
import { jsonText } from '../../lib/text.ts';
import type { Danger, Outcome, Plan, Step } from '../action.ts';

/**
 * The audit log's lines. One JSON object a line; `prev` is the SHA-256 of the whole line before, `hash` that of the line's own text up to
 * it: a changed line is named by its own hash, a removed or inserted one by the chain. The chain cannot show that lines at the very end
 * were cut off: head.ts stores the last head elsewhere. A `begin` without its `end` counts as unfinished.
 */

/** Who acts, and from where; the same for every line of one console. */
export type AuditIdentity = {
  user: string;
  uid?: number;
  /** SSH_CONNECTION: "client port server port"; absent on a local terminal. */
  origin?: string;
  host: string;
  pid: number;
  /** Terminal of the console, such as /dev/pts/3. */
  tty?: string;
  /** Who logged in, which neither su nor sudo changes (audit login uid of Linux). */
  loginUid?: number;
  /** Of the boot: with `mono` it gives the order of lines whatever the wall clock says. */
  boot?: string;
};

/** The position of a line: its number, and the time by a monotonic clock (ms since boot). */
export type Position = { seq: number; mono?: number };

/**
 * Version of the lines that are written. 1 (without this field): `context` named the engine, the same one for every line of a
 * console. 2: each record names its own `engine`. 3: lines are numbered, name the machine's start and the terminal; each engine
 * call has a line of its own; arming and switches of the context are recorded.
 */
export const AUDIT_FORMAT = 3;

/** How the operator confirmed. */
export type Answer =
  | { kind: 'none' }
  | { kind: 'confirmed' }
  /** The text typed in the dialog, or given with --confirm. */
  | { kind: 'typed'; text: string };

export type AuditRecord = { engine: EngineId } & (BeginRecord | CallRecord | EndRecord | RefusedRecord | StateRecord);

type BeginRecord = {
  kind: 'begin';
  /** Ties `end` to `begin`. */
  run: string;
  plan: Plan;
  /** After the guards raised it, and why. */
  danger: Danger;
  guards: readonly string[];
  reason?: string;
  answer: Answer;
  /** The engine's own id, which stays when its address changes. */
  engineId?: string;
};

/** A changing call; written before it is made. */
type CallRecord = {
  kind: 'call';
  run: string;
  /** Such as `restart`, and the whole id of the object (a name, where it is being created). */
  call: string;
  id: string;
  /** Its parameters, in words: a signal, a stop timeout, replicas. */
  detail?: string;
};

type EndRecord = {
  kind: 'end';
  run: string;
  action: string;
  name: string;
  ok: boolean;
  cancelled: boolean;
  steps: readonly Step[];
  verification: string;
  ms: number;
  /** Why the program ended before the action: running calls may still have happened. */
  interrupted?: string;
};

type RefusedRecord = {
  kind: 'refused';
  action: string;
  name: string;
  refused: string;
  change: string;
  plan?: Plan;
  reason?: string;
};

/** A change of what is allowed, or of the context, or an action over several hosts; `told` is its text. */
type StateRecord = { kind: 'armed' | 'unarmed' | 'context' | 'missing' | 'rotated' | 'rollout'; told: string };

export type AuditLine = AuditRecord &
  AuditIdentity &
  Partial<Position> & {
    /** See AUDIT_FORMAT. */
    format: number;
    time: string;
    prev: string;
    hash: string;
  };

/** The `prev` of the first line. */
export const GENESIS = '0'.repeat(64);

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text of one line, without its line break. `mask` takes secrets out of every string. */
export function formatLine(
  record: AuditRecord,
  identity: AuditIdentity,
  { now, prev, position }: { now: number; prev: string; position: Position },
  mask: (text: string) => string,
): string {
  const entry = { format: AUDIT_FORMAT, time: new Date(now).toISOString(), ...position, ...identity, ...record };
  const masked = jsonText(entry, undefined, (key, value) => {
    if (UNWRITTEN.has(key)) return undefined;
    return typeof value === 'string' ? maskedField(key, value, mask) : value;
  });
  const body = `${masked.slice(0, -1)},"prev":"${prev}"}`;
  return `${body.slice(0, -1)},"hash":"${sha256(body)}"}`;
}

/** Of plans: what may hold secrets that no mask knows. */
export const UNWRITTEN: ReadonlySet<string> = new Set(['once', 'runbookCall', 'hereCall', 'procedure']);

/** Commands contain secrets marked only by their options: `-p`, `-a`, `-u name:secret`. */
const COMMANDS: ReadonlySet<string> = new Set(['command', 'title', 'detail']);

function maskedField(key: string, value: string, mask: (text: string) => string): string {
  return mask(COMMANDS.has(key) ? maskCommandLine(value) : value);
}

/** The outcome as the record that closes a run; `interrupted`: why the program ended before it. */
export function endRecord(run: string, plan: Plan, outcome: Outcome, interrupted?: string): AuditRecord {
  const { ok, cancelled, steps, verification, ms } = outcome;
  const { engine } = plan.target;
  const how = { ok, cancelled, steps, verification, ms, interrupted };
  return { kind: 'end', engine, run, action: plan.action, name: plan.name, ...how };
}
