import { hexId } from '../world/random.ts';
import type { Container, World } from '../world/types.ts';
import { networksOf, sizeRootFs, sizeRw, when } from './view.ts';

/** A container as GET /containers/{id}/json shows it, with every key that the real engine has. */
export function inspectContainer(world: World, container: Container, withSize = false): object {
  const { config, hostConfig } = container;
  const words = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  const directory = `/var/lib/docker/containers/${container.id}`;
  return {
    Id: container.id,
    Created: when(container.created),
    Path: words[0] ?? '',
    Args: words.slice(1),
    State: stateOf(container),
    Image: container.imageId,
    ResolvConfPath: `${directory}/resolv.conf`,
    HostnamePath: `${directory}/hostname`,
    HostsPath: `${directory}/hosts`,
    LogPath: `${directory}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.state.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: 'docker-default',
    ExecIDs: execsOf(world, container),
    HostConfig: { ...STANDARD_HOST_CONFIG, ...hostConfig },
    GraphDriver: graphDriver(container),
    ...(withSize && { SizeRw: sizeRw(container), SizeRootFs: sizeRootFs(world, container) }),
    Mounts: container.mounts,
    Config: { ...STANDARD_CONFIG, ...config },
    NetworkSettings: networkSettings(world, container),
  };
}

function stateOf({ state, health }: Container): object {
  const { status } = state;
  return {
    Status: status,
    Running: status === 'running' || status === 'paused' || status === 'restarting',
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: status === 'dead',
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: when(state.startedAt),
    FinishedAt: when(state.finishedAt),
    ...(health && {
      Health: {
        Status: health.status,
        FailingStreak: health.streak,
        Log: health.log.map((entry) => ({
          Start: when(entry.start),
          End: when(entry.end),
          ExitCode: entry.exitCode,
          Output: entry.output,
        })),
      },
    }),
  };
}

function execsOf(world: World, container: Container): string[] | null {
  const ids = [...world.execs.values()]
    .filter((exec) => exec.containerId === container.id && exec.running)
    .map((exec) => exec.id);
  return ids.length > 0 ? ids : null;
}

function graphDriver(container: Container): object {
  const layer = `/var/lib/docker/overlay2/${hexId('layer', container.id)}`;
  return {
    Data: {
      LowerDir: `${layer}-init/diff`,
      MergedDir: `${layer}/merged`,
      UpperDir: `${layer}/diff`,
      WorkDir: `${layer}/work`,
    },
    Name: 'overlay2',
  };
}

function networkSettings(world: World, container: Container): object {
  const live = container.state.status === 'running' || container.state.status === 'paused';
  const ports = Object.keys(container.config.ExposedPorts ?? {}).map((key) => {
    const bound = container.hostConfig.PortBindings[key];
    const shown = bound?.flatMap(({ HostIp, HostPort }) =>
      (HostIp ? [HostIp] : ['0.0.0.0', '::']).map((address) => ({ HostIp: address, HostPort })),
    );
    return [key, shown ?? null];
  });
  const networks = networksOf(world, container);
  const bridge = networks.bridge ?? {};
  const sandbox = hexId('sandbox', container.id, container.state.run);
  return {
    Bridge: '',
    SandboxID: live ? sandbox : '',
    SandboxKey: live ? `/var/run/docker/netns/${sandbox.slice(0, 12)}` : '',
    Ports: live ? Object.fromEntries(ports) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: '',
    Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: 'IPAddress' in bridge ? bridge.IPAddress : '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    MacAddress: '',
    Networks: networks,
  };
}

const STANDARD_CONFIG = {
  Domainname: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  StdinOnce: false,
  Volumes: null,
  OnBuild: null,
};

/** Fields of HostConfig that the simulator does not use. */
const STANDARD_HOST_CONFIG = {
  ContainerIDFile: '',
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'private',
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: [],
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  Runtime: 'runc',
  Isolation: '',
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: [],
  BlkioDeviceReadBps: [],
  BlkioDeviceWriteBps: [],
  BlkioDeviceReadIOps: [],
  BlkioDeviceWriteIOps: [],
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: [],
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemorySwappiness: null,
  OomKillDisable: null,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
  MaskedPaths: ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/scsi', '/sys/firmware'],
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
};
