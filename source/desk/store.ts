import type { Clock } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import type { Desk } from './model.ts';
import { notifyDelay } from './notify-delay.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage, DeskState } from './state.ts';

export type Store = {
  /** Queues a message; messages are reduced together when the state is read. */
  dispatch(...messages: readonly DeskMessage[]): void;
  /** The newest state. */
  get(): DeskState;
  /** The state as of the last notification: stable between two of them, as useSyncExternalStore requires. */
  seen(): DeskState;
  /** The desk of one of its states: cheap for the two newest. */
  deskOf(state: DeskState): Desk;
  /** Calls `listener` after changes, at most once every `notifyMs` (see also notify-delay.ts); the returned function unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** Notifies at once if something is new, such as after a key or in a test. */
  flush(): void;
  /** Ends all notifications. */
  close(): void;
};

export type StoreOptions = {
  clock: Clock;
  /** The engine whose facts it holds. */
  engine: EngineId;
  /** Shortest time between two notifications; default 150. The first change after a quiet period is notified at once. */
  notifyMs?: number;
  /** Whether no one is watching: then changes may be drawn less often. */
  away?: () => boolean;
  /** Factor by which these times are stretched to reduce cost; default 1. */
  stretch?: () => number;
  initial?: DeskState;
  /** Called with a message that could not be applied; the others are applied. */
  onError?(error: unknown): void;
};

/** An event is shown within this time (ms), whatever the budget. */
const MOST_MS = 2000;

/** A failing listener does not keep the others from being called. */
function notify(listener: () => void, onError: StoreOptions['onError']): void {
  try {
    listener();
  } catch (error) {
    if (!onError) throw error;
    onError(error);
  }
}

/** A message that cannot be applied does not affect the others. */
function reduced(state: DeskState, messages: readonly DeskMessage[], onError: StoreOptions['onError']): DeskState {
  try {
    return reduceAll(state, messages);
  } catch {
    return messages.reduce((before, message) => {
      try {
        return reduceAll(before, [message]);
      } catch (error) {
        onError?.(error);
        return before;
      }
    }, state);
  }
}

/** Holds the desk's state. Bursts of messages are reduced and notified together. */
export function createStore({
  clock,
  engine,
  notifyMs = 150,
  away = () => false,
  stretch = () => 1,
  initial,
  onError,
}: StoreOptions): Store {
  const listeners = new Set<() => void>();
  const deriver = new Deriver();
  let state = initial ?? initialState(clock.now(), engine);
  let seen = state;
  let queue: DeskMessage[] = [];
  let lastEmitAt = Number.NEGATIVE_INFINITY;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function get(): DeskState {
    if (queue.length > 0) {
      const messages = queue;
      queue = [];
      state = reduced(state, messages, onError);
    }
    return state;
  }

  function flush(): void {
    cancel?.();
    dueAt = Number.POSITIVE_INFINITY;
    if (get() === seen) return;
    seen = state;
    lastEmitAt = clock.now();
    for (const listener of [...listeners]) notify(listener, onError);
  }

  return {
    dispatch(...messages) {
      queue.push(...messages);
      const now = clock.now();
      const unwatched = away();
      const longer = stretch();
      const wait = longer * Math.min(...messages.map((message) => notifyDelay(message, state, unwatched)));
      // The first list of containers is shown without delay, as the operator waits for it.
      const spacing = seen.lastUpdateAt === undefined ? 0 : Math.max(notifyMs, Math.min(MOST_MS, notifyMs * longer));
      const at = Math.max(lastEmitAt + spacing, now + wait);
      if (at >= dueAt) return;
      cancel?.();
      dueAt = at;
      cancel = clock.after(Math.max(0, at - now), flush);
    },
    get,
    seen: () => seen,
    deskOf: (of) => deriver.derive(of),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
    close() {
      cancel?.();
      listeners.clear();
    },
  };
}
