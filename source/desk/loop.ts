import { age, duration } from '../lib/format.ts';
import type { ContainerMemory } from './state.ts';
import { type Evidence, type Judged, lastExit, startOf, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

type Exit = ContainerMemory['exits'][number];

/** Unrequested exits within the window, oldest first, and until when their loop lasted. */
export type Loop = { exits: readonly Exit[]; over: boolean; recheckAt: number };

/**
 * An ongoing restart loop: by events, several unrequested exits within the window; without events (the console was just opened), by the
 * engine's restart count, if the wait before the last start shows that the previous runs were short.
 */
export function restartLoop(evidence: Evidence): Judged | undefined {
  const loop = loopIn(evidence);
  if (!loop) return loopByCount(evidence);
  if (loop.over) return undefined;
  const { exits, recheckAt } = loop;
  const [first, last] = [exits[0]?.at ?? 0, exits.at(-1)?.at ?? 0];
  const span = `${exits.length} exits in ${age(last - first)}, back-off ${duration(backOff(evidence.memory))}`;
  const reason = `restart loop: ${span}; ${lastExit(evidence).words}`;
  return { verdict: verdict('down', 'restart-loop', reason, first), recheckAt };
}

/**
 * The loop shown by the events. Stopping, recreating or updating the container ends it, and so does a run longer than all runs of the loop.
 */
export function loopIn(evidence: Evidence): Loop | undefined {
  const { facts, memory, now } = evidence;
  const { restartCount = 0, restartPolicy } = facts.detail ?? {};
  // Nothing restarts it automatically: each start was requested.
  if (restartPolicy?.name === 'no') return undefined;
  const after = memory.resetAt ?? 0;
  const recent = memory.exits.filter((exit) => !exit.wanted && exit.at > after && now - exit.at < WINDOW.recent);
  // The engine's count starts from zero after a requested start: exits beyond the count were before that. It may lag the events by one.
  const exits = sinceProvenRun(restartCount > 0 ? recent.slice(-(restartCount + 1)) : recent, memory);
  const first = exits[0];
  if (!first || exits.length < WINDOW.loopExits) return undefined;
  const proven = provenAt(evidence, exits);
  const over = proven !== undefined && now >= proven;
  return {
    exits,
    over,
    recheckAt: Math.min(
      first.at + WINDOW.recent,
      over ? Number.POSITIVE_INFINITY : (proven ?? Number.POSITIVE_INFINITY),
    ),
  };
}

/** The exits since the last run that was long, and much longer than the runs before it: such a run ended the earlier loop. */
function sinceProvenRun(exits: readonly Exit[], memory: ContainerMemory): readonly Exit[] {
  let from = 0;
  let longest = Number.POSITIVE_INFINITY;
  for (const [index, exit] of exits.entries()) {
    const run = runBefore(exit, memory);
    if (run >= Math.max(WINDOW.provenRun, 2 * longest)) from = index;
    longest = from === index ? run : Math.max(longest, run);
  }
  return exits.slice(from);
}

/** How long the run before this exit lasted (ms); 0 if its start was not seen. */
function runBefore({ at }: Exit, { starts }: ContainerMemory): number {
  return at - (starts.findLast((start) => start <= at) ?? at);
}

/** When the current run will have lasted long enough to end the loop; undefined while it is not running well. */
function provenAt(evidence: Evidence, exits: readonly Exit[]): number | undefined {
  const { facts, memory } = evidence;
  const started = startOf(evidence);
  const last = exits.at(-1)?.at ?? 0;
  if (facts.state !== 'running' || started === undefined || started < last) return undefined;
  if (facts.health === 'unhealthy' || facts.health === 'starting') return undefined;
  const runs = exits.map((exit) => runBefore(exit, memory));
  return started + Math.max(WINDOW.provenRun, ...runs);
}

/** The engine waits this long only after several consecutive short runs (100 ms, doubled each time). */
const LONG_WAIT_MS = 700;

function loopByCount(evidence: Evidence): Judged | undefined {
  const { facts, now } = evidence;
  const { restartCount = 0, startedAt, finishedAt } = facts.detail ?? {};
  if (restartCount < WINDOW.loopExits) return undefined;
  const reason = `restart loop: restarted ${restartCount} times`;
  if (facts.state === 'restarting') {
    if (knowsLastExit(evidence) && now - (finishedAt ?? 0) < LONG_WAIT_MS) return undefined;
    return { verdict: verdict('down', 'restart-loop', `${reason}; ${lastExit(evidence).words}`) };
  }
  const recheckAt = (startedAt ?? 0) + WINDOW.provenRun;
  if (startedAt === undefined || now >= recheckAt || !waitedLong(evidence)) return undefined;
  return { verdict: verdict('down', 'restart-loop', reason), recheckAt };
}

function knowsLastExit({ facts, memory }: Evidence): boolean {
  const finishedAt = facts.detail?.finishedAt;
  return finishedAt !== undefined && memory.exits.some((exit) => Math.abs(exit.at - finishedAt) < 5000);
}

/** Whether the wait before the current run shows a loop; if the engine does not report the wait, a start without an event does. */
function waitedLong({ facts, memory }: Evidence): boolean {
  const { startedAt = 0, finishedAt } = facts.detail ?? {};
  if (finishedAt !== undefined) return startedAt - finishedAt >= LONG_WAIT_MS;
  return !memory.starts.some((at) => Math.abs(at - startedAt) < 5000);
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
