import type { Engine } from '../engine/engine.ts';
import type { PlacedTask } from '../logs/sources.ts';

/** The tasks of the Swarm that an engine manages, each with the name of its node. Fails as the engine's calls do. */
export async function placedTasks(
  engine: Pick<Engine, 'tasks' | 'nodes'>,
  signal: AbortSignal,
): Promise<readonly PlacedTask[]> {
  const [tasks, nodes] = await Promise.all([engine.tasks({ signal }), engine.nodes({ signal })]);
  const names = new Map(nodes.map(({ id, hostname }) => [id, hostname]));
  return tasks.map((task) => ({ ...task, node: names.get(task.nodeId ?? '') }));
}
