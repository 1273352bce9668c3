import type { Clock } from '../clock.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import type { DeskMessage, DeskState } from '../desk/state.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import { forEachLimited } from '../engine/pool.ts';

/** Inspects at the same time: enough to be quick, little enough to spare the engine. */
const PARALLEL = 8;

/** The desk as it is now, read once, with every container's detail; an engine that cannot be reached is part of the answer. */
export async function survey(engine: Engine, clock: Clock, signal?: AbortSignal): Promise<DeskState> {
  const begun = clock.now();
  try {
    await engine.ping({ signal });
    const messages = await readAll(engine, clock, signal);
    return reduceAll(initialState(clock.now()), [...messages, { type: 'tick', now: clock.now() }]);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const now = clock.now();
    return reduceAll(initialState(now), [
      { type: 'connection', connection: { state: 'lost', since: begun, why: error, attempt: 1, nextTry: now } },
    ]);
  }
}

async function readAll(engine: Engine, clock: Clock, signal?: AbortSignal): Promise<DeskMessage[]> {
  const [info, listed] = await Promise.all([engine.info({ signal }), engine.containers({ signal })]);
  const swarm = info.swarm === 'manager' ? await engine.swarmServices({ signal }) : [];
  const containers = [...listed];
  await forEachLimited([...listed.keys()], PARALLEL, async (index) => {
    const container = listed[index];
    if (!container) return;
    // What vanished since the list stays as it was listed: the next look will miss it.
    containers[index] = await engine.container(container.id, { signal }).catch((error: unknown) => {
      if (error instanceof EngineError && error.kind === 'not-found') return container;
      throw error;
    });
  });
  const at = clock.now();
  return [
    { type: 'connection', connection: { state: 'ready', since: at } },
    { type: 'engine', info },
    { type: 'containers', at, containers },
    { type: 'swarm', services: swarm },
  ];
}
