import type { SwarmNode } from '../../source/engine/swarm-facts.ts';

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
