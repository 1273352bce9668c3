import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, ActionSettings, ActionTools, Danger, Outcome, Plan, Refusal } from '../../actions/action.ts';
import type { Audit } from '../../actions/audit/file.ts';
import { type Answer, UNWRITTEN } from '../../actions/audit/record.ts';
import type { ReadMetric } from '../../actions/condition.ts';
import { draft, isRefusal } from '../../actions/draft.ts';
import { createExecutor, recordRefusal } from '../../actions/execute.ts';
import { type GuardDecision, type GuardInput, guard } from '../../actions/guard.ts';
import type { Given } from '../../actions/parameters.ts';
import { targetOf } from '../../actions/resolve.ts';
import { deriveDesk } from '../../desk/derive.ts';
import type { DeskState } from '../../desk/state.ts';
import { type Engine, type EngineChanges, EngineError } from '../../engine/engine.ts';
import { isUnreachable } from '../../engine/watch/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText } from '../../lib/text.ts';
import { survey } from '../../runtime/snapshot.ts';
import { EXIT as USAGE } from '../command-line.ts';
import { collectOutput } from './output.ts';
import { parseRun, type RunFlags, type RunRequest } from './request.ts';
import { hintText, outcomeText, planText, refusalText } from './text.ts';

export type RunDeps = {
  engine: Engine & EngineChanges;
  tools: ActionTools;
  clock: Clock;
  settings: ActionSettings;
  guard: (metric: ReadMetric) => GuardInput;
  /** Reads the metrics for conditions. */
  metrics: (state: DeskState) => Promise<ReadMetric>;
  audit: Audit;
  print: (text: string) => void;
  /** Progress, for standard error. */
  progress: (text: string) => void;
  signal: AbortSignal;
  /** Called to write final records when the program must end in the middle. */
  onForced?(write: (why: string) => Promise<void>): void;
};

/** Exit statuses of `deskhand run`. */
const EXIT = { done: 0, failed: 1, refused: 2, unreachable: 3, usage: USAGE.usage } as const;

/** The result of `run`, as printed by --json. */
export type RunReport = {
  exit: number;
  plan?: Plan;
  danger?: Danger;
  reasons?: readonly string[];
  refusal?: Refusal;
  outcome?: Outcome;
  /** What its programs said. */
  output?: string;
  error?: string;
};

/**
 * `deskhand run ACTION TARGET`: the same plan, guards and audit log as in the console, for scripts. Without --yes it prints the
 * plan and does nothing. Answers the exit status: 0 done and verified (or planned), 1 failed, 2 refused, 3 engine not reachable, 64 a
 * command line that makes no sense.
 */
export async function run(
  words: readonly string[],
  flags: RunFlags,
  deps: RunDeps,
  given: Given = {},
): Promise<number> {
  const report = await reportOf(parseRun(words, given), flags, deps);
  deps.print(flags.json ? jsonOf(report) : textOf(report, flags, deps.clock.now()));
  return report.exit;
}

/** Does what is wanted on one engine, and says how it went. */
export async function reportOf(request: RunRequest | string, flags: RunFlags, deps: RunDeps): Promise<RunReport> {
  if (typeof request === 'string') return { exit: EXIT.usage, error: request };
  try {
    const state = await survey(deps.engine, deps.clock, deps.signal);
    if (state.connection.state === 'lost') throw state.connection.why;
    const planned = await plan(request, state, deps);
    if ('refusal' in planned) return await refused(planned.refusal, flags, deps);
    return await decide(planned, flags, state, deps);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const exit = isUnreachable(error) ? EXIT.unreachable : EXIT.failed;
    return { exit, error: `${error.message} ${error.advice}`.trim() };
  }
}

type Planned = { action: Action; plan: Plan };

async function plan(
  { action, target: text, parameters }: RunRequest,
  state: DeskState,
  { engine, tools, signal, settings }: RunDeps,
): Promise<Planned | { refusal: Refusal }> {
  const target = targetOf(action, text, state, deriveDesk(state));
  if ('refused' in target) return { refusal: target };
  const source = { engine, tools, state, buildDesk: deriveDesk };
  const made = await draft({ action, target, parameters }, source, settings, signal);
  return isRefusal(made) ? { refusal: made } : { action, plan: made };
}

async function refused(refusal: Refusal, flags: RunFlags, { audit, engine }: RunDeps): Promise<RunReport> {
  if (flags.yes) await recordRefusal(audit, engine.id, refusal, flags.reason);
  return { exit: EXIT.refused, refusal };
}

async function decide(planned: Planned, flags: RunFlags, state: DeskState, deps: RunDeps): Promise<RunReport> {
  const { action, plan: made } = planned;
  const metric = await deps.metrics(state);
  const input = () => deps.guard(metric);
  const verdict = guard(made, input());
  const shown = { plan: made, danger: verdict.danger, reasons: verdict.reasons };
  if (flags.dryRun || !flags.yes) return { ...shown, ...preview(made, verdict) };
  const executor = createExecutor({
    engine: deps.engine,
    tools: deps.tools,
    state: () => state,
    now: deps.clock.now,
    // Not the clock's timers: they do not keep the process alive.
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    audit: deps.audit,
    guard: input,
    observe: () => survey(deps.engine, deps.clock, deps.signal),
    settings: deps.settings,
  });
  deps.onForced?.((why) => executor.interrupt(why));
  if (!flags.json) deps.print(maskText(planText(made, verdict.danger, verdict.reasons, deps.clock.now())));
  const { signal, progress } = deps;
  const output = collectOutput(flags.json ? undefined : deps.print);
  const result = await executor.execute({
    action,
    plan: made,
    answer: answerOf(flags),
    reason: flags.reason,
    signal,
    progress,
    output: output.add,
  });
  output.end();
  if (result.kind === 'refused') return { exit: EXIT.refused, ...shown, refusal: result.refusal };
  return {
    exit: result.outcome.ok ? EXIT.done : EXIT.failed,
    ...shown,
    outcome: result.outcome,
    ...(action.output ? { output: output.text() } : {}),
  };
}

function preview(made: Plan, { refusal }: GuardDecision): Pick<RunReport, 'exit' | 'refusal'> {
  if (refusal === undefined) return { exit: EXIT.done };
  return { exit: EXIT.refused, refusal: { action: made.action, name: made.name, ...refusal } };
}

function answerOf({ confirm }: RunFlags): Answer {
  return confirm === undefined ? { kind: 'confirmed' } : { kind: 'typed', text: confirm };
}

function jsonOf(report: RunReport): string {
  const masked = (key: string, value: unknown) => {
    if (UNWRITTEN.has(key)) return undefined;
    return typeof value === 'string' ? maskText(value) : value;
  };
  return `${jsonText(report, 2, masked)}\n`;
}

/** The plan was printed already when it was done. */
function textOf(report: RunReport, flags: RunFlags, now: number): string {
  const { error, plan: made, danger = 0, reasons = [], refusal, outcome } = report;
  if (error !== undefined) return `${error}\n`;
  const preview = made !== undefined && (flags.dryRun || !flags.yes);
  const parts = [
    preview ? planText(made, danger, reasons, now) : '',
    outcome === undefined ? '' : outcomeText(outcome),
    refusal === undefined ? '' : refusalText(refusal),
    preview && refusal === undefined ? hintText(made, danger) : '',
  ];
  return maskText(parts.join(''));
}
