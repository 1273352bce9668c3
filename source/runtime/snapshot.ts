import { deriveDesk } from '../desk/derive.ts';
import { wantsLines } from '../desk/impact.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import type { DeskMessage, DeskState, HeldInMemory } from '../desk/state.ts';
import { readLastLines } from '../engine/api/last-lines.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { isUnreachable } from '../engine/watch/connection.ts';
import { fromInspect } from '../engine/watch/merge.ts';
import { readSwarm } from '../engine/watch/swarm.ts';
import type { Clock } from '../lib/clock.ts';
import { forEachLimited } from '../lib/limit.ts';

/** Concurrent inspects: enough to be fast, few enough for the engine. */
const PARALLEL = 8;
/** How many containers' last lines are read, and the time limit for past events (ms). */
const MOST_READ = 100;
const EVENTS_MS = 5000;

/** One complete reading of the desk, with every container's detail; an unreachable engine is part of the result. */
export async function takeSnapshot(
  engine: Engine,
  clock: Clock,
  signal?: AbortSignal,
  held: HeldInMemory = {},
): Promise<DeskState> {
  const begun = clock.now();
  try {
    await engine.ping({ signal });
    const [messages, past] = await Promise.all([readAll(engine, clock, signal), readEvents(engine, begun, signal)]);
    const state = reduceAll(initialState(clock.now(), engine.id), [
      ...messages.map((message) => (past.forbidden ? without('GET /events', message) : message)),
      ...past.events,
      { type: 'held', held },
      { type: 'tick', now: clock.now() },
    ]);
    return reduceAll(state, await readLines(engine, state, clock.now(), signal));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const now = clock.now();
    return reduceAll(initialState(now, engine.id), [
      { type: 'connection', connection: { state: 'lost', since: begun, why: error, attempt: 1, nextTry: now } },
    ]);
  }
}

/** The desk from a single list of containers: names and states, without details. Throws where the engine cannot be reached. */
export async function listed(engine: Engine, clock: Clock, signal?: AbortSignal): Promise<DeskState> {
  const [info, containers] = await Promise.all([engine.info({ signal }), engine.containers({ signal })]);
  const swarm = info.swarm === 'manager' ? await engine.swarmServices({ signal }).catch(noneWhereRefused) : [];
  const at = clock.now();
  return reduceAll(initialState(at, engine.id), [
    { type: 'connection', connection: { state: 'ready', since: at } },
    { type: 'engine', info },
    { type: 'containers', at, containers },
    { type: 'swarm', services: swarm },
  ]);
}

/** What the engine says about itself, and that it forbids this request. */
function without(request: string, message: DeskMessage): DeskMessage {
  if (message.type !== 'engine') return message;
  return { ...message, info: { ...message.info, forbidden: [...(message.info.forbidden ?? []), request] } };
}

/** How far back past events are requested (the engine keeps 256 of them). */
const HISTORY_MS = 3_600_000;

/**
 * The events of the last hour, which distinguish a stop from a kill, and an `oom` from an exit. A snapshot without them is better than
 * none.
 */
async function readEvents(
  engine: Engine,
  now: number,
  signal?: AbortSignal,
): Promise<{ events: DeskMessage[]; forbidden: boolean }> {
  const events: DeskMessage[] = [];
  const ending = AbortSignal.any([AbortSignal.timeout(EVENTS_MS), ...(signal ? [signal] : [])]);
  let forbidden = false;
  await engine
    .events({ since: now - HISTORY_MS, until: now, signal: ending }, (event) => events.push({ type: 'event', event }))
    .catch((error: unknown) => {
      forbidden = error instanceof EngineError && error.kind === 'forbidden';
    });
  return { events, forbidden };
}

/** Containers with problems first; then all running ones, for problems shown only in logs: a full disk, exhausted threads, a lost host. */
function linesWanted(state: DeskState): readonly ContainerFacts[] {
  const troubled = wantsLines(deriveDesk(state), MOST_READ);
  const rest = [...state.containers.values()].filter((facts) => facts.state === 'running' && !troubled.includes(facts));
  return [...troubled, ...rest].slice(0, MOST_READ);
}

/** The last lines of containers with problems, which often name the cause. */
async function readLines(engine: Engine, state: DeskState, at: number, signal?: AbortSignal): Promise<DeskMessage[]> {
  const messages: DeskMessage[] = [];
  let forbidden = false;
  await forEachLimited(linesWanted(state), PARALLEL, async ({ id, detail }) => {
    const read = await readLastLines(engine, { id, tty: detail?.tty ?? false, signal }).catch((error: unknown) => {
      forbidden ||= error instanceof EngineError && error.kind === 'forbidden';
    });
    if (read && read.lines.length > 0) messages.push({ type: 'lines', id, at, ...read });
  });
  if (forbidden && state.engine)
    messages.push(without('GET /containers/ID/logs', { type: 'engine', info: state.engine }));
  return messages;
}

function noneWhereRefused(error: unknown): [] {
  if (isUnreachable(error)) throw error;
  return [];
}

async function readAll(engine: Engine, clock: Clock, signal?: AbortSignal): Promise<DeskMessage[]> {
  const [info, listed] = await Promise.all([engine.info({ signal }), engine.containers({ signal })]);
  const swarm = info.swarm === 'manager' ? await readSwarm(engine, { signal }).catch(noneWhereRefused) : [];
  const containers = [...listed];
  await forEachLimited([...listed.keys()], PARALLEL, async (index) => {
    const container = listed[index];
    if (!container) return;
    // Containers that vanished since the list, or cannot be inspected, stay as listed; the others are judged anyway.
    const inspected = await engine.container(container.id, { signal }).catch((error: unknown) => {
      if (error instanceof EngineError && !isUnreachable(error)) return undefined;
      throw error;
    });
    if (inspected) containers[index] = fromInspect(container, inspected, clock.now());
  });
  const at = clock.now();
  return [
    { type: 'connection', connection: { state: 'ready', since: at } },
    { type: 'engine', info },
    { type: 'containers', at, containers },
    { type: 'swarm', services: swarm },
  ];
}
