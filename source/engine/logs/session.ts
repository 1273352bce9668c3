import { type Clock, shiftedClock } from '../../lib/clock.ts';
import type { ContainerId, EngineId } from '../../lib/ids.ts';
import { type LineBatch, movedBatch } from './batch.ts';
import { followContainer } from './follow.ts';
import type { Follower, FollowStatus, LogEngine } from './follower.ts';
import { Merger } from './merge.ts';
import { follows, type LogRange, movedRange } from './range.ts';
import { taskLogs } from './task-logs.ts';
import { TurnBudget } from './turn-budget.ts';

/** A container whose log is followed, or a Swarm task whose log a manager fetches. */
export type LogSource = {
  engine: EngineId;
  id: ContainerId;
  /** It is the id of a task. */
  task?: true;
  /** Where its lines are read, if not from its engine. */
  from?: LogEngine;
  /** Shown in front of its lines. */
  name: string;
  running: boolean;
  /** Created but never started: it has no lines yet. */
  unstarted?: boolean;
  tty?: boolean;
};

/** `number` names the source in runs; it stays the same for the session's life. */
export type SourceStatus = Readonly<FollowStatus> & Pick<LogSource, 'id' | 'name' | 'unstarted'> & { number: number };

/** The engines of many sources. Their clocks differ: lines get times of the console's clock. */
export type LogEngines = { of(source: LogSource): LogEngine };

export type LogSession = {
  /** Sets the sources to follow: new ones join, missing ones leave. Cheap when nothing has changed. */
  setSources(sources: readonly LogSource[]): void;
  /** In the order in which they joined, including those that have left. */
  statuses(): SourceStatus[];
  /** Names of the sources that are not followed because there are too many. */
  leftOut(): readonly string[];
  /** Resolves when every source has ended and all lines have been emitted: never while following. */
  ended(): Promise<void>;
  /** The engine answers again: all followers look now. */
  wake(): void;
  close(): void;
};

export type SessionSink = {
  /** Lines `from` up to, not including, `to` of a batch, of source number `source`. */
  lines(source: number, batch: LineBatch, from: number, to: number): void;
  /** A source has delivered all lines that existed at the beginning, or has ended. */
  changed?(): void;
};

/** Streams open at once: each is a connection to the engine and a goroutine in it. */
const STREAM_LIMIT = 64;
/** The same to one of several engines, which are other calls' as well. */
const ENGINE_LIMIT = 16;
/** How long a source that does not answer may delay the others: less while new lines are waited for. Milliseconds. */
const FOLLOWING = 1000;
const READING = 10_000;
/** How long a leaving source may still deliver lines, such as the last ones of a removed container. Milliseconds. */
const FAREWELL = 2000;

type Member = {
  number: number;
  source: LogSource;
  follower: Follower;
  /** When it has ended and left the merge. */
  left: Promise<void>;
  leaving: boolean;
  closed: boolean;
};

/**
 * Follows many containers as one log, merged by the engine's times. The sink gets them in that order. `turns` may delay reading. Sources of
 * several engines are merged by the console's clock: each engine's times are corrected by how far its clock is ahead.
 */
export function openLogs(
  engines: LogEngine | LogEngines,
  clock: Clock,
  range: LogRange,
  sink: SessionSink,
  turns = new TurnBudget(),
): LogSession {
  const merger = new Merger(clock, sink.lines, { patienceMs: follows(range) ? FOLLOWING : READING });
  const members = new Map<string, Member>();
  const many = 'of' in engines;
  let left: readonly string[] = [];

  const notify = (run: () => void) => {
    run();
    sink.changed?.();
  };

  const join = (source: LogSource, number = members.size, newest?: number) => {
    merger.join(number);
    const engine = engineOf(source, engines);
    const ahead = () => (many ? (engine.clockOffset?.() ?? 0) : 0);
    const own = shiftedClock(clock, ahead);
    const from =
      newest === undefined ? movedRange(range, ahead()) : { kind: 'since' as const, ms: own.now() - newest - 0.001 };
    const follower = followContainer(
      engine,
      own,
      { id: source.id, range: from, tty: source.tty },
      {
        lines: (batch) => merger.push(number, movedBatch(batch, -ahead())),
        caughtUp: () => notify(() => merger.caughtUp(number)),
      },
      turns,
    );
    const left = follower.done.then(() => {
      if (members.get(keyOf(source))?.follower === follower) notify(() => merger.leave(number));
    });
    members.set(keyOf(source), { number, source, follower, left, leaving: false, closed: false });
  };

  const update = (member: Member, source: LogSource) => {
    if (source.running !== member.source.running) member.follower.wake();
    member.source = source;
    member.leaving = false;
    if (member.closed) join(source, member.number, member.follower.status.newest);
  };

  const part = (member: Member) => {
    member.leaving = true;
    clock.after(FAREWELL, () => {
      if (!member.leaving) return;
      member.closed = true;
      member.follower.close();
    });
  };

  return {
    setSources(sources) {
      const wanted = mostWanted(sources, many);
      const keys = new Set(wanted.map(keyOf));
      left = sources.filter((source) => !keys.has(keyOf(source))).map(({ name }) => name);
      for (const source of wanted) {
        const member = members.get(keyOf(source));
        if (!member) join(source);
        else if (member.source !== source) update(member, source);
      }
      for (const [key, member] of members) {
        if (!keys.has(key) && !member.leaving) part(member);
      }
    },
    statuses: () =>
      [...members.values()].map(({ number, source, follower }) => ({
        ...follower.status,
        number,
        id: source.id,
        name: source.name,
        unstarted: source.unstarted,
      })),
    leftOut: () => left,
    async ended() {
      await Promise.all([...members.values()].map((member) => member.left));
    },
    wake() {
      for (const { follower } of members.values()) follower.wake();
    },
    close() {
      for (const { follower } of members.values()) follower.close();
      merger.close();
    },
  };
}

const keyOf = ({ engine, id }: LogSource) => `${engine} ${id}`;

function engineOf(source: LogSource, engines: LogEngine | LogEngines): LogEngine {
  if (source.from) return source.from;
  const engine = 'of' in engines ? engines.of(source) : engines;
  return source.task ? taskLogs(engine) : engine;
}

/** As many as may be followed, of each of many engines as well; ended sources are left out first. */
function mostWanted(sources: readonly LogSource[], many: boolean): readonly LogSource[] {
  if (sources.length <= ENGINE_LIMIT) return sources;
  const running = sources.filter((source) => source.running);
  const inOrder = [...running, ...sources.filter((source) => !source.running)];
  if (!many) return sources.length <= STREAM_LIMIT ? sources : inOrder.slice(0, STREAM_LIMIT);
  const taken = new Map<EngineId, number>();
  const fitting = inOrder.filter(({ engine }) => {
    const count = (taken.get(engine) ?? 0) + 1;
    taken.set(engine, count);
    return count <= ENGINE_LIMIT;
  });
  return fitting.slice(0, STREAM_LIMIT);
}
