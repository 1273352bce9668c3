import type { ContainerFacts } from '../engine/facts.ts';
import { type Headline, headlineOf } from '../lib/log-line/headline.ts';
import { memoizeByObject } from '../lib/memoize.ts';
import { safe } from '../lib/text.ts';
import type { Verdict, VerdictCode } from './model.ts';
import type { ContainerMemory, LastLines } from './state.ts';

/** Lines may be stamped slightly before or after the recorded end of the run (ms). */
const SLACK = 1_000;
/** Longest headline in a verdict, in characters. */
const LONGEST = 160;

/** Verdicts about a run that is over: its last lines belong to them. */
const ENDED: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'exited',
  'job-failed',
  'restart-loop',
  'restarting',
  'restarted',
]);

/**
 * The log line that best explains the problem: of the run that ended if the verdict is about one, else of the current run. Lines without a
 * time count for every run.
 */
export function runHeadline(
  facts: ContainerFacts,
  { verdict, memory, lines }: { verdict: Verdict; memory: ContainerMemory; lines: LastLines | undefined },
): Headline | undefined {
  if (!lines) return undefined;
  const [from, to] =
    facts.state === 'running' && !ENDED.has(verdict.code) ? presentRun(facts) : endedRun(facts, memory);
  const known = chosen(lines);
  const run = `${from} ${to}`;
  if (!known.has(run)) known.set(run, choose(lines, from - SLACK, to + SLACK));
  return known.get(run);
}

/** The lines stay the same for many desks: each run's headline is chosen once. */
const chosen = memoizeByObject((_lines: LastLines) => new Map<string, Headline | undefined>());

function choose({ lines, times }: LastLines, from: number, to: number): Headline | undefined {
  const ofRun = lines.filter((_, index) => {
    const time = times?.[index] ?? 0;
    return time === 0 || (time >= from && time <= to);
  });
  return headlineOf(ofRun.map(plain));
}

/** Removes terminal sequences and keeps tab indentation. */
function plain(line: string): string {
  return safe(line.replaceAll('\t', '    '));
}

function presentRun({ detail }: ContainerFacts): [from: number, to: number] {
  return [detail?.startedAt ?? 0, Number.POSITIVE_INFINITY];
}

/** From the start to the end of the newest finished run. */
function endedRun({ state, detail }: ContainerFacts, memory: ContainerMemory): [from: number, to: number] {
  const started = detail?.startedAt ?? 0;
  const remembered = memory.exits.at(-1)?.at ?? 0;
  const end = Math.max(detail?.finishedAt ?? 0, remembered);
  // While the next run is active, its start is known, and the previous one's only from memory.
  const starts = [...memory.starts, ...(state === 'running' ? [] : [started])].filter((at) => at > 0 && at <= end);
  return [Math.max(0, ...starts), end === 0 ? Number.POSITIVE_INFINITY : end];
}

/** Appends the last error to the verdict, if it is about a finished run. */
export function withHeadline(own: Verdict, said: Headline | undefined): Verdict {
  if (!said?.isError || !ENDED.has(own.code) || own.level === 'done' || own.reason.includes(said.text)) return own;
  const short = said.text.length <= LONGEST ? said.text : `${said.text.slice(0, LONGEST - 1)}…`;
  return { ...own, reason: `${own.reason}${own.reason.includes(';') ? '; last error: ' : ': '}${short}` };
}
