import type { ContainerFacts } from '../engine/facts.ts';
import { type ExitExplained, explainExit } from './exit.ts';
import type { Level, Verdict, VerdictCode } from './model.ts';
import type { Lost } from './namespaces.ts';
import type { ContainerMemory, LastLines, UsageSignals } from './state.ts';

/** All that a container's verdict rests on. */
export type Evidence = {
  facts: ContainerFacts;
  memory: ContainerMemory;
  usageSignals?: UsageSignals;
  lines?: LastLines;
  /** What it borrowed from another container and has lost. */
  lost?: Lost;
  /** What a restart loses, in the operator's words. */
  held?: string;
  /** A one-shot job: judged by its exit code. */
  job: boolean;
  /** A `compose run`: somebody's session, that nothing waits for when it is over. */
  oneoff: boolean;
  /** It belongs to no project and nothing says whether it is a service or a finished job. */
  loose: boolean;
  now: number;
};

/** A verdict, and when time alone may change it (ms since the epoch). */
export type Judged = { verdict: Verdict; recheckAt?: number };

export function verdict(level: Level, code: VerdictCode, reason: string, since?: number): Verdict {
  return { level, code, reason, ...(since === undefined ? {} : { since }) };
}

/** The exit that the facts show, explained with what the events told of it. */
export function lastExit({ facts, memory }: Pick<Evidence, 'facts' | 'memory'>): ExitExplained {
  const { detail } = facts;
  const remembered = memory.exits.at(-1);
  const finished = detail?.finishedAt;
  // What was remembered may be of an earlier run, when the events of the last exit were missed.
  const belongs = remembered !== undefined && (finished === undefined || Math.abs(finished - remembered.at) < 5000);
  return explainExit({
    exitCode: facts.exitCode,
    error: facts.state === 'running' ? '' : (detail?.error ?? ''),
    oomKilled: detail?.oomKilled ?? false,
    exit: belongs ? remembered : undefined,
    memoryLimit: (belongs ? remembered?.memoryLimit : undefined) ?? detail?.limits.memory,
    stopTimeoutSeconds: detail?.stopTimeoutSeconds,
  });
}

/** When the present run began: the newer of what the inspect and the events say, either of which may lag behind for a moment. */
export function startOf({ facts, memory }: Pick<Evidence, 'facts' | 'memory'>): number | undefined {
  const [told, remembered] = [facts.detail?.startedAt, memory.starts.at(-1)];
  return told !== undefined && remembered !== undefined ? Math.max(told, remembered) : (told ?? remembered);
}
