import type { Engine } from '../engine.ts';
import type { LineBatch } from './batch.ts';
import type { LogRange } from './range.ts';

/**
 * The state of a follower. `reading`: existing lines; `live`: new lines; `waiting`: the container does not run; `retrying`: the engine
 * failed; `unreadable`: the log driver keeps nothing; `gone`: the container was removed; `ended`: the end of the range was reached.
 */
export type FollowState = 'reading' | 'live' | 'waiting' | 'retrying' | 'unreadable' | 'gone' | 'ended';

export type FollowStatus = {
  state: FollowState;
  /** The engine's reason, if the state needs one. */
  reason: string;
  /** Lines emitted. */
  lines: number;
  /** Lines dropped to catch up, estimated from the rate. */
  dropped: number;
  /** Milliseconds that the newest line lags behind its container, 0 when not noticeable. */
  behind: number;
  /** Time of the newest line, ms since the epoch. */
  newest?: number;
};

export type FollowSource = {
  id: string;
  range: LogRange;
  /** Whether the container has a TTY; undefined: the engine is asked. */
  tty?: boolean;
};

export type FollowSink = {
  /** Receives lines in order. If it returns a promise, the follower waits for it. */
  lines(batch: LineBatch): Promise<void> | undefined;
  /** All lines that existed at the beginning have been emitted; called once. */
  caughtUp(): void;
};

export type Follower = {
  readonly status: Readonly<FollowStatus>;
  /** The container or the engine has changed: look now instead of at the next attempt. */
  wake(): void;
  close(): void;
  /** Resolves when it has ended: closed, gone, unreadable, or at the end of its range. Never rejects. */
  readonly done: Promise<void>;
};

export type LogEngine = Pick<Engine, 'logs' | 'container' | 'clockOffset'> &
  Partial<Pick<Engine, 'taskLogs' | 'inspect'>>;
