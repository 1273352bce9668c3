import type { LogQuery } from '../engine.ts';

/** Which part of a log is wanted, in the manner of k9s: `tail` and `since` go on following, the others end. */
export type LogRange =
  | { kind: 'tail'; lines: number }
  | { kind: 'head'; lines: number }
  /** The last lines there are now. */
  | { kind: 'last'; lines: number }
  /** The last `ms` milliseconds. */
  | { kind: 'since'; ms: number }
  /** Between two moments, ms since the epoch. */
  | { kind: 'between'; since: number; until: number }
  /** What ran before the container's last start; at most so many lines. */
  | { kind: 'previous'; lines: number };

/** Lines read again behind a cut, to prove that none is missing; more than this and a gap is told instead. */
const REPLAY_LINES = 20_000;
/** Milliseconds read again behind the newest line: stdout and stderr may reach the log in another order than their times. */
const REPLAY_MARGIN = 2000;

/** A moment (ms) before any line; the engine takes 0 for none. */
const BEFORE_ALL = 1;

export function follows(range: LogRange): boolean {
  return range.kind === 'tail' || range.kind === 'since';
}

/** The query for what is there already. `run`: when the container last started and finished, ms. */
export function historyQuery(
  range: LogRange,
  now: number,
  run: { startedAt?: number; finishedAt?: number } = {},
): LogQuery {
  if (range.kind === 'tail' || range.kind === 'last') return { follow: false, tail: range.lines };
  if (range.kind === 'since') return { follow: false, since: now - range.ms };
  if (range.kind === 'between') return { follow: false, since: range.since, until: range.until };
  if (range.kind === 'previous') return { follow: false, tail: range.lines, until: endOfPreviousRun(run) ?? now };
  return { follow: false };
}

/**
 * The engine notes a start when it has happened, so that a program's first lines may be older than it, and its last lines
 * younger than its end: the cut lies between the two. Before the first run there was none.
 */
function endOfPreviousRun({ startedAt, finishedAt }: { startedAt?: number; finishedAt?: number }): number | undefined {
  if (startedAt === undefined) return undefined;
  if (finishedAt === undefined) return BEFORE_ALL;
  return finishedAt < startedAt ? (finishedAt + startedAt) / 2 : startedAt - 1;
}

/** The query that goes on behind the newest line, `newest` in ms; undefined when there was none yet. */
export function resumeQuery(follow: boolean, newest: number | undefined): LogQuery {
  const since = newest === undefined ? {} : { since: newest - REPLAY_MARGIN };
  return { follow, tail: REPLAY_LINES, ...since };
}
