import * as v from 'valibot';
import type { AuditLine } from './record.ts';

/**
 * The schema of a readable line. A tampered log may contain any JSON: everything shown of a line is validated here, once.
 */

const IDENTITY = {
  time: v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text)), 'is not a valid time'),
  ),
  user: v.string(),
  uid: v.optional(v.number()),
  origin: v.optional(v.string()),
  host: v.string(),
  pid: v.number(),
  format: v.optional(v.number()),
  engine: v.optional(v.string()),
  context: v.optional(v.string()),
  tty: v.optional(v.string()),
  loginUid: v.optional(v.number()),
  boot: v.optional(v.string()),
  seq: v.optional(v.number()),
  mono: v.optional(v.number()),
  prev: v.string(),
  hash: v.string(),
};

const OBJECT = v.looseObject({
  kind: v.string(),
  id: v.string(),
  name: v.string(),
  note: v.string(),
  bytes: v.optional(v.number()),
});

const PLAN = v.looseObject({
  action: v.string(),
  title: v.string(),
  name: v.string(),
  objects: v.array(OBJECT),
  warnings: v.array(v.string()),
});

const ANSWER = v.variant('kind', [
  v.looseObject({ kind: v.literal('none') }),
  v.looseObject({ kind: v.literal('confirmed') }),
  v.looseObject({ kind: v.literal('typed'), text: v.string() }),
]);

const STEP = v.looseObject({
  object: v.string(),
  call: v.string(),
  ok: v.boolean(),
  ms: v.number(),
  error: v.optional(v.string()),
});

const LINE = v.variant('kind', [
  v.looseObject({
    ...IDENTITY,
    kind: v.literal('begin'),
    run: v.string(),
    plan: PLAN,
    danger: v.number(),
    guards: v.array(v.string()),
    reason: v.optional(v.string()),
    answer: ANSWER,
    engineId: v.optional(v.string()),
  }),
  v.looseObject({
    ...IDENTITY,
    kind: v.literal('call'),
    run: v.string(),
    call: v.string(),
    id: v.string(),
    detail: v.optional(v.string()),
  }),
  v.looseObject({
    ...IDENTITY,
    kind: v.literal('end'),
    run: v.string(),
    action: v.string(),
    name: v.string(),
    ok: v.boolean(),
    cancelled: v.boolean(),
    steps: v.array(STEP),
    verification: v.string(),
    ms: v.number(),
    interrupted: v.optional(v.string()),
  }),
  v.looseObject({
    ...IDENTITY,
    kind: v.literal('refused'),
    action: v.string(),
    name: v.string(),
    refused: v.string(),
    change: v.string(),
    reason: v.optional(v.string()),
  }),
  v.looseObject({
    ...IDENTITY,
    kind: v.picklist(['armed', 'unarmed', 'context', 'missing', 'rotated', 'rollout']),
    told: v.string(),
  }),
]);

/** Whether a value is a line that all readers of the log can handle. */
export function isAuditLine(value: unknown): value is AuditLine {
  return v.is(LINE, value);
}
