import type { ContainerFacts, Usage } from '../engine/facts.ts';
import type { DeskMessage, DeskState } from './state.ts';

/** Readings arrive one by one; a round, including late ones, takes this long. */
const READINGS_MS = 1500;
/** From this many containers on, arriving details are drawn at this interval (ms). */
const MANY = 500;
const DETAILS_MS = 3000;
/** Interval of ticks while nothing on the screen counts seconds. */
const CLOCK_MS = 3000;
/** The interval of ticks and readings while no one is watching. */
const AWAY_MS = 10_000;
/** Ages below ten minutes are shown with seconds. */
const SECONDS_SHOWN_MS = 10 * 60_000;

/**
 * How long (ms) a message may wait to be drawn together with others: events are shown at once, readings once per round, ticks rarely while
 * nothing has happened for a while. `away`: no one is watching.
 */
export function notifyDelay(message: DeskMessage, state: DeskState, away = false): number {
  if (message.type === 'usage') return usagePatience(message.usage, state.usage.get(message.id), away);
  if (message.type === 'container') return detailsPatience(message.container, state);
  if (message.type !== 'tick' || !isCalm(state, message.now)) return 0;
  return away ? AWAY_MS : CLOCK_MS;
}

/** A value for an empty cell is urgent. A reading without CPU is an occasional one of an invisible container. */
function usagePatience(usage: Usage, known: Usage | undefined, away: boolean): number {
  if (known === undefined) return 0;
  if (usage.cpuPercent === undefined) return away ? AWAY_MS : CLOCK_MS;
  if (known.cpuPercent === undefined) return 0;
  return away ? AWAY_MS : READINGS_MS;
}

/**
 * With thousands of containers the first details keep arriving for minutes: drawing each one separately would redraw the desk every time.
 */
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
