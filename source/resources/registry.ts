import { audit } from './audit.ts';
import { backups } from './backups.ts';
import { containers, oneOffs } from './containers.ts';
import { disk } from './disk.ts';
import { events } from './events.ts';
import { files } from './files.ts';
import { contexts, fleet } from './fleet.ts';
import { fleetCausesTable, fleetServices, parity } from './fleet-services.ts';
import { alertsTable, hostMetricsTable, targetsTable } from './host-metrics.ts';
import { messages } from './messages.ts';
import { nodes } from './nodes.ts';
import { ports } from './ports.ts';
import { posture } from './posture.ts';
import { procedures } from './procedures.ts';
import { projects, stacks } from './projects.ts';
import type { AnyResource } from './resource.ts';
import { runs } from './runs.ts';
import { jobs, services } from './services.ts';
import { images, networks, volumes } from './storage.ts';
import { configs, secrets } from './swarm-objects.ts';
import { tasks } from './tasks.ts';
import { xray } from './xray.ts';

/** All tables. To add one, write a file that defines it and add it here. */
export const resources: readonly AnyResource[] = [
  services,
  containers,
  jobs,
  oneOffs,
  projects,
  tasks,
  nodes,
  stacks,
  configs,
  secrets,
  ports,
  images,
  volumes,
  files,
  networks,
  events,
  disk,
  audit,
  runs,
  procedures,
  backups,
  posture,
  messages,
  xray,
  fleet,
  fleetServices,
  fleetCausesTable,
  parity,
  hostMetricsTable,
  alertsTable,
  targetsTable,
  contexts,
];

/** The table that a command means while many engines are looked at. */
export function resourceOverHosts(name: string): AnyResource | undefined {
  return resources.find(({ insteadOf }) => insteadOf?.includes(name));
}

/** The resource of a name or alias. */
export function resourceOf(name: string): AnyResource | undefined {
  return resources.find((resource) => resource.name === name || resource.aliases.includes(name));
}
