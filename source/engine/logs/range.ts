import type { LogQuery } from '../engine.ts';

/** Which part of a log to read, as in k9s: `tail` and `since` keep following, the others end. */
export type LogRange =
  | { kind: 'tail'; lines: number }
  | { kind: 'head'; lines: number }
  /** The last lines there are now. */
  | { kind: 'last'; lines: number }
  /** The last `ms` milliseconds. */
  | { kind: 'since'; ms: number }
  /** Between two moments, ms since the epoch. */
  | { kind: 'between'; since: number; until: number }
  /** The run before the container's last start; at most so many lines. */
  | { kind: 'previous'; lines: number };

/** Lines read again after a reconnection, to prove that none is missing; if that is not enough, a gap is reported. */
const REPLAY_LINES = 20_000;
/** Milliseconds read again before the newest line: stdout and stderr may reach the log in another order than their times. */
const REPLAY_MARGIN = 2000;

/** A time (ms) before any line; the engine reads 0 as "none". */
const BEFORE_ALL = 1;

export function follows(range: LogRange): boolean {
  return range.kind === 'tail' || range.kind === 'since';
}

/** The range for a clock that is ahead by so much (ms). */
export function movedRange(range: LogRange, by: number): LogRange {
  return range.kind === 'between' ? { ...range, since: range.since + by, until: range.until + by } : range;
}

/** The query for existing lines. `run`: when the container last started and finished, ms. */
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
 * The engine records a start after it happened, so a program's first lines may be older than its start, and its last lines newer than its
 * end: the cut is between the two. The first run has no previous one.
 */
function endOfPreviousRun({ startedAt, finishedAt }: { startedAt?: number; finishedAt?: number }): number | undefined {
  if (startedAt === undefined) return undefined;
  if (finishedAt === undefined) return BEFORE_ALL;
  return finishedAt < startedAt ? (finishedAt + startedAt) / 2 : startedAt - 1;
}

/** The query that continues after the newest line (`newest` in ms; undefined: none yet). */
export function resumeQuery(follow: boolean, newest: number | undefined): LogQuery {
  const since = newest === undefined ? {} : { since: newest - REPLAY_MARGIN };
  return { follow, tail: REPLAY_LINES, ...since };
}
