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
      return { verdict: judgeExited(evidence) };
    case 'created':
      return judgeCreated(evidence);
    case 'paused':
      return { verdict: verdict('down', 'paused', 'paused: its processes are frozen') };
    case 'dead':
      return { verdict: verdict('down', 'dead', 'dead: the engine could not remove it', facts.detail?.finishedAt) };
    case 'removing':
      return { verdict: verdict('unknown', 'removing', 'is being removed') };
    default:
      return { verdict: verdict('unknown', 'unknown', 'the engine does not say its state') };
  }
}

function judgeExited(evidence: Evidence): Verdict {
  const { facts, memory, job, loose } = evidence;
  const since = facts.detail?.finishedAt ?? memory.exits.at(-1)?.at;
  const { code, words } = lastExit(evidence);
  if (job) return judgeEndedJob(facts, code, words, since);
  if (code === 'completed') {
    if (loose)
      return verdict(
        'unknown',
        'exited',
        'exit 0: a finished job or a stopped service? (label deskhand.job says)',
        since,
      );
    return verdict('down', 'exited', 'exited by itself (exit 0)', since);
  }
  return verdict('down', code, `${words}${gaveUp(facts)}`, since);
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

function judgeRestarting(evidence: Evidence): Judged {
  const loop = restartLoop(evidence);
  if (loop) return loop;
  const { words } = lastExit(evidence);
  const since = evidence.facts.detail?.finishedAt ?? evidence.memory.exits.at(-1)?.at;
  return { verdict: verdict('degraded', 'restarting', `restarting after ${words}`, since) };
}

function judgeCreated({ facts, now }: Evidence): Judged {
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
  return { verdict: verdict('down', 'created', 'created, never started', since) };
}
