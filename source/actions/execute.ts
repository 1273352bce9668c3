import { randomUUID } from 'node:crypto';
import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import { isUp } from '../lib/container-state.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { duration } from '../lib/format.ts';
import type { EngineId } from '../lib/ids.ts';
import { forEachLimited } from '../lib/limit.ts';
import type {
  Action,
  ActionSettings,
  ActionTools,
  Danger,
  Outcome,
  OutputSink,
  Plan,
  Refusal,
  RunContext,
  SessionRunner,
  Step,
  Target,
} from './action.ts';
import type { Audit } from './audit/file.ts';
import type { Answer, AuditRecord } from './audit/record.ts';
import { type Check, capacityChecks } from './capacity.ts';
import { changedSince } from './changed.ts';
import { type GuardDecision, type GuardInput, guard } from './guard.ts';
import { type Journal, openJournal } from './journal.ts';
import { LEFT_ALONE } from './schedule.ts';
import { containersOf } from './targets.ts';

export type ExecutorDeps = {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  state: () => DeskState;
  now: () => number;
  /** Resolves after `ms`, or at once on abort. */
  wait: RunContext['wait'];
  audit: Audit;
  /** The guards' view of the moment. */
  guard: () => GuardInput;
};

export type Request = {
  action: Action;
  plan: Plan;
  answer: Answer;
  /** The operator's words for the record. */
  reason?: string;
  signal: AbortSignal;
  progress: (text: string) => void;
  /** Takes what programs say. */
  output?: OutputSink;
  /** What goes on in a session. */
  talk?: SessionRunner;
};

export type Result = { kind: 'done'; outcome: Outcome } | { kind: 'refused'; refusal: Refusal };

export type Executor = {
  /** The one path from a plan to its record: guards, answer, audit, a second look at the objects, run, verify, audit. */
  execute(request: Request): Promise<Result>;
  /** The plans that are being done now. */
  running(): readonly Plan[];
  /** The program ends now: what is being done gets its end in the record, which says why, and makes no further call. */
  interrupt(why: string): Promise<void>;
};

export function createExecutor(deps: ExecutorDeps): Executor {
  const running = new Set<Plan>();
  const journals = new Set<Journal>();
  return {
    running: () => [...running],
    interrupt: async (why) => void (await Promise.all([...journals].map((journal) => journal.interrupt(why)))),
    async execute(request) {
      const { plan } = request;
      const decision = guard(plan, deps.guard());
      const refusal = busy(plan, running) ?? guarded(request, decision);
      if (refusal !== undefined) return refused(deps.audit, request, refusal);
      running.add(plan);
      try {
        return await recorded(deps, request, decision, journals);
      } finally {
        running.delete(plan);
      }
    },
  };
}

/** What a plan is asked for: the action, what it is about, and its parameters as its schema made them. */
export type DraftRequest = { action: Action; target: Target; parameters?: unknown };

/**
 * A plan on fresh facts: containers are inspected first, for stop timeouts and start times are not in the list; those that only
 * the plan names are inspected then, and it is made again. What cannot be read stays unknown, and the plan says so.
 */
export async function draft(
  { action, target, parameters = {} }: DraftRequest,
  source: {
    engine: Engine & EngineChanges;
    tools: ActionTools;
    state: DeskState;
    buildDesk: (state: DeskState) => Desk;
  },
  settings: ActionSettings = {},
  signal?: AbortSignal,
): Promise<Plan | Refusal> {
  const { engine, tools, state, buildDesk } = source;
  if (target.engine !== engine.id) return otherEngine(action.name, target, engine.id);
  const containers = new Map(state.containers);
  const read = new Set<string>();
  let facts: unknown;
  let next = containersOf(state, buildDesk(state), target).map(({ id }) => id);
  for (;;) {
    await forEachLimited(next, READ_WIDTH, async (id) => {
      read.add(id);
      const fresh = await engine.container(id, { signal }).catch(() => undefined);
      if (fresh !== undefined) containers.set(id, fresh);
    });
    const seen: DeskState = { ...state, containers };
    const given = { state: seen, desk: buildDesk(seen), target, settings, parameters };
    facts ??= await action.prepare?.({ ...given, engine, tools, signal });
    const plan = action.plan({ ...given, facts });
    if (isRefusal(plan)) return plan;
    next = plan.objects.filter(({ kind, fresh }) => kind === 'container' && !fresh).flatMap(({ id }) => id);
    next = next.filter((id) => !read.has(id) && containers.has(id));
    if (next.length > 0) continue;
    const checks = await checkRoom(plan, seen, engine, tools, signal);
    return { ...plan, ...(checks.length > 0 ? { checks } : {}), baseDanger: plan.danger };
  }
}

/** More containers are not read for the sum of their limits. */
const SUMMED = 500;

/** Limits are not in the list of containers: those that are not known yet are read. */
async function checkRoom(
  plan: Plan,
  state: DeskState,
  engine: Engine,
  tools: ActionTools,
  signal?: AbortSignal,
): Promise<readonly Check[]> {
  if (!plan.objects.some(({ need }) => need !== undefined)) return [];
  const containers = new Map(state.containers);
  const unknown = [...containers.values()].filter((one) => isUp(one) && one.detail === undefined).slice(0, SUMMED);
  await forEachLimited(unknown, READ_WIDTH, async ({ id }) => {
    const fresh = await engine.container(id, { signal }).catch(() => undefined);
    if (fresh !== undefined) containers.set(id, fresh);
  });
  // The host of a simulated engine is not this machine.
  const room = state.engine?.simulated ? undefined : await tools.room?.(state.engine?.rootDirectory);
  return capacityChecks({ ...state, containers }, plan.objects, room);
}

/** Containers that are inspected at the same time. */
const READ_WIDTH = 4;

/** Ids hold within one engine: what has the same name on another one may be anything. */
function otherEngine(action: string, { id, engine }: Target, here: EngineId): Refusal {
  return {
    action,
    name: id,
    refused: `it is on ${engine}, and this is ${here}`,
    change: 'start the action again here',
  };
}

export function isRefusal(plan: Plan | Refusal): plan is Refusal {
  return 'refused' in plan;
}

/** A second key press, or an action on something that is being acted upon. */
function busy(plan: Plan, running: ReadonlySet<Plan>): Refusal | undefined {
  for (const other of running) {
    const shared = plan.objects.find((object) => other.objects.some((busyOne) => busyOne.id === object.id));
    if (shared === undefined && (plan.action !== other.action || plan.name !== other.name)) continue;
    const what = shared?.name ?? plan.name;
    return refusalOf(plan, `${other.action} of ${other.name} is still under way on ${what}`, 'wait until it has ended');
  }
  return undefined;
}

function guarded({ plan, answer }: Request, { danger, reasons, refusal }: GuardDecision): Refusal | undefined {
  if (refusal !== undefined) return refusalOf(plan, refusal.refused, refusal.change);
  if (danger >= 3 && (answer.kind !== 'typed' || answer.text !== plan.name)) {
    const raised = reasons.length === 0 ? '' : ` (${reasons.join(' ')})`;
    return refusalOf(plan, `danger ${danger} needs the name typed${raised}`, `type ${plan.name} to confirm`);
  }
  if (danger === 2 && answer.kind === 'none') return refusalOf(plan, 'it was not confirmed', 'confirm it');
  return undefined;
}

function refusalOf(plan: Plan, refused: string, change: string): Refusal {
  return { action: plan.action, name: plan.name, refused, change };
}

/** Refusals are recorded as far as the log can be written; the refusal stands either way. */
async function refused(audit: Audit, { plan, reason }: Request, refusal: Refusal): Promise<Result> {
  await audit.append({ kind: 'refused', engine: plan.target.engine, ...refusal, plan, reason }).catch(() => undefined);
  return { kind: 'refused', refusal };
}

/** Records a refusal that came before there was a plan, such as that of `plan` itself. */
export async function recordRefusal(audit: Audit, engine: EngineId, refusal: Refusal, reason?: string): Promise<void> {
  await audit.append({ kind: 'refused', engine, ...refusal, reason }).catch(() => undefined);
}

async function recorded(
  deps: ExecutorDeps,
  request: Request,
  { danger, reasons }: GuardDecision,
  journals: Set<Journal>,
): Promise<Result> {
  const { plan, reason, answer } = request;
  const run = randomUUID();
  const trouble = await write(deps.audit, {
    kind: 'begin',
    engine: plan.target.engine,
    run,
    plan,
    danger,
    guards: reasons,
    reason,
    answer,
    engineId: deps.state().engine?.id,
  });
  if (trouble !== undefined && danger >= 2) {
    return { kind: 'refused', refusal: unrecordable(plan, danger, trouble) };
  }
  const journal = openJournal(deps, { plan, run, danger });
  journals.add(journal);
  const changed = await changedSince(plan, deps.engine, request.signal);
  const outcome =
    changed === undefined
      ? await perform({ ...deps, engine: journal.engine, tools: journal.tools }, request)
      : nothingDone(changed);
  const unended = await journal.end(outcome);
  journals.delete(journal);
  if (changed !== undefined) {
    const refusal = refusalOf(plan, changed, 'nothing was changed; review it and try again');
    return { kind: 'refused', refusal: { ...refusal, outdated: true } };
  }
  return { kind: 'done', outcome: { ...outcome, unrecorded: trouble ?? unended } };
}

function unrecordable(plan: Plan, danger: Danger, trouble: string): Refusal {
  const refused = `${trouble}; danger ${danger} is not done unrecorded`;
  return refusalOf(plan, refused, 'make the audit log writable, or set another directory for it (audit.directory)');
}

async function write(audit: Audit, record: AuditRecord): Promise<string | undefined> {
  return audit.append(record).then(() => undefined, errorWithAdvice);
}

function nothingDone(changed: string): Outcome {
  return { ok: false, cancelled: false, steps: [], verification: `nothing done: ${changed}`, ms: 0 };
}

/** Run and verify; a crash of either is an outcome too, never an exception. */
async function perform(deps: ExecutorDeps, request: Request): Promise<Outcome> {
  const { action, plan, signal, progress, output, talk } = request;
  const begun = deps.now();
  const { engine, tools, state, now, wait } = deps;
  const context: RunContext = { engine, tools, state, now, wait, signal, progress, output, begun, talk };
  let steps: readonly Step[] = [];
  let verification = { ok: false, text: '' };
  try {
    steps = await action.run(plan, context);
    const whole = !signal.aborted && steps.every((done) => done.ok);
    const looked = whole || action.undoes === true || (action.verifiesFailures === true && !signal.aborted);
    const looking = signal.aborted ? { ...context, signal: new AbortController().signal } : context;
    if (looked) verification = await action.verify(plan, looking, steps);
    if (!whole) verification = { ok: false, text: join(account(plan, steps, signal.aborted), verification.text) };
  } catch (error) {
    verification = { ok: false, text: `failed: ${errorWithAdvice(error)}` };
  }
  const cancelled = signal.aborted && !verification.ok;
  return { ok: verification.ok, cancelled, steps, verification: verification.text, ms: deps.now() - begun };
}

/** What was done, what failed and what was left alone, when it did not come to a verification. */
function account(plan: Plan, steps: readonly Step[], cancelled: boolean): string {
  const failed = steps.filter((done) => !done.ok);
  const touched = new Set(steps.map((done) => done.object));
  const left = plan.objects.filter((object) => !touched.has(object.name)).map((object) => object.name);
  const done = [...touched].filter((name) => !failed.some((bad) => bad.object === name));
  const parts = [
    ...(cancelled ? ['cancelled'] : []),
    ...failed.map((bad) =>
      bad.call === LEFT_ALONE
        ? `${bad.object} left alone, ${bad.error}`
        : `${bad.object}: ${bad.call} failed after ${duration(bad.ms)}: ${bad.error}`,
    ),
    ...(done.length > 0 ? [`done: ${some(done)}`] : []),
    ...(left.length > 0 ? [`left alone: ${some(left)}`] : []),
  ];
  return parts.join('; ');
}

function some(names: readonly string[]): string {
  return names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}

/** `wait` of a RunContext on a clock. */
export function waiter(clock: Clock): RunContext['wait'] {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
    });
}
