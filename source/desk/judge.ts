import type { ContainerFacts } from '../engine/facts.ts';
import { type ExitExplained, explainExit } from './exit.ts';
import { restartLoop } from './loop.ts';
import type { Verdict } from './model.ts';
import { judgeRunning } from './running.ts';
import { type Evidence, type Judged, lastExit, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

/** The verdict on one container. */
export function judge(evidence: Evidence): Judged {
  const { facts } = evidence;
  switch (facts.state) {
    case 'running':
      return judgeRunning(evidence);
    case 'restarting':
      return judgeRestarting(evidence);
    case 'exited':
      return judgeExited(evidence);
    case 'created':
      return judgeCreated(evidence);
    case 'paused':
      return { verdict: verdict('down', 'paused', 'paused: its processes are frozen', evidence.memory.pausedAt) };
    case 'dead':
      return { verdict: verdict('down', 'dead', 'dead: the engine could not remove it', facts.detail?.finishedAt) };
    case 'removing':
      return { verdict: verdict('unknown', 'removing', 'is being removed') };
    default:
      return { verdict: verdict('unknown', 'unknown', 'the engine does not say its state') };
  }
}

function judgeExited(evidence: Evidence): Judged {
  const { facts, memory, job, oneoff, loose } = evidence;
  const since = facts.detail?.finishedAt ?? memory.exits.at(-1)?.at;
  const { code, words } = lastExit(evidence);
  const between = betweenRuns(evidence);
  if (between) return between;
  if (oneoff) return judgeEndedRun(evidence, code, words, since);
  if (job) return { verdict: judgeEndedJob(facts, code, words, since) };
  if (code === 'completed') {
    const open = 'exit 0: a finished job or a stopped service? (label deskhand.job says)';
    return { verdict: loose ? verdict('unknown', 'exited', open, since) : endedByItself(since) };
  }
  if (evidence.withOwner && code === 'killed')
    return { verdict: verdict('down', code, `exit 137, ${evidence.withOwner}`, since) };
  const said = evidence.lines?.found?.kind === 'disk-full' ? '; the disk is full (see its log)' : '';
  return { verdict: verdict('down', code, `${words}${said}${gaveUp(facts)}${notTriedAgain(facts)}`, since) };
}

/** A container is briefly `exited` before it is `restarting`: in a loop the verdict must not jump back and forth. */
const BETWEEN_MS = 2_000;

function betweenRuns(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const last = memory.exits.at(-1);
  if (!last || last.wanted || now - last.at >= BETWEEN_MS || gaveUp(facts) !== '') return undefined;
  const loop = restartLoop(evidence);
  return loop && { ...loop, recheckAt: last.at + BETWEEN_MS };
}

function endedByItself(since: number | undefined): Verdict {
  return verdict('down', 'exited', 'exited by itself (exit 0)', since);
}

/** Exit codes of an interrupted program: hang-up, ctrl-c, quit, kill, stop. */
const INTERRUPTED: ReadonlySet<number | undefined> = new Set([129, 130, 131, 137, 143]);

/**
 * A finished `compose run`. A failed one is shown for a while; after that, or if it was interrupted, it is a leftover that must not
 * affect the desk's verdict forever.
 */
function judgeEndedRun({ facts, now }: Evidence, code: ExitExplained['code'], words: string, since?: number): Judged {
  if (code === 'completed') return { verdict: verdict('done', 'completed', 'completed (exit 0)', since) };
  const over = (how: string) => ({ verdict: verdict('done', 'left-over', `left over: ${how}`, since) });
  if (code === 'stopped' || INTERRUPTED.has(facts.exitCode)) return over(`interrupted, ${words}`);
  const until = (since ?? 0) + WINDOW.recent;
  if (now >= until) return over(`failed, ${words}`);
  return { verdict: verdict('degraded', 'job-failed', `compose run failed: ${words}`, since), recheckAt: until };
}

function judgeEndedJob(facts: ContainerFacts, code: ExitExplained['code'], words: string, since?: number): Verdict {
  if (code === 'completed') return verdict('done', 'completed', 'completed (exit 0)', since);
  if (facts.exitCode === undefined) return verdict('unknown', 'unknown', `job ended, ${words}`, since);
  if (code === 'stopped') return verdict('down', 'stopped', `job ${words}`, since);
  return verdict('down', code === 'exited' ? 'job-failed' : code, `job failed: ${words}`, since);
}

/** `on-failure:5` stops trying after five. */
function gaveUp({ detail }: ContainerFacts): string {
  const limit = detail?.restartPolicy.maximumRetries ?? 0;
  const spent = detail?.restartPolicy.name === 'on-failure' && limit > 0 && detail.restartCount >= limit;
  return spent ? `; gave up after ${limit} restarts` : '';
}

/** A failed start is not retried, whatever the restart policy, not even after a boot. */
function notTriedAgain({ detail }: ContainerFacts): string {
  const policy = detail?.restartPolicy.name ?? '';
  const supervised = policy === 'always' || policy === 'unless-stopped' || policy === 'on-failure';
  return detail?.error && supervised ? `; its restart policy (${policy}) does not try this again` : '';
}

function judgeRestarting(evidence: Evidence): Judged {
  const loop = restartLoop(evidence);
  if (loop) return loop;
  const { words } = lastExit(evidence);
  const { restartCount = 0, finishedAt } = evidence.facts.detail ?? {};
  const since = finishedAt ?? evidence.memory.exits.at(-1)?.at;
  const often = restartCount > 1 ? `, ${restartCount} restarts since it was started` : '';
  return { verdict: verdict('degraded', 'restarting', `restarting after ${words}${often}`, since) };
}

function judgeCreated({ facts, now, oneoff }: Evidence): Judged {
  const { detail, exitCode, created } = facts;
  const since = created || undefined;
  const failed = Boolean(detail?.error) || exitCode === 126 || exitCode === 127 || exitCode === 128;
  if (failed) {
    const { words } = explainExit({ exitCode, error: detail?.error ?? '', oomKilled: false });
    return { verdict: verdict('down', 'cannot-start', `cannot start: ${words}`, since) };
  }
  const startBy = created + WINDOW.created;
  if (now < startBy)
    return { verdict: verdict('starting', 'created', 'created, not yet started', since), recheckAt: startBy };
  if (oneoff) return { verdict: verdict('done', 'left-over', 'left over: created, never started', since) };
  return { verdict: verdict('down', 'created', 'created, never started', since) };
}
