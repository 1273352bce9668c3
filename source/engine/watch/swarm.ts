import type { CallOptions, Engine } from '../engine.ts';
import { EngineError } from '../engine.ts';
import type { SwarmService, SwarmTask } from '../swarm-facts.ts';
import { isUnreachable } from './connection.ts';

/** The services of a Swarm, with their tasks if the numbers do not show a service's state. Fails as `swarmServices` does. */
export async function readSwarm(
  engine: Pick<Engine, 'swarmServices' | 'tasks'>,
  options: CallOptions,
): Promise<SwarmService[]> {
  const services = await engine.swarmServices(options);
  if (!services.some(needsTasks)) return services;
  const tasks = Map.groupBy(await tasksOf(engine, options), ({ serviceId }) => serviceId);
  return services.map((service) => {
    const own = needsTasks(service) ? tasks.get(service.id) : undefined;
    return own ? { ...service, tasks: own.toSorted(byId) } : service;
  });
}

/** Where all replicas run and no update failed, the tasks say nothing more. */
function needsTasks({ mode, running, wanted, updateState }: SwarmService): boolean {
  return mode !== 'replicated' || running < (wanted ?? 0) || updateState === 'rollback_completed';
}

/** Empty if the engine refuses: the numbers must do. */
async function tasksOf(engine: Pick<Engine, 'tasks'>, options: CallOptions): Promise<SwarmTask[]> {
  try {
    return await engine.tasks(options);
  } catch (error) {
    if (error instanceof EngineError && (error.kind === 'cancelled' || error.kind === 'timeout')) throw error;
    return [];
  }
}

/** The engine lists them in any order. */
function byId(a: SwarmTask, b: SwarmTask): number {
  return a.id < b.id ? -1 : 1;
}

/** Like `readSwarm`; undefined if the engine refused. Fails only if the engine cannot be reached. */
export async function readSwarmUnlessRefused(
  ...args: Parameters<typeof readSwarm>
): Promise<SwarmService[] | undefined> {
  try {
    return await readSwarm(...args);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    return undefined;
  }
}
