import type { ContainerFacts } from '../engine/facts.ts';
import { type ExitExplained, explainExit } from './exit.ts';
import type { Level, Verdict, VerdictCode } from './model.ts';
import type { Lost } from './namespaces.ts';
import type { ContainerMemory, LastLines, UsageSignals } from './state.ts';

/** The inputs of a container's verdict. */
export type Evidence = {
  facts: ContainerFacts;
  memory: ContainerMemory;
  usageSignals?: UsageSignals;
  lines?: LastLines;
  /** The borrowed namespace that it has lost. */
  lost?: Lost;
  /** Why it ended, if it ended with the owner of its PID namespace. */
  withOwner?: string;
  /** When the connection to the engine was last lost. */
  engineLostAt?: number;
  /** Description of what a restart loses. */
  held?: string;
  /** A one-shot job: judged by its exit code. */
  job: boolean;
  /** A `compose run`: an operator's session, which nothing waits for once it has ended. */
  oneoff: boolean;
  /** It has no project, and nothing shows whether it is a service or a finished job. */
  loose: boolean;
  now: number;
};

/** A verdict, and when time alone may change it (ms since the epoch). */
export type Judged = { verdict: Verdict; recheckAt?: number };

export function verdict(level: Level, code: VerdictCode, reason: string, since?: number): Verdict {
  return { level, code, reason, ...(since === undefined ? {} : { since }) };
}

/** The exit in the facts, explained with the events. */
export function lastExit({ facts, memory }: Pick<Evidence, 'facts' | 'memory'>): ExitExplained {
  const { detail } = facts;
  const remembered = memory.exits.at(-1);
  const finished = detail?.finishedAt;
  // The memory may be of an earlier run, if the events of the last exit were missed.
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

/** When the current run began: the newer of inspect and events, as either may lag. */
export function startOf({ facts, memory }: Pick<Evidence, 'facts' | 'memory'>): number | undefined {
  const [inspected, remembered] = [facts.detail?.startedAt, memory.starts.at(-1)];
  return inspected !== undefined && remembered !== undefined
    ? Math.max(inspected, remembered)
    : (inspected ?? remembered);
}

/** How far from the loss of the engine containers may end and still count as ended with it (ms). */
const BEFORE_LOSS_MS = 30_000;
const AFTER_LOSS_MS = 15_000;

/**
 * Whether a container that ended at this time may have ended with the engine, which uses the same signals as an operator. It did if the
 * container was not started again before the engine was lost.
 */
export function mayEndWithEngine(endedAt: number, engineLostAt: number | undefined): boolean {
  return (
    engineLostAt !== undefined && endedAt >= engineLostAt - BEFORE_LOSS_MS && endedAt <= engineLostAt + AFTER_LOSS_MS
  );
}
