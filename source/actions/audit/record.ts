import { createHash } from 'node:crypto';
import type { EngineId } from '../../lib/ids.ts';
import { jsonText } from '../../lib/text.ts';
import type { Danger, Outcome, Plan, Step } from '../action.ts';

/**
 * The audit log's lines. One JSON object a line; `prev` is the SHA-256 of the whole line before, `hash` that of the line's own
 * text up to it: a changed line is named by its own hash, a removed or inserted one by the chain. What the chain cannot show is
 * that lines at the very end were cut off; a `begin` without its `end` is told apart as unfinished.
 */

/** Who acts, and from where; the same for every line of one console. */
export type AuditIdentity = {
  user: string;
  uid?: number;
  /** SSH_CONNECTION: "client port server port"; absent on a local terminal. */
  origin?: string;
  host: string;
  pid: number;
};

/**
 * Version of the lines that are written. 1 (without this field): `context` named the engine, the same one for every line of a
 * console. 2: each record names its own `engine`.
 */
export const AUDIT_FORMAT = 2;

/** How the operator said yes. */
export type Answer =
  | { kind: 'none' }
  | { kind: 'confirmed' }
  /** The text typed in the dialog, or given with --confirm. */
  | { kind: 'typed'; text: string };

export type AuditRecord = { engine: EngineId } & (BeginRecord | EndRecord | RefusedRecord);

type BeginRecord = {
  kind: 'begin';
  /** Ties `end` to `begin`. */
  run: string;
  plan: Plan;
  /** After the guards have raised it, and why they did. */
  danger: Danger;
  guards: readonly string[];
  reason?: string;
  answer: Answer;
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

export type AuditLine = AuditRecord &
  AuditIdentity & {
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
  now: number,
  prev: string,
  mask: (text: string) => string,
): string {
  const entry = { format: AUDIT_FORMAT, time: new Date(now).toISOString(), ...identity, ...record };
  const masked = jsonText(entry, undefined, (_key, value) => (typeof value === 'string' ? mask(value) : value));
  const body = `${masked.slice(0, -1)},"prev":"${prev}"}`;
  return `${body.slice(0, -1)},"hash":"${sha256(body)}"}`;
}

/** The outcome as the record that closes a run. */
export function endRecord(run: string, plan: Plan, outcome: Outcome): AuditRecord {
  const { ok, cancelled, steps, verification, ms } = outcome;
  const { engine } = plan.target;
  return { kind: 'end', engine, run, action: plan.action, name: plan.name, ok, cancelled, steps, verification, ms };
}
