import type { DeskMessage, DeskState } from './state.ts';

/** Readings come one by one, a round of them within a second or so. */
const READINGS_MS = 1000;
/** A clock that nothing on the screen counts in seconds by. */
const CLOCK_MS = 3000;
/** Ages below ten minutes are written with their seconds. */
const SECONDS_SHOWN_MS = 10 * 60_000;

/**
 * How long (ms) a message may wait, so that it is drawn together with others: what happens is told at once, readings by the
 * round, and the time of the day seldom while nothing has happened for a while. A first reading fills an empty cell: it is news.
 */
export function patience(message: DeskMessage, state: DeskState): number {
  if (message.type === 'usage') return state.usage.get(message.id)?.cpuPercent === undefined ? 0 : READINGS_MS;
  if (message.type === 'tick') return isCalm(state, message.now) ? CLOCK_MS : 0;
  return 0;
}

function isCalm({ connection, timeline }: DeskState, now: number): boolean {
  const last = timeline.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return connection.state === 'ready' && now - last > SECONDS_SHOWN_MS;
}
