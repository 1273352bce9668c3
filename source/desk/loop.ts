import { age, duration } from '../lib/format.ts';
import type { ContainerMemory } from './state.ts';
import { type Evidence, type Judged, lastExit, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

/**
 * A restart loop: by the events, several exits that nobody asked for within the window; without them (the console has just been
 * opened), the engine's restart count on a container that is restarting or has only just started again.
 */
export function restartLoop(evidence: Evidence): Judged | undefined {
  const { memory, now } = evidence;
  const exits = memory.exits.filter((exit) => !exit.wanted && now - exit.at < WINDOW.recent);
  const words = lastExit(evidence).words;
  const first = exits[0];
  const last = exits.at(-1);
  if (first && last && exits.length >= WINDOW.loopExits) {
    const reason = `restart loop: ${exits.length} exits in ${age(last.at - first.at)}, back-off ${duration(backOff(memory))}; ${words}`;
    return { verdict: verdict('down', 'restart-loop', reason, first.at), recheckAt: first.at + WINDOW.recent };
  }
  return loopByCount(evidence, words);
}

function loopByCount({ facts, now }: Evidence, words: string): Judged | undefined {
  const { restartCount = 0, startedAt } = facts.detail ?? {};
  if (restartCount < WINDOW.loopExits) return undefined;
  const reason = `restart loop: restarted ${restartCount} times`;
  if (facts.state === 'restarting') return { verdict: verdict('down', 'restart-loop', `${reason}; ${words}`) };
  const recheckAt = (startedAt ?? 0) + WINDOW.youngRun;
  if (startedAt === undefined || now >= recheckAt) return undefined;
  return { verdict: verdict('down', 'restart-loop', reason), recheckAt };
}

/**
 * The engine's wait before its next start: 100 ms, doubled for every run shorter than 10 s, at most a minute
 * (moby's restartmanager).
 */
function backOff({ starts, exits }: Pick<ContainerMemory, 'starts' | 'exits'>): number {
  let wait = 0;
  for (const exit of exits) {
    const started = starts.findLast((at) => at <= exit.at);
    const short = started === undefined || exit.at - started <= 10_000;
    wait = short ? Math.min(60_000, wait === 0 ? 100 : wait * 2) : 100;
  }
  return wait;
}
