import type { Danger, Outcome, Plan, Refusal } from '../../actions/action.ts';
import { type Answer, UNWRITTEN } from '../../actions/audit/record.ts';
import type { Given } from '../../actions/parameters.ts';
import { isUnreachable } from '../../engine/watch/connection.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText } from '../../lib/text.ts';
import { type OnceDeps, type OnceOptions, runOnce } from '../../runtime/run-once.ts';
import { EXIT as USAGE } from '../command-line.ts';
import { collectOutput } from './output.ts';
import { parseRun, type RunFlags, type RunRequest } from './request.ts';
import { hintText, outcomeText, planText, refusalText } from './text.ts';

export type RunDeps = OnceDeps & { print: (text: string) => void };

/** Exit statuses of `deskhand run`. */
const EXIT = { done: 0, failed: 1, refused: 2, unreachable: 3, usage: USAGE.usage } as const;

/** The result of `run`, as printed by --json. */
type RunReport = {
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

async function reportOf(request: RunRequest | string, flags: RunFlags, deps: RunDeps): Promise<RunReport> {
  if (typeof request === 'string') return { exit: EXIT.usage, error: request };
  const { print, clock } = deps;
  const output = collectOutput(flags.json ? undefined : print);
  const perform = { answer: () => answerOf(flags), reason: flags.reason, output: output.add };
  const options: OnceOptions = {
    ...(flags.yes && !flags.dryRun ? { perform } : {}),
    planned(plan, danger, reasons) {
      if (!flags.json) print(maskText(planText(plan, danger, reasons, clock.now())));
    },
  };
  const { error, ...report } = await runOnce(request, options, deps);
  output.end();
  if (error) {
    const exit = isUnreachable(error) ? EXIT.unreachable : EXIT.failed;
    return { exit, error: `${error.message} ${error.advice}`.trim() };
  }
  const { refusal, outcome } = report;
  const exit = refusal ? EXIT.refused : outcome && !outcome.ok ? EXIT.failed : EXIT.done;
  return { exit, ...report, ...(outcome && request.action.output ? { output: output.text() } : {}) };
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
