import { type ServiceId, serviceId } from '../lib/ids.ts';
import type { ServiceKind } from './model.ts';

/** The labels that define what a container belongs to. */
export const LABEL = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  version: 'com.docker.compose.version',
  /** The client directory from which compose was run. */
  directory: 'com.docker.compose.project.working_dir',
  dependsOn: 'com.docker.compose.depends_on',
  swarmService: 'com.docker.swarm.service.name',
  swarmTask: 'com.docker.swarm.task.name',
  stack: 'com.docker.stack.namespace',
  /** deskhand's own: `true` makes a service a one-shot job, `false` makes it none. */
  job: 'deskhand.job',
  /** deskhand's own: describes what the service keeps only in memory. */
  memory: 'deskhand.memory',
} as const;

export type Identity = {
  id: ServiceId;
  kind: ServiceKind;
  name: string;
  project?: string;
  /**
   * Which replica of the service: compose's container-number within its directory, Swarm's slot. Containers with the same value replace
   * each other, unless they come from two directories with the same project name.
   */
  replica: string;
  /** A `compose run`: belongs to its project, but is not a replica of its service. */
  oneoff: boolean;
};

/**
 * The owner of a container (or of an event's actor, whose attributes contain the labels), by the labels of compose and Swarm; a container
 * without them is its own service.
 */
export function identify(name: string, labels: Readonly<Record<string, string>>): Identity {
  const swarm = labels[LABEL.swarmService];
  if (swarm) return swarmIdentity(swarm, labels);
  const project = labels[LABEL.project] || undefined;
  const service = labels[LABEL.service];
  if (project !== undefined && service) {
    if (isOfBuiltImage(labels)) return single(name);
    const oneoff = labels[LABEL.oneoff]?.toLowerCase() === 'true';
    if (oneoff) return { id: serviceId(`container:${name}`), kind: 'container', name, project, replica: name, oneoff };
    const replica = `${labels[LABEL.directory] ?? ''}#${labels[LABEL.number] ?? name}`;
    return { id: serviceId(`compose:${project}/${service}`), kind: 'compose', name: service, project, replica, oneoff };
  }
  return single(name, project);
}

/** Every container created by compose has at least one of these. */
const COMPOSE_MADE = [LABEL.number, LABEL.configHash, LABEL.oneoff] as const;

/**
 * The labels come from an image built by compose, which has project, service and version: a container that `docker run` creates from it is
 * not a compose container.
 */
function isOfBuiltImage(labels: Readonly<Record<string, string>>): boolean {
  return LABEL.version in labels && !COMPOSE_MADE.some((label) => label in labels);
}

function single(name: string, project?: string): Identity {
  return { id: serviceId(`container:${name}`), kind: 'container', name, project, replica: name, oneoff: false };
}

/** The prefix that compose adds to the name of a container that it is replacing, once per failed attempt. */
const TEMPORARY = /^(?:[0-9a-f]{12}_)+/;

/** The name without compose's temporary prefix: `7481b178e4c1_desk-engine-1` is the old `desk-engine-1`. */
export function lastingName(name: string): string {
  return name.replace(TEMPORARY, '') || name;
}

/** The directories from which the containers of a compose service were created, sorted: more than one is a clash of project names. */
export function directoriesOf(containers: readonly { labels: Readonly<Record<string, string>> }[]): string[] {
  const named = containers.flatMap(({ labels }) => labels[LABEL.directory] || []);
  return [...new Set(named)].sort();
}

function swarmIdentity(service: string, labels: Readonly<Record<string, string>>): Identity {
  const project = labels[LABEL.stack] || undefined;
  // Task names are service.slot.taskid; a global service has the node's id for its slot.
  const task = labels[LABEL.swarmTask] ?? '';
  const slot = task.startsWith(`${service}.`) ? task.slice(service.length + 1).split('.')[0] : undefined;
  return {
    id: serviceId(`swarm:${service}`),
    kind: 'swarm',
    name: withoutStack(service, project),
    project,
    replica: slot ?? task,
    oneoff: false,
  };
}

/** The display name of a service: `project/service`, or its name alone without a project. */
export function serviceName({ name, project }: { name: string; project?: string }): string {
  return project === undefined ? name : `${project}/${name}`;
}

/** A Swarm service as its stack file names it. */
export function withoutStack(service: string, stack: string | undefined): string {
  return stack !== undefined && service.startsWith(`${stack}_`) ? service.slice(stack.length + 1) : service;
}
