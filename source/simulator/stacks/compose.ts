import { addContainer, addImage, addVolume, imageNamed, sayBoot } from '../world/build.ts';
import { probeLater } from '../world/health.ts';
import { hexId } from '../world/random.ts';
import { DAY, SECOND } from '../world/time.ts';
import type { Container, HealthConfig, HostConfig, Image, Program, World } from '../world/types.ts';
import { addNetwork, pidOf, speak } from '../world/world.ts';

/** A compose project as data, and its conversion to containers with the names and labels that compose gives them. */

export type Project = {
  name: string;
  /** Working directory on the host, which contains the compose files. */
  directory: string;
  file?: string;
  network: string;
  /** Volumes by their short names, with their sizes in bytes. */
  volumes: Readonly<Record<string, number>>;
  /**
   * Host address on which its ports are published; default: all addresses. The stacks publish the same port numbers, so
   * each has its own address, of 192.0.2.0/24 (RFC 5737, documentation: no real host answers there).
   */
  address?: string;
  /** When it was brought up, ms before now. */
  age: number;
  services: readonly Service[];
};

export type Service = {
  service: string;
  /** container_name, if compose does not generate the name. */
  container?: string;
  image: string;
  /** Bytes; for an image that several services use, the first value counts. */
  size: number;
  program: Program;
  command?: readonly string[];
  entrypoint?: readonly string[];
  user?: string;
  /** "9090:9090", or "8000" for a port that is only exposed. */
  ports?: readonly string[];
  /** "name:/path[:ro]" for the project's volumes, "./file:/path[:ro]" for files in its directory. */
  mounts?: readonly string[];
  env?: Readonly<Record<string, string>>;
  health?: HealthConfig;
  restart?: string;
  cpus?: number;
  memory?: number;
  reserved?: number;
  shm?: number;
  /** Compose's notation: "db:service_healthy:false". */
  dependsOn?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  tty?: boolean;
  /** Ms after the project's start, for projects that start in waves. */
  after?: number;
  replicas?: number;
  workingDir?: string;
  logOptions?: Readonly<Record<string, string>>;
};

const COMPOSE_VERSION = '2.29.7';

/** Creates a whole project: network, volumes, images, and containers that have been running as long as the project. */
export function bringUp(world: World, project: Project): Container[] {
  const began = world.now - project.age;
  const key = (name: string): Record<string, string> => ({
    'com.docker.compose.project': project.name,
    'com.docker.compose.version': COMPOSE_VERSION,
    ...(name ? { 'com.docker.compose.volume': name } : { 'com.docker.compose.network': project.network }),
  });
  const network = `${project.name}_${project.network}`;
  addNetwork(world, network, 'bridge', key('')).created = began;
  for (const [name, size] of Object.entries(project.volumes)) {
    addVolume(world, `${project.name}_${name}`, key(name), size, began);
  }
  const containers = project.services.flatMap((service) => {
    const image = imageFor(world, service.image, service, began);
    const numbers = Array.from({ length: service.replicas ?? 1 }, (_, i) => i + 1);
    return numbers.map((number) => {
      return addContainer(world, {
        name: service.container ?? `${project.name}-${service.service}-${number}`,
        image,
        imageName: service.image,
        config: configOf(project, service, image, number),
        hostConfig: hostConfigOf(project, service, network),
        networks: { [network]: [service.container ?? `${project.name}-${service.service}-${number}`, service.service] },
        program: service.program,
        created: began + (service.after ?? 0) + number * 120,
      });
    });
  });
  wakeAll(world, containers);
  return containers;
}

/** The state after days of running: started in the past, health checks passed, jobs done. */
export function wakeAll(world: World, containers: readonly Container[]): void {
  for (const { state, created } of containers) {
    Object.assign(state, { status: 'running', startedAt: created + 0.35 * SECOND, pid: pidOf(world), run: 1 });
  }
  for (const container of containers) wake(world, container);
}

function wake(world: World, container: Container): void {
  const { state, program, config } = container;
  const started = state.startedAt ?? world.now;
  const end = program.end?.(container, world);
  sayBoot(world, container);
  if (end) {
    Object.assign(state, { status: 'exited', pid: 0, exitCode: end.exitCode, finishedAt: started + end.ms });
    return;
  }
  const { now } = world;
  world.now = started;
  speak(world, container, program.mood?.(container, world) ?? 'normal');
  world.now = now;
  const check = config.Healthcheck;
  if (!check) return;
  container.health = { status: 'healthy', streak: 0, log: [] };
  const interval = (check.Interval ?? 30e9) / 1e6;
  probeLater(world, container, check, interval - ((now - started) % interval));
}

function imageFor(world: World, name: string, service: Service, began: number): Image {
  const known = imageNamed(world, name);
  if (known) return known;
  const digest = `${name.replace(/:[^/]*$/, '')}@sha256:${hexId('digest', name)}`;
  return addImage(world, [name], {
    created: began - 6 * DAY,
    size: service.size,
    digests: name.includes(':') ? [digest] : [],
    command: [...(service.command ?? [])],
    entrypoint: service.entrypoint ? [...service.entrypoint] : null,
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  });
}

function labelsOf(project: Project, service: Service, image: Image, number: number): Record<string, string> {
  return {
    ...service.labels,
    'com.docker.compose.config-hash': hexId(
      'config',
      project.name,
      JSON.stringify({ ...service, program: service.program.name }),
    ),
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.depends_on': (service.dependsOn ?? []).join(','),
    'com.docker.compose.image': image.id,
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': project.name,
    'com.docker.compose.project.config_files': `${project.directory}/${project.file ?? 'docker-compose.yml'}`,
    'com.docker.compose.project.working_dir': project.directory,
    'com.docker.compose.service': service.service,
    'com.docker.compose.version': COMPOSE_VERSION,
  };
}

function configOf(project: Project, service: Service, image: Image, number: number): Container['config'] {
  const exposed = (service.ports ?? []).map((port) => `${port.split(':').at(-1)}/tcp`);
  return {
    Hostname: '',
    User: service.user ?? '',
    Tty: service.tty ?? false,
    OpenStdin: false,
    Env: [...Object.entries(service.env ?? {}).map(([name, value]) => `${name}=${value}`), ...image.env],
    Cmd: service.command ? [...service.command] : null,
    Entrypoint: service.entrypoint ? [...service.entrypoint] : null,
    Image: service.image,
    WorkingDir: service.workingDir ?? '',
    Labels: labelsOf(project, service, image, number),
    ...(exposed.length > 0 && { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) }),
    ...(service.health && { Healthcheck: service.health }),
  };
}

function hostConfigOf(project: Project, service: Service, network: string): HostConfig {
  const bindings: HostConfig['PortBindings'] = {};
  for (const port of service.ports ?? []) {
    const [host, inside] = port.split(':');
    if (inside) bindings[`${inside}/tcp`] = [{ HostIp: project.address ?? '', HostPort: host ?? '' }];
  }
  const memory = service.memory ?? 0;
  return {
    Binds: (service.mounts ?? []).map((mount) => bindOf(project, mount)),
    NetworkMode: network,
    PortBindings: bindings,
    RestartPolicy: { Name: service.restart ?? 'no', MaximumRetryCount: 0 },
    Memory: memory,
    MemorySwap: memory * 2,
    MemoryReservation: service.reserved ?? 0,
    NanoCpus: (service.cpus ?? 0) * 1e9,
    CpuShares: 0,
    PidsLimit: null,
    ShmSize: service.shm ?? 64 * 2 ** 20,
    LogConfig: { Type: 'json-file', Config: { ...service.logOptions } },
    AutoRemove: false,
  };
}

function bindOf(project: Project, mount: string): string {
  if (mount.startsWith('../')) return mount.replace('..', project.directory.replace(/\/[^/]+$/, ''));
  return mount.startsWith('.') ? mount.replace('.', project.directory) : `${project.name}_${mount}`;
}

/** A health check in compose's format; `interval`, `timeout` and `start` in seconds. */
export function check(
  test: readonly string[],
  interval: number,
  timeout: number,
  retries: number,
  start = 0,
): HealthConfig {
  return {
    Test: [...test],
    Interval: interval * 1e9,
    Timeout: timeout * 1e9,
    Retries: retries,
    ...(start > 0 && { StartPeriod: start * 1e9 }),
  };
}

export const MB = 2 ** 20;
export const GB = 2 ** 30;
