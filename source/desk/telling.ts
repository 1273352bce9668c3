import type { ContainerFacts } from '../engine/facts.ts';
import { type Telling, tellingLine } from '../lib/log-line/telling.ts';
import { memoizeByObject } from '../lib/memoize.ts';
import { safe } from '../lib/text.ts';
import type { Verdict, VerdictCode } from './model.ts';
import type { ContainerMemory, LastLines } from './state.ts';

/** The engine stamps a line a little before or after it notes the end of the run (ms). */
const SLACK = 1_000;
/** Characters of it that a verdict takes. */
const LONGEST = 160;

/** Verdicts about a run that is over: what it said at its end belongs to them. */
const ENDED: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'exited',
  'job-failed',
  'restart-loop',
  'restarting',
  'restarted',
]);

/**
 * The line that tells best what went wrong: of the run that ended, where the verdict is about one, else of the present run. Lines
 * of which the engine did not say when they were written count for every run.
 */
export function saidBy(
  facts: ContainerFacts,
  { verdict, memory, lines }: { verdict: Verdict; memory: ContainerMemory; lines: LastLines | undefined },
): Telling | undefined {
  if (!lines) return undefined;
  const [from, to] =
    facts.state === 'running' && !ENDED.has(verdict.code) ? presentRun(facts) : endedRun(facts, memory);
  const known = tellings(lines);
  const run = `${from} ${to}`;
  if (!known.has(run)) known.set(run, tellingOf(lines, from - SLACK, to + SLACK));
  return known.get(run);
}

/** The lines are the same for many desks: each run's line is chosen once. */
const tellings = memoizeByObject((_lines: LastLines) => new Map<string, Telling | undefined>());

function tellingOf({ lines, times }: LastLines, from: number, to: number): Telling | undefined {
  const ofRun = lines.filter((_, index) => {
    const time = times?.[index] ?? 0;
    return time === 0 || (time >= from && time <= to);
  });
  return tellingLine(ofRun.map(plain));
}

/** Sequences of the terminal are gone, what a tab indents stays indented. */
function plain(line: string): string {
  return safe(line.replaceAll('\t', '    '));
}

function presentRun({ detail }: ContainerFacts): [from: number, to: number] {
  return [detail?.startedAt ?? 0, Number.POSITIVE_INFINITY];
}

/** From the start of the newest run that is over until its end. */
function endedRun({ state, detail }: ContainerFacts, memory: ContainerMemory): [from: number, to: number] {
  const started = detail?.startedAt ?? 0;
  const remembered = memory.exits.at(-1)?.at ?? 0;
  const end = Math.max(detail?.finishedAt ?? 0, remembered);
  // While the next run goes on, its start is known and that of the one before is remembered at best.
  const starts = [...memory.starts, ...(state === 'running' ? [] : [started])].filter((at) => at > 0 && at <= end);
  return [Math.max(0, ...starts), end === 0 ? Number.POSITIVE_INFINITY : end];
}

/** The verdict with the error that was told at the end, where it is about one. */
export function withSaid(own: Verdict, said: Telling | undefined): Verdict {
  if (!said?.isError || !ENDED.has(own.code) || own.level === 'done' || own.reason.includes(said.text)) return own;
  const short = said.text.length <= LONGEST ? said.text : `${said.text.slice(0, LONGEST - 1)}…`;
  return { ...own, reason: `${own.reason}${own.reason.includes(';') ? '; last error: ' : ': '}${short}` };
}
