import type { ContainerFacts, Usage } from '../engine/facts.ts';
import type { DeskMessage, DeskState } from './state.ts';

/** Readings come one by one, a round of them and its stragglers within so long. */
const READINGS_MS = 1500;
/** So many containers are many, and their details are drawn so seldom (ms) while they come in. */
const MANY = 500;
const DETAILS_MS = 3000;
/** A clock that nothing on the screen counts in seconds by. */
const CLOCK_MS = 3000;
/** Ages below ten minutes are written with their seconds. */
const SECONDS_SHOWN_MS = 10 * 60_000;

/**
 * How long (ms) a message may wait, so that it is drawn together with others: what happens is told at once, readings by the
 * round, and the time of the day seldom while nothing has happened for a while.
 */
export function notifyDelay(message: DeskMessage, state: DeskState): number {
  if (message.type === 'usage') return usagePatience(message.usage, state.usage.get(message.id));
  if (message.type === 'container') return detailsPatience(message.container, state);
  if (message.type === 'tick') return isCalm(state, message.now) ? CLOCK_MS : 0;
  return 0;
}

/** What fills an empty cell is news. A reading without CPU is one of those made now and then of what nobody looks at. */
function usagePatience(usage: Usage, known: Usage | undefined): number {
  if (known === undefined) return 0;
  if (usage.cpuPercent === undefined) return CLOCK_MS;
  return known.cpuPercent === undefined ? 0 : READINGS_MS;
}

/** Among thousands the first details of those that are as they were come for minutes: each by itself would draw the desk anew. */
function detailsPatience({ id, state: now, health, detail }: ContainerFacts, { containers }: DeskState): number {
  const known = containers.get(id);
  const routine = known !== undefined && known.detail === undefined && detail !== undefined;
  const same = known?.state === now && known.health === health && now === 'running' && health !== 'unhealthy';
  return containers.size > MANY && routine && same ? DETAILS_MS : 0;
}

function isCalm({ connection, timeline }: DeskState, now: number): boolean {
  const last = timeline.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return connection.state === 'ready' && now - last > SECONDS_SHOWN_MS;
}
