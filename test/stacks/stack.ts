import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { exness } from './exness.ts';
import { buildImage, IMAGE } from './image.ts';
import { maricusco } from './maricusco.ts';
import { nanoarb } from './nanoarb.ts';
import { openalgo } from './openalgo.ts';
import { gone, runId, runLabels, sweepDeadRuns } from './run.ts';
import type { StackDefinition, StandIn } from './stand-in.ts';
import { trading } from './trading.ts';
import { startInWaves } from './waves.ts';

const STACKS = { exness, trading, nanoarb, maricusco, openalgo } as const;

export type StackName = keyof typeof STACKS;

export type StackOptions = {
  /** Put before project, container, network and volume names; the run's id unless told otherwise, '' for the very names. */
  prefix?: string;
  /** Published ports: none (default), any free ones on loopback, or those of the compose file on loopback. */
  ports?: 'none' | 'free' | 'fixed';
  /** `none`: services do not reach each other. */
  network?: 'bridge' | 'none';
  /** Seconds between health checks (default 2). */
  healthEvery?: number;
  /** Only these services; default all. */
  only?: readonly string[];
  /** What differs from the compose file, by service: a migration that fails, more replicas. */
  change?: Readonly<Record<string, Partial<StandIn>>>;
};

export type RunningStack = {
  /** As the label has it, prefix and all. */
  project: string;
  /** By service name; further replicas as `service-2`, `service-3`. */
  containers: Readonly<Record<string, Docker.Container>>;
  remove(): Promise<void>;
};

/**
 * Starts one of the five stacks of small stand-ins through the engine's API, labelled as compose labels them and started in
 * the waves that depends_on asks for. Resolves when everything has been started that can be: what waits for a dependency
 * that failed stays created.
 */
export async function startStack(docker: Docker, name: StackName, options: StackOptions = {}): Promise<RunningStack> {
  await buildImage(docker);
  await sweepDeadRuns(docker);
  const stack = adjusted(STACKS[name], options);
  const made: Made = { containers: {}, networks: [], volumes: new Set() };
  const remove = () => removeAll(docker, made);
  try {
    if (options.network !== 'none') made.networks.push(await createNetwork(docker, stack));
    for (const service of stack.services)
      for (let number = 1; number <= (service.replicas ?? 1); number++)
        await createReplica(docker, stack, service, number, options, made);
    await startInWaves(docker, stack.services, made.containers);
  } catch (error) {
    await remove();
    throw error;
  }
  return { project: stack.project, containers: made.containers, remove };
}

type Made = { containers: Record<string, Docker.Container>; networks: string[]; volumes: Set<string> };

/** The definition under its prefix, with the changes asked for. */
function adjusted(stack: StackDefinition, { prefix = runId, only, change }: StackOptions): StackDefinition {
  const named = (name: string) => (prefix ? `${prefix}-${name}` : name);
  return {
    ...stack,
    project: named(stack.project),
    network: named(stack.network),
    services: stack.services
      .filter((service) => !only || only.includes(service.name))
      .map((service) => ({ ...service, ...change?.[service.name] }))
      .map((service) => ({ ...service, containerName: service.containerName && named(service.containerName) })),
  };
}

async function createNetwork(docker: Docker, { project, network }: StackDefinition): Promise<string> {
  const labels = { 'com.docker.compose.network': 'default', 'com.docker.compose.project': project };
  const created = await docker.createNetwork({
    Name: network,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { ...labels, ...runLabels },
  });
  return created.id;
}

async function createReplica(
  docker: Docker,
  stack: StackDefinition,
  service: StandIn,
  number: number,
  options: StackOptions,
  made: Made,
): Promise<void> {
  for (const volume of Object.keys(service.volumes ?? {})) {
    const labels = { 'com.docker.compose.project': stack.project, 'com.docker.compose.volume': volume };
    const Name = `${stack.project}_${volume}`;
    await docker.createVolume({ Name, Labels: { ...labels, ...runLabels } });
    made.volumes.add(Name);
  }
  const container = await docker.createContainer(specification(stack, service, number, options));
  made.containers[number === 1 ? service.name : `${service.name}-${number}`] = container;
}

/** The create request that compose would send. */
function specification(
  stack: StackDefinition,
  service: StandIn,
  number: number,
  options: StackOptions,
): Docker.ContainerCreateOptions {
  const ports = (service.ports ?? []).map((entry) => entry.split(':') as [host: string, container: string]);
  const bridged = options.network !== 'none';
  return {
    name: service.containerName ?? `${stack.project}-${service.name}-${number}`,
    Image: IMAGE,
    Cmd: ['sh', '-c', service.script],
    Env: Object.entries(service.env ?? {}).map(([key, value]) => `${key}=${value}`),
    User: service.user,
    Labels: { ...(service.loose ? {} : composeLabels(stack, service, number)), ...service.labels, ...runLabels },
    ExposedPorts: Object.fromEntries(ports.map(([, container]) => [`${container}/tcp`, {}])),
    Healthcheck: service.health ? healthCheck(service.health, options.healthEvery ?? 2) : undefined,
    HostConfig: {
      NetworkMode: bridged ? stack.network : 'none',
      PortBindings: bridged ? bindings(ports, options.ports ?? 'none') : {},
      RestartPolicy: { Name: service.restart ?? 'no' },
      Binds: Object.entries(service.volumes ?? {}).map(([volume, path]) => `${stack.project}_${volume}:${path}:rw`),
      NanoCpus: service.cpus ? Math.round(service.cpus * 1e9) : undefined,
      Memory: service.memoryMiB ? service.memoryMiB * 2 ** 20 : undefined,
      ShmSize: service.shmMiB ? service.shmMiB * 2 ** 20 : undefined,
    },
    NetworkingConfig: bridged ? { EndpointsConfig: { [stack.network]: { Aliases: [service.name] } } } : undefined,
  };
}

const SECOND = 1e9;

function healthCheck(test: string, every: number): Docker.HealthConfig {
  return { Test: ['CMD-SHELL', test], Interval: every * SECOND, Timeout: 5 * SECOND, Retries: 2, StartPeriod: 0 };
}

function bindings(ports: readonly [string, string][], mode: 'none' | 'free' | 'fixed'): Docker.PortMap {
  if (mode === 'none') return {};
  return Object.fromEntries(
    ports.map(([host, container]) => [
      `${container}/tcp`,
      [{ HostIp: '127.0.0.1', HostPort: mode === 'free' ? '0' : host }],
    ]),
  );
}

function composeLabels(stack: StackDefinition, service: StandIn, number: number): Record<string, string> {
  const dependsOn = Object.entries(service.dependsOn ?? {}).map(([name, condition]) => `${name}:${condition}:false`);
  return {
    'com.docker.compose.project': stack.project,
    'com.docker.compose.service': service.name,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.config-hash': createHash('sha256').update(JSON.stringify(service)).digest('hex'),
    'com.docker.compose.depends_on': dependsOn.join(','),
    'com.docker.compose.image': IMAGE,
    'com.docker.compose.project.config_files': stack.configFile,
    'com.docker.compose.project.working_dir': stack.workingDir,
    'com.docker.compose.version': '2.26.1',
  };
}

async function removeAll(docker: Docker, made: Made): Promise<void> {
  await Promise.all(
    Object.values(made.containers).map((container) => gone(container.remove({ force: true, v: true }))),
  );
  await Promise.all(made.networks.map((id) => gone(docker.getNetwork(id).remove())));
  await Promise.all([...made.volumes].map((name) => gone(docker.getVolume(name).remove())));
}
