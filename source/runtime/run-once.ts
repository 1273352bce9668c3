import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, Danger, Outcome, OutputSink, Plan, Refusal } from '../actions/action.ts';
import type { ActionSettings } from '../actions/action-settings.ts';
import type { Audit } from '../actions/audit/file.ts';
import type { Answer } from '../actions/audit/record.ts';
import type { ReadMetric } from '../actions/condition.ts';
import { draft, isRefusal } from '../actions/draft.ts';
import { createExecutor, recordRefusal } from '../actions/execute.ts';
import { type GuardInput, guard } from '../actions/guard.ts';
import type { ActionTools } from '../actions/host-tools.ts';
import { targetOf } from '../actions/resolve.ts';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskState } from '../desk/state.ts';
import { type Engine, type EngineChanges, EngineError } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import { takeSnapshot } from './snapshot.ts';

/** One action on an engine that is not followed: planned, guarded and run from a single snapshot. */

export type OnceDeps = {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  clock: Clock;
  settings: ActionSettings;
  guard: (metric: ReadMetric) => GuardInput;
  /** Reads the metrics for conditions. */
  metrics: (state: DeskState) => Promise<ReadMetric>;
  audit: Audit;
  progress: (text: string) => void;
  signal: AbortSignal;
  /** Called to write final records when the program must end in the middle. */
  onForced?(write: (why: string) => Promise<void>): void;
};

export type OnceRequest = {
  action: Action;
  /** The name of its target, as typed. */
  target: string;
  parameters: unknown;
};

export type OnceOptions = {
  /** Do it; without, it is planned only. The answer is asked for when the plan is known. */
  perform?: { answer(plan: Plan): Answer; reason?: string; output?: OutputSink };
  /** Told of the plan before anything is done. */
  planned?(plan: Plan, danger: Danger, reasons: readonly string[]): void;
};

export type OnceReport = {
  plan?: Plan;
  danger?: Danger;
  reasons?: readonly string[];
  refusal?: Refusal;
  outcome?: Outcome;
  /** The engine could not be reached, or did not do as it should. */
  error?: EngineError;
};

/** Plans an action on one engine, and does it where that is asked for. */
export async function runOnce(request: OnceRequest, options: OnceOptions, deps: OnceDeps): Promise<OnceReport> {
  try {
    const state = await takeSnapshot(deps.engine, deps.clock, deps.signal);
    if (state.connection.state === 'lost') throw state.connection.why;
    const made = await plan(request, state, deps);
    if (!isRefusal(made)) return await decide(request.action, made, state, options, deps);
    if (options.perform) await recordRefusal(deps.audit, deps.engine.id, made, options.perform.reason);
    return { refusal: made };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { error };
  }
}

async function plan(
  { action, target: text, parameters }: OnceRequest,
  state: DeskState,
  { engine, tools, signal, settings }: OnceDeps,
): Promise<Plan | Refusal> {
  const target = targetOf(action, text, state, deriveDesk(state));
  if ('refused' in target) return target;
  const source = { engine, tools, state, buildDesk: deriveDesk };
  return draft({ action, target, parameters }, source, settings, signal);
}

async function decide(
  action: Action,
  made: Plan,
  state: DeskState,
  { perform, planned }: OnceOptions,
  deps: OnceDeps,
): Promise<OnceReport> {
  const metric = await deps.metrics(state);
  const input = () => deps.guard(metric);
  const { danger, reasons, refusal } = guard(made, input());
  const shown = { plan: made, danger, reasons };
  if (!perform) return refusal ? { ...shown, refusal: { action: made.action, name: made.name, ...refusal } } : shown;
  const { engine, tools, audit, settings, clock, signal, progress } = deps;
  const executor = createExecutor({
    ...{ engine, tools, audit, settings },
    state: () => state,
    now: clock.now,
    // Not the clock's timers: they do not keep the process alive.
    wait: (ms, until) => sleep(ms, undefined, { signal: until }).catch(() => undefined),
    guard: input,
    observe: () => takeSnapshot(engine, clock, signal),
  });
  deps.onForced?.((why) => executor.interrupt(why));
  planned?.(made, danger, reasons);
  const { reason, output } = perform;
  const answer = perform.answer(made);
  const result = await executor.execute({ action, plan: made, answer, reason, signal, progress, output });
  return result.kind === 'refused' ? { ...shown, refusal: result.refusal } : { ...shown, outcome: result.outcome };
}
