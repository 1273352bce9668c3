import type { Clock } from '../../lib/clock.ts';
import { isUp } from '../../lib/container-state.ts';
import { errorMessage } from '../../lib/error.ts';
import { duration } from '../../lib/format.ts';
import { EngineError, type LogQuery } from '../engine.ts';
import type { ContainerFacts } from '../facts.ts';
import { type LineBatch, stampFirst } from './batch.ts';
import type { Follower, FollowSink, FollowSource, FollowState, FollowStatus, LogEngine } from './follower.ts';
import { firstLines, Intake, readInSlices, summary } from './intake.ts';
import { Lag } from './lag.ts';
import { follows, historyQuery, resumeQuery } from './range.ts';
import { ReadTimeout } from './read-timeout.ts';
import { Replay } from './replay.ts';
import { hasMoved, SilenceWatch } from './silence.ts';
import { toMillis } from './stamp.ts';
import { TurnBudget } from './turn-budget.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const GAP = 'the log was cut here: lines may be missing';
const BACK = 'the log goes back in time here: lines may come twice (rotation), or a clock was set';

/**
 * Follows one container's log for as long as it exists, across restarts, lost connections and engine restarts: each line once and in order.
 * A note marks every place where lines may be missing. `turns` shares the event loop with other followers.
 */
export function followContainer(
  engine: LogEngine,
  clock: Clock,
  source: FollowSource,
  sink: FollowSink,
  turns = new TurnBudget(),
): Follower {
  return new ContainerFollower(engine, clock, source, sink, turns);
}

class ContainerFollower implements Follower {
  readonly status: FollowStatus = { state: 'reading', reason: '', lines: 0, dropped: 0, behind: 0 };
  readonly done: Promise<void>;
  readonly #engine: LogEngine;
  readonly #clock: Clock;
  readonly #source: FollowSource;
  readonly #sink: FollowSink;
  readonly #turns: TurnBudget;
  readonly #abort = new AbortController();
  readonly #replay = new Replay();
  readonly #lag = new Lag();
  #facts?: ContainerFacts;
  #historyDone = false;
  /** After a jump: the lines dropped, unless the next answer still contains them. */
  #jump?: { dropped: number; behind: number };
  #wait = FIRST_WAIT;
  /** The stream was abandoned because the engine has lines that it does not send. */
  #stale = false;
  #wake?: () => void;

  constructor(engine: LogEngine, clock: Clock, source: FollowSource, sink: FollowSink, turns: TurnBudget) {
    this.#engine = engine;
    this.#clock = clock;
    this.#source = source;
    this.#sink = sink;
    this.#turns = turns;
    this.done = this.#run();
  }

  wake(): void {
    this.#wake?.();
  }

  close(): void {
    this.#abort.abort();
    this.#wake?.();
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    let ended = false;
    while (!ended && !this.#closed) {
      try {
        ended = await this.#follow();
      } catch (error) {
        ended = await this.#failed(error);
      }
    }
    this.#endHistory();
  }

  /** One connection from start to end; true when it is the last. */
  async #follow(): Promise<boolean> {
    const { range, tty } = this.#source;
    if (!this.#facts && (tty === undefined || range.kind === 'previous')) this.#facts = await this.#look();
    if (!this.#historyDone) {
      const query = historyQuery(range, this.#clock.now(), this.#facts?.detail);
      await this.#read(query, !follows(range));
      this.status.state = follows(range) ? 'live' : 'ended';
      this.#endHistory();
    }
    if (!follows(range)) return true;
    this.status.state = 'live';
    const jumped = await this.#read(resumeQuery(true, this.#newest()), false);
    if (!jumped && !this.#closed) await this.#settle();
    return false;
  }

  /** The engine ended the stream: continues immediately if the container runs, else when it runs again. */
  async #settle(): Promise<void> {
    const facts = await this.#look();
    if (isUp(facts)) return this.#pause();
    await this.#read(resumeQuery(false, this.#newest()), true);
    this.#say('waiting', '');
    const { startedAt } = facts.detail ?? {};
    while (!this.#closed) {
      await this.#pause();
      if (this.#closed) return;
      const next = await this.#look();
      if (isUp(next) || next.detail?.startedAt !== startedAt) return;
    }
  }

  #look(): Promise<ContainerFacts> {
    return this.#engine.container(this.#source.id, { signal: this.#abort.signal });
  }

  /**
   * Reads one answer of the engine to its end; true if it was abandoned before. `whole`: nothing will follow, so a last line without a
   * newline counts.
   */
  async #read(query: LogQuery, whole: boolean): Promise<boolean> {
    const signal = this.#abort.signal;
    const stream = await this.#engine.logs(this.#source.id, { ...query, signal });
    const destroy = () => void stream.destroy();
    signal.addEventListener('abort', destroy, { once: true });
    if (signal.aborted) destroy();
    this.#replay.begin();
    const jump = this.#jump;
    const intake = new Intake(this.#tty, this.#replay, (what) => (what === 'back' ? BACK : this.#gapText()));
    const overdue = new ReadTimeout(
      this.#clock,
      () => intake.unfinished,
      () => void this.#emit(intake.takeUnfinished(), false),
    );
    const silence = query.follow ? this.#watchSilence(signal, destroy) : undefined;
    try {
      await readInSlices(stream, this.#turns, (slice) => {
        silence?.touch();
        return overdue.after(() => this.#emit(intake.take(slice), query.follow));
      });
    } catch (error) {
      // A stream that we ended ourselves is not a failure of the engine.
      if (!stream.destroyed || !this.#stale) throw error;
    } finally {
      this.#stale = false;
      silence?.stop();
      overdue.stop();
      signal.removeEventListener('abort', destroy);
      stream.destroy();
    }
    if (whole) await this.#emit(intake.finish(), false);
    if (this.#jump !== jump) return true;
    this.#jump = undefined;
    return false;
  }

  get #tty(): boolean {
    return this.#source.tty ?? this.#facts?.detail?.tty ?? false;
  }

  /** A stream that stays silent although there are newer lines is opened again. */
  #watchSilence(signal: AbortSignal, leave: () => void): SilenceWatch {
    const { id } = this.#source;
    const isStale = async () => {
      const known = this.#replay.newest;
      return known !== undefined && hasMoved(this.#engine, { id, tty: this.#tty, signal }, known);
    };
    const watch = new SilenceWatch(this.#clock, isStale, () => {
      this.#stale = true;
      leave();
    });
    signal.addEventListener('abort', () => watch.stop(), { once: true });
    return watch;
  }

  /** Passes the lines on; false when no more are wanted from this answer. */
  async #emit(read: readonly LineBatch[], live: boolean): Promise<boolean> {
    const { range } = this.#source;
    const batches = range.kind === 'head' ? firstLines(read, range.lines - this.status.lines) : read;
    for (const batch of batches) {
      batch.history = !this.#historyDone;
      stampFirst(batch, this.#clock.now());
      await this.#sink.lines(batch);
    }
    const { lines, newest } = summary(batches);
    this.status.lines += lines;
    if (newest !== undefined) {
      this.status.newest = newest;
      this.#wait = FIRST_WAIT;
    }
    if (range.kind === 'head') return this.status.lines < range.lines && !this.#closed;
    return !(live && newest !== undefined && this.#lags(newest, lines)) && !this.#closed;
  }

  /** Whether the stream is too far behind to catch up: then the next answer begins near the log's end. */
  #lags(newest: number, lines: number): boolean {
    const now = this.#clock.now();
    this.#lag.see(now, newest, lines);
    this.status.behind = this.#lag.behind;
    if (!this.#lag.hopeless(now)) return false;
    this.#jump = { behind: this.#lag.behind, dropped: this.#lag.jump() };
    return true;
  }

  /** The note for a place where lines are or may be missing. */
  #gapText(): string {
    if (!this.#jump) return GAP;
    const { dropped, behind } = this.#jump;
    this.status.dropped += dropped;
    return `dropped about ${dropped} lines (${duration(behind)}): written faster than the engine delivers them`;
  }

  #newest(): number | undefined {
    const newest = this.#replay.newest;
    return newest && toMillis(newest);
  }

  #endHistory(): void {
    if (this.#historyDone) return;
    this.#historyDone = true;
    this.#sink.caughtUp();
  }

  #say(state: FollowState, reason: string): void {
    this.status.state = state;
    this.status.reason = reason;
    this.status.behind = 0;
  }

  /** Reports the failure; true when retrying is pointless. */
  async #failed(error: unknown): Promise<boolean> {
    if (this.#closed) return true;
    const reason = errorMessage(error);
    const kind = error instanceof EngineError ? error.kind : 'closed';
    if (kind === 'not-found') this.#say('gone', reason);
    else if (/does not support reading/.test(reason)) this.#say('unreadable', reason);
    else {
      this.#say('retrying', reason);
      await this.#pause();
      return false;
    }
    return true;
  }

  /** Waits, longer after each failed attempt; `wake` and `close` end the wait. */
  async #pause(): Promise<void> {
    const wait = this.#wait;
    this.#wait = Math.min(LONGEST_WAIT, wait * 2);
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(wait, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
