import { backoff } from '../../lib/backoff.ts';
import type { Clock } from '../../lib/clock.ts';
import { errorMessage } from '../../lib/error.ts';
import type { Connection, Engine, FailureKind } from '../engine.ts';
import { EngineError } from '../engine.ts';
import type { EngineEvent, EngineInfo } from '../facts.ts';

/**
 * The connection's state machine: connecting → ready → lost → ready …, for as long as the console runs, whatever the engine does. The
 * handler (inventory.ts) decides what to read over the connection.
 */

/** Failures that mean the engine cannot be reached; the others (a 404, a 409, a 500) come from an engine that is there. */
const UNREACHABLE: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'no-socket',
  'permission-denied',
  'connection-refused',
  'host-not-found',
  'tls',
  'ssh',
  'login-refused',
  'timeout',
  'closed',
  'not-docker',
  'api-too-old',
]);

export function isUnreachable(error: unknown): boolean {
  return error instanceof EngineError && UNREACHABLE.has(error.kind);
}

/** The callbacks of a connection, in this order: info, events (any time from then on), the list, then the list again at every poll. */
export type ConnectionHandler = {
  info(info: EngineInfo): void;
  /** Where the event stream should resume; undefined: from now on. */
  since(): number | undefined;
  event(event: EngineEvent): void;
  /** Events are blocked here: changes are seen only at the next poll. */
  withoutEvents?(): void;
  /** Reads the list; `signal` aborts when the connection is over. If the first one fails, there is no connection. */
  list(signal: AbortSignal): Promise<void>;
};

export type ConnectionOptions = {
  engine: Engine;
  clock: Clock;
  /** 0–1, for the jitter. */
  random: () => number;
  visitor: ConnectionHandler;
  onChange: (connection: Connection) => void;
  /** From the end of one list to the start of the next; stretched to ten times the duration of a list, to spare a slow engine. */
  pollMs: number;
  /** After which an unanswered call means that the engine hangs. */
  timeoutMs: number;
};

export type Connecting = {
  connection(): Connection;
  /** Tries now instead of at `nextTry` (Infinity: never by itself); does nothing if the connection is ready or an attempt is running. */
  retryNow(): void;
  /** Polls now (or after the running poll) instead of at the next interval. */
  pollNow(): void;
  /** Reopens the event stream from the last event on; does nothing without a connection. */
  resubscribe(): void;
  /** Aborts everything; no message follows. */
  stop(): Promise<void>;
};

/** After a connection of at least this length, the back-off starts again. */
const STEADY_MS = 10_000;
/** For so long after the loss of a steady connection (ms) the tries are never further apart: the network may be back at any moment. */
const SOON_MS = 120_000;
const SOON = { first: 500, most: 1000 };
/** After so many failed polls (such as a 500 each time) an engine that answers counts as lost. */
const FAILED_POLLS = 3;
/** Delay before the list is repeated after a refusal (ms). */
const AGAIN_MS = 2000;

/**
 * Connects, and keeps connecting. While `lost`, `since` is when it was lost and `attempt` the tries since then; it stays `lost` (with
 * `nextTry` in the past) during an attempt, so that the screen does not flicker between two states.
 */
export function connect(options: ConnectionOptions): Connecting {
  const { clock, onChange } = options;
  const stopping = new AbortController();
  const poll = bell(clock, true);
  const retry = bell(clock, false);
  let connection: Connection = { state: 'connecting', since: clock.now(), attempt: 1 };
  let attempt = 0;
  let lostSince: number | undefined;
  /** Whether the connection that was lost had been steady. */
  let steadily = false;

  const change = (to: Connection) => {
    connection = to;
    if (!stopping.signal.aborted) onChange(to);
  };

  const ready = () => {
    lostSince = undefined;
    change({ state: 'ready', since: clock.now() });
  };

  const refuse = (refused: string | undefined) => {
    if (connection.state !== 'ready' || connection.refused === refused) return;
    const { state, since } = connection;
    change({ state, since, ...(refused === undefined ? {} : { refused }) });
  };

  let resubscribe = () => {};
  const visiting: Visiting = {
    ready,
    refuse,
    onSubscribed: (again) => {
      resubscribe = again;
    },
  };

  const lose = (why: EngineError) => {
    const now = clock.now();
    const steady = connection.state === 'ready' && now - connection.since >= STEADY_MS;
    attempt = steady ? 1 : attempt + 1;
    if (connection.state === 'ready') steadily = steady;
    lostSince ??= now;
    // Not automatically: a server that refuses a key may lock out clients that keep trying.
    const pace = steadily && now - lostSince < SOON_MS ? SOON : undefined;
    const wait = why.kind === 'login-refused' ? Number.POSITIVE_INFINITY : backoff(attempt, options.random(), pace);
    change({ state: 'lost', since: lostSince, why, attempt, nextTry: now + wait });
    return wait;
  };

  const run = async () => {
    onChange(connection);
    while (!stopping.signal.aborted) {
      const why = await visit(options, stopping.signal, poll, visiting);
      if (stopping.signal.aborted) return;
      await retry.wait(lose(why), stopping.signal);
    }
  };
  const running = run();

  return {
    connection: () => connection,
    retryNow: retry.ring,
    pollNow: poll.ring,
    resubscribe: () => resubscribe(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

type Visiting = {
  ready(): void;
  /** Why the last list was refused; undefined if it was not. */
  refuse(why: string | undefined): void;
  onSubscribed(again: () => void): void;
};

/** One connection from the ping to its end; returns why it ended. */
async function visit(options: ConnectionOptions, stopping: AbortSignal, poll: Bell, visiting: Visiting) {
  const { engine, visitor, timeoutMs } = options;
  const ending = new AbortController();
  const end = () => ending.abort();
  stopping.addEventListener('abort', end, { once: true });
  const call = { signal: ending.signal, timeoutMs };
  try {
    await engine.ping(call);
    const events = subscribe(options, ending.signal);
    visiting.onSubscribed(events.again);
    const [info] = await Promise.all([engine.info(call), Promise.race([events.started, events.ended])]);
    visitor.info(info);
    await Promise.race([visitor.list(ending.signal), events.ended]);
    visiting.ready();
    await Promise.race([pollOn(options, ending.signal, poll, visiting), events.ended]);
    return new EngineError('closed', 'the connection to the engine ended');
  } catch (error) {
    return asEngineError(error);
  } finally {
    visiting.onSubscribed(() => {});
    ending.abort();
    stopping.removeEventListener('abort', end);
  }
}

/**
 * `started` resolves once the engine has accepted the subscription (or fails after the timeout); `ended` never resolves, it only fails;
 * `again` replaces the stream by a new one.
 */
function subscribe(options: ConnectionOptions, signal: AbortSignal) {
  const ended = Promise.withResolvers<never>();
  let ending = new AbortController();
  const open = () => {
    const mine = ending;
    const stream = openStream(options, AbortSignal.any([signal, mine.signal]));
    stream.ended.catch((error) => {
      if (mine.signal.aborted) return;
      if (isForbidden(error)) {
        options.visitor.withoutEvents?.();
        stream.accept();
      } else ended.reject(error);
    });
    return stream;
  };
  ended.promise.catch(() => {});
  const { started } = open();
  const again = () => {
    ending.abort();
    ending = new AbortController();
    open().started.catch((error) => ended.reject(error));
  };
  return { started, ended: ended.promise, again };
}

function isForbidden(error: unknown): boolean {
  return error instanceof EngineError && error.kind === 'forbidden';
}

function openStream({ engine, clock, visitor, timeoutMs }: ConnectionOptions, signal: AbortSignal) {
  const started = Promise.withResolvers<void>();
  const cancel = clock.after(timeoutMs, () =>
    started.reject(
      new EngineError('timeout', `the engine did not accept the event subscription within ${timeoutMs} ms`),
    ),
  );
  const onEvent = (event: EngineEvent) => {
    if (!signal.aborted) visitor.event(event);
  };
  const ended = engine
    .events({ since: visitor.since(), signal, started: () => started.resolve() }, onEvent)
    .then(() => {
      throw new EngineError('closed', 'the engine closed the event stream');
    });
  const quiet = () => cancel();
  started.promise.then(quiet, quiet);
  ended.catch(quiet);
  return { started: started.promise, ended, accept: () => started.resolve() };
}

/** Lists at every interval until the engine cannot be reached or has refused several times in a row. */
async function pollOn(
  { clock, visitor, pollMs }: ConnectionOptions,
  signal: AbortSignal,
  poll: Bell,
  visiting: Visiting,
): Promise<void> {
  let failed = 0;
  let took = 0;
  while (!signal.aborted) {
    await poll.wait(failed > 0 ? Math.min(AGAIN_MS, pollMs) : Math.max(pollMs, took * 10), signal);
    if (signal.aborted) return;
    const began = clock.now();
    try {
      await visitor.list(signal);
      failed = 0;
      visiting.refuse(undefined);
    } catch (error) {
      failed += 1;
      visiting.refuse(errorMessage(error));
      if (isUnreachable(error) || failed >= FAILED_POLLS) throw error;
    }
    took = clock.now() - began;
  }
}

type Bell = { wait(ms: number, signal: AbortSignal): Promise<void>; ring(): void };

/** A wait that can be cut short. Rung when no one waits, it does nothing; with `remembers` it ends the next wait at once. */
function bell(clock: Clock, remembers: boolean): Bell {
  let wake: (() => void) | undefined;
  let rung = false;
  return {
    wait(ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const over = () => {
        cancel();
        signal.removeEventListener('abort', over);
        if (wake === over) wake = undefined;
        rung = false;
        resolve();
      };
      const cancel = Number.isFinite(ms) ? clock.after(ms, over) : () => {};
      signal.addEventListener('abort', over);
      wake = over;
      if (rung || signal.aborted) over();
      return promise;
    },
    ring() {
      rung = remembers;
      wake?.();
    },
  };
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError('engine-error', errorMessage(error), '', { cause: error });
}
