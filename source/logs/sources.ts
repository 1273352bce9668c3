import type { Service } from '../desk/model.ts';
import type { LogSource } from '../engine/logs/session.ts';
import type { EngineId } from '../lib/ids.ts';

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
