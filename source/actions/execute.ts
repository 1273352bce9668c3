import { randomUUID } from 'node:crypto';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { duration } from '../lib/format.ts';
import type { EngineId } from '../lib/ids.ts';
import type {
  Action,
  Danger,
  Outcome,
  OutputSink,
  Plan,
  Refusal,
  Result,
  RunContext,
  SessionRunner,
  StatusSink,
  Step,
} from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import type { Audit } from './audit/file.ts';
import type { Answer, AuditRecord } from './audit/record.ts';
import { changedSince } from './changed.ts';
import { draft, isRefusal } from './draft.ts';
import { type GuardDecision, type GuardInput, guard } from './guard.ts';
import type { ActionTools } from './host-tools.ts';
import { type Journal, openJournal } from './journal.ts';
import { LEFT_ALONE } from './schedule.ts';

export type ExecutorDeps = {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  state: () => DeskState;
  now: () => number;
  /** Resolves after `ms`, or at once on abort. */
  wait: RunContext['wait'];
  audit: Audit;
  /** The guards' current context. */
  guard: () => GuardInput;
  /** Facts as they are now, for what is planned within an action. */
  observe?: () => Promise<DeskState>;
  settings?: ActionSettings;
};

export type Request = {
  action: Action;
  plan: Plan;
  answer: Answer;
  /** The operator's confirmation, for the record. */
  reason?: string;
  signal: AbortSignal;
  progress: (text: string) => void;
  /** Takes what programs say. */
  output?: OutputSink;
  status?: StatusSink;
  /** The content of a session. */
  talk?: SessionRunner;
  /** The plan that this one is a part of: its objects are shared with it. */
  within?: Plan;
};

export type Executor = {
  /** The only path from a plan to its record: guards, confirmation, audit, a second check of the objects, run, verify, audit. */
  execute(request: Request): Promise<Result>;
  /** The running plans. */
  running(): readonly Plan[];
  /** The program ends now: records the end of running actions with the reason, and prevents further calls. */
  interrupt(why: string): Promise<void>;
};

export function createExecutor(deps: ExecutorDeps): Executor {
  const running = new Set<Plan>();
  const journals = new Set<Journal>();
  const execute = async (request: Request): Promise<Result> => {
    const { plan, within } = request;
    const decision = guard(plan, deps.guard());
    const others = [...running].filter((other) => other !== within);
    const refusal = busy(plan, others) ?? guarded(request, decision);
    if (refusal !== undefined) return refused(deps.audit, request, refusal);
    running.add(plan);
    try {
      const perform = performWithin(deps, request, decision.danger, execute);
      return await recorded(deps, { ...request, perform }, decision, journals);
    } finally {
      running.delete(plan);
    }
  };
  return {
    running: () => [...running],
    interrupt: async (why) => void (await Promise.all([...journals].map((journal) => journal.interrupt(why)))),
    execute,
  };
}

type Performing = Request & { perform: RunContext['perform'] };

/** Another action within one: what was confirmed covers it as long as it is no more dangerous than that. */
function performWithin(
  deps: ExecutorDeps,
  parent: Request,
  confirmed: Danger,
  execute: (request: Request) => Promise<Result>,
): RunContext['perform'] {
  const { engine, tools, settings } = deps;
  return async ({ action, target, parameters }) => {
    const { reason, signal, progress, output, status } = parent;
    const state = await (deps.observe?.() ?? deps.state());
    const source = { engine, tools, state, buildDesk: deriveDesk };
    const plan = await draft({ action, target, parameters }, source, settings, signal);
    if (isRefusal(plan)) return { kind: 'refused', refusal: plan };
    const { danger, reasons } = guard(plan, deps.guard());
    if (danger > confirmed) {
      const why = `it has danger ${danger} now, and ${confirmed} was confirmed`;
      return {
        kind: 'refused',
        refusal: refusalOf(plan, [why, ...reasons].join('. '), 'start it again and confirm that'),
      };
    }
    const answer: Answer = { kind: 'typed', text: plan.name };
    return execute({ action, plan, answer, reason, signal, progress, output, status, within: parent.plan });
  };
}

/** A second key press, or an action on an object of a running action. */
function busy(plan: Plan, running: readonly Plan[]): Refusal | undefined {
  for (const other of running) {
    const shared = plan.objects.find((object) => other.objects.some((busyOne) => busyOne.id === object.id));
    if (shared === undefined && (plan.action !== other.action || plan.name !== other.name)) continue;
    const what = shared?.name ?? plan.name;
    return refusalOf(plan, `${other.action} of ${other.name} is still running on ${what}`, 'wait until it has ended');
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

/** Refusals are recorded if the log can be written; they are valid either way. */
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
  request: Performing,
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
  const refused = `${trouble}; actions of danger ${danger} must be recorded`;
  return refusalOf(plan, refused, 'make the audit log writable, or set another directory for it (audit.directory)');
}

async function write(audit: Audit, record: AuditRecord): Promise<string | undefined> {
  return audit.append(record).then(() => undefined, errorWithAdvice);
}

function nothingDone(changed: string): Outcome {
  return { ok: false, cancelled: false, steps: [], verification: `nothing done: ${changed}`, ms: 0 };
}

/** Run and verify; a crash of either is an outcome too, never an exception. */
async function perform(deps: ExecutorDeps, request: Performing): Promise<Outcome> {
  const { action, plan, signal, progress, output, status, talk } = request;
  const begun = deps.now();
  const { engine, tools, state, now, wait } = deps;
  const observe = deps.observe ?? (async () => state());
  const own = { signal, progress, output, status, talk, begun, perform: request.perform };
  const context: RunContext = { engine, tools, state, observe, now, wait, ...own };
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

/** What was done, what failed and what was skipped, if there was no verification. */
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
