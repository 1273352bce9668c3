import type { Clock } from '../../lib/clock.ts';
import type { ContainerId, EngineId } from '../../lib/ids.ts';
import type { LineBatch } from './batch.ts';
import { type Follower, type FollowStatus, followContainer, type LogEngine } from './follow.ts';
import { Merger } from './merge.ts';
import type { LogRange } from './range.ts';
import { TurnBudget } from './turn-budget.ts';

/** A container whose log is followed. */
export type LogSource = {
  engine: EngineId;
  id: ContainerId;
  /** Shown in front of its lines. */
  name: string;
  running: boolean;
  /** Created but never started: it has no lines yet. */
  unstarted?: boolean;
  tty?: boolean;
};

/** `number` names the source in runs; it stays the same for the session's life. */
export type SourceStatus = Readonly<FollowStatus> & Pick<LogSource, 'id' | 'name' | 'unstarted'> & { number: number };

export type LogSession = {
  /** Sets the sources to follow: new ones join, missing ones leave. Cheap when nothing has changed. */
  setSources(sources: readonly LogSource[]): void;
  /** In the order in which they joined, including those that have left. */
  statuses(): SourceStatus[];
  /** How many sources are not followed because there are too many. */
  leftOut(): number;
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
 * Follows many containers as one log, merged by the engine's times. The sink gets them in that order. `turns` may delay reading.
 */
export function openLogs(
  engine: LogEngine,
  clock: Clock,
  range: LogRange,
  sink: SessionSink,
  turns = new TurnBudget(),
): LogSession {
  const merger = new Merger(clock, sink.lines);
  const members = new Map<ContainerId, Member>();
  let left = 0;

  const notify = (run: () => void) => {
    run();
    sink.changed?.();
  };

  const join = (source: LogSource, number = members.size, from = range) => {
    merger.join(number);
    const follower = followContainer(
      engine,
      clock,
      { id: source.id, range: from, tty: source.tty },
      { lines: (batch) => merger.push(number, batch), caughtUp: () => notify(() => merger.caughtUp(number)) },
      turns,
    );
    const left = follower.done.then(() => {
      if (members.get(source.id)?.follower === follower) notify(() => merger.leave(number));
    });
    members.set(source.id, { number, source, follower, left, leaving: false, closed: false });
  };

  const update = (member: Member, source: LogSource) => {
    const { newest } = member.follower.status;
    if (source.running !== member.source.running) member.follower.wake();
    member.source = source;
    member.leaving = false;
    if (!member.closed) return;
    join(source, member.number, newest === undefined ? range : { kind: 'since', ms: clock.now() - newest - 0.001 });
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
      const wanted = mostWanted(sources);
      left = sources.length - wanted.length;
      const ids = new Set(wanted.map(({ id }) => id));
      for (const source of wanted) {
        const member = members.get(source.id);
        if (!member) join(source);
        else if (member.source !== source) update(member, source);
      }
      for (const [id, member] of members) {
        if (!ids.has(id) && !member.leaving) part(member);
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

/** As many as may be followed; ended sources are left out first. */
function mostWanted(sources: readonly LogSource[]): readonly LogSource[] {
  if (sources.length <= STREAM_LIMIT) return sources;
  const running = sources.filter((source) => source.running);
  return [...running, ...sources.filter((source) => !source.running)].slice(0, STREAM_LIMIT);
}
