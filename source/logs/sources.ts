import type { Service } from '../desk/model.ts';
import type { LogSource } from '../engine/logs/session.ts';
import type { SwarmTask } from '../engine/swarm-facts.ts';
import { containerId, type EngineId } from '../lib/ids.ts';

/**
 * The containers of some services as sources of one log, oldest first, so that colours stay when replicas join. Names are short if all have
 * the same project.
 */
export function sourcesOf(services: readonly Service[], engine: EngineId): LogSource[] {
  const single = new Set(services.map(({ project }) => project)).size < 2;
  const containers = services.flatMap((service) => service.containers.map((container) => ({ service, container })));
  containers.sort((a, b) => a.container.created - b.container.created);
  return containers.map(({ service, container }) => ({
    engine,
    id: container.id,
    name: single ? shortName(container.name, service.project) : container.name,
    running: container.state === 'running',
    unstarted: container.state === 'created',
    tty: container.detail?.tty,
  }));
}

/** Without the common project prefix. */
function shortName(name: string, project: string | undefined): string {
  const prefix = project === undefined ? '' : project;
  const separated = prefix !== '' && name.startsWith(prefix) && /^[-_]./.test(name.slice(prefix.length));
  return separated ? name.slice(prefix.length + 1) : name;
}

/** The containers of one service on many hosts, with the host before each name. */
export function sourcesOnHosts(placed: readonly { host: EngineId; service: Service }[]): LogSource[] {
  return placed.flatMap(({ host, service }) =>
    sourcesOf([service], host).map((source) => ({ ...source, name: `${host} ${source.name}` })),
  );
}

/** A task and the name of its node. */
export type PlacedTask = SwarmTask & { node?: string };

/**
 * The tasks of Swarm services whose containers are on other nodes, as sources that a manager reads; named as in `docker service logs`. A
 * task that has ended is one as long as Swarm keeps it.
 */
export function taskSources(services: readonly Service[], tasks: readonly PlacedTask[], engine: EngineId): LogSource[] {
  const byId = new Map(services.flatMap((service) => (service.swarm ? [[service.swarm.id, service] as const] : [])));
  const here = new Set<string>(services.flatMap(({ containers }) => containers.map(({ id }) => id)));
  const elsewhere = tasks.filter(({ serviceId, container }) => byId.has(serviceId) && !here.has(container ?? ''));
  const started = elsewhere.filter(({ container }) => container !== undefined);
  return started
    .toSorted((a, b) => a.created - b.created)
    .map(({ id, serviceId, slot, node, nodeId, state }) => ({
      engine,
      id: containerId(id),
      task: true,
      name: `${byId.get(serviceId)?.name ?? ''}${slot === undefined ? '' : `.${slot}`}@${node || nodeId || ''}`,
      running: state === 'running',
      // Only the task shows it for certain: the follower asks.
      tty: undefined,
    }));
}
