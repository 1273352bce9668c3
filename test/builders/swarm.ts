import type { SwarmNode, SwarmService } from '../../source/engine/swarm-facts.ts';
import type { TableSources } from '../../source/resources/resource.ts';
import { NOON } from './facts.ts';

/** A worker that answers and takes tasks, with an id like its host name, but for `over`. */
export function node(hostname: string, over: Partial<SwarmNode> = {}): SwarmNode {
  return {
    id: `id-${hostname}`,
    version: 1,
    hostname,
    state: 'ready',
    message: '',
    address: '10.0.0.1',
    availability: 'active',
    role: 'worker',
    leader: false,
    engineVersion: '20.10.24',
    labels: {},
    ...over,
  };
}

/** A service of which one task is wanted and runs, with an id and an image like its name, but for `over`. */
export function swarmService(name: string, over: Partial<SwarmService> = {}): SwarmService {
  return {
    id: `id-${name}`,
    name,
    image: `${name}:1`,
    labels: {},
    mode: 'replicated',
    wanted: 1,
    running: 1,
    ports: [],
    created: NOON,
    version: 1,
    ...over,
  };
}

/** A machine of which nothing is known but this engine. */
export function onlyEngine(engine: TableSources['engine']): TableSources {
  return {
    engine,
    audit: async () => [],
    messages: () => [],
    procedures: async () => [],
    backups: async () => [],
    volumeSizes: () => undefined,
    posture: async () => [],
  };
}
