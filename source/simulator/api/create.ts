import { scriptProgram } from '../programs/script.ts';
import { addContainer, imageNamed, withTag } from '../world/build.ts';
import type { Program } from '../world/types.ts';
import {
  type ContainerConfig,
  type HealthConfig,
  type HostConfig,
  type Image,
  type PortBinding,
  Refusal,
  type World,
} from '../world/types.ts';
import { emitEvent, nextSerial } from '../world/world.ts';
import type { Handler } from './call.ts';
import { claimName } from './lifecycle.ts';

/** POST /containers/create, as far as clones of replicas and `docker run` with a small script need it. */

type Body = Readonly<Record<string, unknown>>;

export const createContainer: Handler = async (call) => {
  const { world } = call;
  const body = await call.body();
  const reference = text(body.Image);
  const image = imageNamed(world, reference);
  if (!image) throw new Refusal(404, `No such image: ${withTag(reference)}`);
  const config = configOf(body, image, reference);
  const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (argv.length === 0) throw new Refusal(400, 'no command specified');
  const name = (call.query.get('name') ?? '').replace(/^\//, '') || `nameless_${nextSerial(world)}`;
  claimName(world, name);
  const container = addContainer(world, {
    name,
    image,
    imageName: reference,
    config,
    hostConfig: hostConfigOf(record(body.HostConfig)),
    networks: networksOf(body),
    program: programFor(world, image, config, argv),
    created: world.now,
  });
  emitEvent(world, container, 'create');
  return { status: 201, body: { Id: container.id, Warnings: [] } };
};

/** The program to run in it: that of the replica it is cloned from, or of another container of the image; else a script. */
function programFor(world: World, image: Image, config: ContainerConfig, argv: readonly string[]): Program {
  const service = config.Labels['com.docker.compose.service'];
  const kin = [...world.containers.values()].filter((c) => c.imageId === image.id && c.program.name !== 'script');
  const twin = kin.find((c) => service && c.config.Labels['com.docker.compose.service'] === service);
  return (twin ?? kin[0])?.program ?? scriptProgram(argv);
}

function configOf(body: Body, image: Image, reference: string): ContainerConfig {
  const command = words(body.Cmd);
  const entrypoint = words(body.Entrypoint);
  const health = record(body.Healthcheck);
  const exposed = { ...record(body.ExposedPorts), ...record(record(body.HostConfig).PortBindings) };
  const own = words(body.Env) ?? [];
  const named = new Set(own.map((entry) => entry.split('=')[0]));
  return {
    Hostname: text(body.Hostname),
    User: text(body.User),
    Tty: body.Tty === true,
    OpenStdin: body.OpenStdin === true,
    Env: [...own, ...image.env.filter((entry) => !named.has(entry.split('=')[0]))],
    Cmd: command ?? (entrypoint ? null : image.command),
    Entrypoint: entrypoint ?? image.entrypoint,
    Image: reference,
    WorkingDir: text(body.WorkingDir),
    Labels: Object.fromEntries(
      Object.entries({ ...image.labels, ...record(body.Labels) }).map(([k, v]) => [k, String(v)]),
    ),
    ...(Object.keys(exposed).length > 0 && {
      ExposedPorts: Object.fromEntries(Object.keys(exposed).map((port) => [port, {}])),
    }),
    ...(words(health.Test) && { Healthcheck: healthOf(health) }),
    ...(text(body.StopSignal) && { StopSignal: text(body.StopSignal) }),
    ...(typeof body.StopTimeout === 'number' && { StopTimeout: body.StopTimeout }),
  };
}

function healthOf(wanted: Body): HealthConfig {
  return {
    Test: words(wanted.Test) ?? [],
    Interval: number(wanted.Interval),
    Timeout: number(wanted.Timeout),
    StartPeriod: number(wanted.StartPeriod),
    Retries: number(wanted.Retries),
  };
}

function hostConfigOf(wanted: Body): HostConfig {
  const policy = record(wanted.RestartPolicy);
  const log = record(wanted.LogConfig);
  const memory = number(wanted.Memory);
  const bindings = Object.entries(record(wanted.PortBindings)).map(([port, bound]): [string, PortBinding[]] => [
    port,
    Array.isArray(bound)
      ? bound.map((one) => ({ HostIp: text(record(one).HostIp), HostPort: text(record(one).HostPort) }))
      : [],
  ]);
  return {
    Binds: bindsOf(wanted),
    NetworkMode: text(wanted.NetworkMode) || 'default',
    PortBindings: Object.fromEntries(bindings),
    RestartPolicy: { Name: text(policy.Name) || 'no', MaximumRetryCount: number(policy.MaximumRetryCount) },
    Memory: memory,
    MemorySwap: number(wanted.MemorySwap) || memory * 2,
    MemoryReservation: number(wanted.MemoryReservation),
    NanoCpus: number(wanted.NanoCpus),
    CpuShares: number(wanted.CpuShares),
    PidsLimit: number(wanted.PidsLimit) || null,
    ShmSize: number(wanted.ShmSize) || 64 * 2 ** 20,
    LogConfig: { Type: text(log.Type) || 'json-file', Config: {} },
    AutoRemove: wanted.AutoRemove === true,
  };
}

/** Volume mounts are stored as binds, the only kind that the simulator has. */
function bindsOf(wanted: Body): string[] | null {
  const mounts = Array.isArray(wanted.Mounts) ? wanted.Mounts.map(record) : [];
  const volumes = mounts
    .filter(({ Type }) => Type === 'volume')
    .map(({ Source, Target }) => `${text(Source)}:${text(Target)}`);
  return volumes.length === 0 ? (words(wanted.Binds) ?? null) : [...(words(wanted.Binds) ?? []), ...volumes];
}

/** Names and aliases from NetworkingConfig, else the network mode. */
function networksOf(body: Body): Record<string, string[]> {
  const wanted = Object.entries(record(record(body.NetworkingConfig).EndpointsConfig));
  const mode = text(record(body.HostConfig).NetworkMode);
  if (wanted.length === 0) return { [mode === '' || mode === 'default' ? 'bridge' : mode]: [] };
  return Object.fromEntries(wanted.map(([name, settings]) => [name, words(record(settings).Aliases) ?? []]));
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function words(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : [value];
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}

export function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}
