import { maskText } from '../../lib/secrets.ts';
import type { ImageFacts, ImageLayer, NetworkFacts, Port, VolumeFacts } from '../facts.ts';
import type { SwarmNode, SwarmObject, SwarmService, SwarmTask, TaskState } from '../swarm-facts.ts';
import { type Fields, fields, list, moment, number, positive, strings, text, texts, time } from './fields.ts';

/** Images, volumes, networks, and the services, tasks and nodes of a Swarm as facts. */

/** `containers` is -1 if the engine did not count them. */
export function parseImage(value: unknown): ImageFacts {
  const image = fields(value);
  return {
    id: text(image.Id),
    tags: texts(image.RepoTags).filter((tag) => tag !== '<none>:<none>'),
    digests: texts(image.RepoDigests).filter((digest) => digest !== '<none>@<none>'),
    size: number(image.Size) ?? 0,
    created: moment((number(image.Created) ?? 0) * 1000) ?? 0,
    containers: number(image.Containers) ?? -1,
  };
}

export function parseLayer(value: unknown): ImageLayer {
  const layer = fields(value);
  return {
    createdBy: text(layer.CreatedBy),
    created: moment((number(layer.Created) ?? 0) * 1000) ?? 0,
    size: number(layer.Size) ?? 0,
    tags: texts(layer.Tags),
  };
}

export function parseVolume(value: unknown): VolumeFacts {
  const volume = fields(value);
  const usage = fields(volume.UsageData);
  return {
    name: text(volume.Name),
    driver: text(volume.Driver),
    created: time(volume.CreatedAt),
    ...(text(volume.CreatedAt) === '' ? {} : { stamp: text(volume.CreatedAt) }),
    labels: strings(volume.Labels),
    mountpoint: text(volume.Mountpoint),
    size: counted(usage.Size),
    references: counted(usage.RefCount),
  };
}

/** The engine writes -1 for "not counted". */
function counted(value: unknown): number | undefined {
  const count = number(value);
  return count !== undefined && count >= 0 ? count : undefined;
}

export function parseNetwork(value: unknown): NetworkFacts {
  const network = fields(value);
  return {
    id: text(network.Id),
    name: text(network.Name),
    driver: text(network.Driver),
    scope: text(network.Scope),
    internal: network.Internal === true,
    ...(network.ConfigOnly === true ? { configOnly: true as const } : {}),
    labels: strings(network.Labels),
    created: time(network.Created),
  };
}

/** An entry of GET /services?status=true. */
export function parseService(value: unknown): SwarmService {
  const service = fields(value);
  const spec = fields(service.Spec);
  const labels = strings(spec.Labels);
  const { mode, wanted, total } = parseMode(fields(spec.Mode));
  const status = fields(service.ServiceStatus);
  const update = fields(service.UpdateStatus);
  return {
    id: text(service.ID),
    name: text(spec.Name),
    ...usesOf(fields(fields(spec.TaskTemplate).ContainerSpec)),
    stack: labels['com.docker.stack.namespace'],
    image: parseImageOf(fields(spec.TaskTemplate)),
    digest: /@(sha256:[0-9a-f]+)$/.exec(text(fields(fields(spec.TaskTemplate).ContainerSpec).Image))?.[1],
    previousImage: parseImageOf(fields(fields(service.PreviousSpec).TaskTemplate)) || undefined,
    labels,
    mode,
    wanted,
    running: number(status.RunningTasks) ?? 0,
    desired: number(status.DesiredTasks),
    ...(mode === 'job' ? { completed: number(status.CompletedTasks), total } : {}),
    restartCondition: parseCondition(fields(fields(spec.TaskTemplate).RestartPolicy).Condition),
    ports: list(fields(service.Endpoint).Ports).flatMap(servicePort),
    created: time(service.CreatedAt) ?? 0,
    version: number(fields(service.Version).Index) ?? 0,
    updateState: text(update.State) || undefined,
    updateMessage: text(update.Message) || undefined,
    updatedAt: time(update.CompletedAt) ?? time(update.StartedAt),
  };
}

function parseCondition(value: unknown): SwarmService['restartCondition'] {
  const condition = oneOf(['none', 'on-failure', 'any'] as const, value);
  return condition === 'unknown' ? undefined : condition;
}

/** As `docker service ls` shows it: without the digest that the manager pinned. */
function parseImageOf(taskSpec: Fields): string {
  return text(fields(taskSpec.ContainerSpec).Image).replace(/@sha256:[0-9a-f]+$/, '');
}

function parseMode(mode: Fields): Pick<SwarmService, 'mode' | 'wanted' | 'total'> {
  if (mode.Replicated) return { mode: 'replicated', wanted: number(fields(mode.Replicated).Replicas) };
  if (mode.Global) return { mode: 'global' };
  if (mode.ReplicatedJob) {
    const { MaxConcurrent, TotalCompletions } = fields(mode.ReplicatedJob);
    return { mode: 'job', wanted: number(MaxConcurrent), total: positive(TotalCompletions) };
  }
  return { mode: mode.GlobalJob ? 'job' : 'unknown' };
}

function servicePort(value: unknown): Port[] {
  const port = fields(value);
  const container = positive(port.TargetPort);
  if (container === undefined) return [];
  const host = positive(port.PublishedPort);
  return [{ container, protocol: text(port.Protocol) || 'tcp', ...(host && { host }) }];
}

const TASK_STATES: readonly TaskState[] = [
  ...(['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'] as const),
  ...(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'] as const),
];

/** An entry of GET /tasks. */
export function parseTask(value: unknown): SwarmTask {
  const task = fields(value);
  const status = fields(task.Status);
  return {
    id: text(task.ID),
    serviceId: text(task.ServiceID),
    slot: positive(task.Slot),
    nodeId: text(task.NodeID) || undefined,
    image: parseImageOf(fields(task.Spec)),
    state: oneOf(TASK_STATES, status.State),
    since: time(status.Timestamp),
    desired: oneOf(TASK_STATES, task.DesiredState),
    error: maskText(text(status.Err)),
    container: text(fields(status.ContainerStatus).ContainerID) || undefined,
    ports: list(fields(status.PortStatus).Ports).flatMap(servicePort),
    created: time(task.CreatedAt) ?? 0,
  };
}

/** Ids of its configs and secrets; absent where it has none. */
function usesOf({ Configs, Secrets }: Fields): Pick<SwarmService, 'uses'> {
  const uses = [
    ...list(Configs).map((one) => text(fields(one).ConfigID)),
    ...list(Secrets).map((one) => text(fields(one).SecretID)),
  ];
  return uses.length === 0 ? {} : { uses };
}

/** A config or secret; its data is left out. */
export function parseSwarmObject(value: unknown): SwarmObject {
  const object = fields(value);
  const spec = fields(object.Spec);
  return {
    id: text(object.ID),
    name: text(spec.Name),
    created: time(object.CreatedAt),
    updated: time(object.UpdatedAt),
    labels: strings(spec.Labels),
  };
}

/** An entry of GET /nodes. */
export function parseNode(value: unknown): SwarmNode {
  const node = fields(value);
  const spec = fields(node.Spec);
  const status = fields(node.Status);
  const description = fields(node.Description);
  const manager = node.ManagerStatus ? fields(node.ManagerStatus) : undefined;
  return {
    id: text(node.ID),
    version: number(fields(node.Version).Index) ?? 0,
    hostname: text(description.Hostname),
    state: oneOf(['ready', 'down', 'disconnected'] as const, status.State),
    message: maskText(text(status.Message)),
    address: text(status.Addr),
    availability: oneOf(['active', 'pause', 'drain'] as const, spec.Availability),
    role: spec.Role === 'manager' ? 'manager' : 'worker',
    leader: manager?.Leader === true,
    reachability: manager && oneOf(['reachable', 'unreachable'] as const, manager.Reachability),
    engineVersion: text(fields(description.Engine).EngineVersion),
    labels: strings(spec.Labels),
  };
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word | 'unknown' {
  return words.find((word) => word === value) ?? 'unknown';
}
