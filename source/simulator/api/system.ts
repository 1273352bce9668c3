import type { World } from '../world/types.ts';
import { type Handler, Json, ok } from './call.ts';
import { imageSummary } from './images.ts';
import { volumeUsers, volumeView } from './storage.ts';
import { listJson, when } from './view.ts';

/** The engine's description of itself: ping, version, info, disk use. It never hides that it is a simulation. */

const SIMULATOR = 'deskhand simulator';
export const API = { newest: '1.45', oldest: '1.24' };
export const ENGINE_VERSION = '26.1.5';
const KERNEL = '6.1.0-deskhand';

export const ping: Handler = ({ request, response }) => {
  response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Builder-Version', '2');
  response.setHeader('Swarm', 'inactive');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  return { status: 200, body: request.method === 'HEAD' ? undefined : new Json('OK') };
};

export const version: Handler = ({ world }) => {
  const built = when(world.host.bootedAt);
  const engine = {
    ApiVersion: API.newest,
    Arch: 'amd64',
    BuildTime: built,
    Experimental: 'false',
    GitCommit: 'simulator',
    GoVersion: `node ${process.versions.node}`,
    KernelVersion: KERNEL,
    MinAPIVersion: API.oldest,
    Os: 'linux',
  };
  return ok({
    Platform: { Name: SIMULATOR },
    Components: [
      { Name: 'Engine', Version: ENGINE_VERSION, Details: engine },
      { Name: SIMULATOR, Version: ENGINE_VERSION, Details: { GitCommit: 'simulator' } },
    ],
    Version: ENGINE_VERSION,
    ApiVersion: API.newest,
    MinAPIVersion: API.oldest,
    GitCommit: 'simulator',
    GoVersion: engine.GoVersion,
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: KERNEL,
    BuildTime: built,
  });
};

export const info: Handler = ({ world }) => {
  const all = [...world.containers.values()];
  const count = (...statuses: string[]): number => all.filter((c) => statuses.includes(c.state.status)).length;
  const paused = count('paused');
  const running = count('running', 'restarting') + paused;
  return ok({
    ID: '5b1c7e0a-6c1d-4c35-9d53-deskhand0001',
    Containers: all.length,
    ContainersRunning: running - paused,
    ContainersPaused: paused,
    ContainersStopped: all.length - running,
    Images: world.images.size,
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', 'simulated'],
      ['Supports d_type', 'true'],
    ],
    Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'null'], Authorization: null, Log: ['json-file'] },
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    BridgeNfIptables: true,
    BridgeNfIp6tables: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: false,
    NGoroutines: 0,
    SystemTime: when(world.now),
    LoggingDriver: 'json-file',
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    NEventsListener: world.events.listeners.size,
    KernelVersion: KERNEL,
    OperatingSystem: `${SIMULATOR} (no real containers)`,
    OSVersion: '1',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: [], Mirrors: [] },
    NCPU: world.host.cpus,
    MemTotal: world.host.memory,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: world.host.name,
    Labels: ['deskhand.simulated=true'],
    ExperimentalBuild: false,
    ServerVersion: ENGINE_VERSION,
    Runtimes: { runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: '', Expected: '' },
    RuncCommit: { ID: '', Expected: '' },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    Warnings: null,
  });
};

/** GET /system/df; `type` (API 1.42) selects some kinds only. */
export const diskUsage: Handler = ({ world, query, version: api }) => {
  const types = query.getAll('type');
  const wants = (type: string): boolean => types.length === 0 || types.includes(type);
  const parts = [
    wants('image') && `"LayersSize":${layersSize(world)},"Images":${JSON.stringify(imagesOf(world, api))}`,
    wants('container') && `"Containers":${listJson(world, [...world.containers.values()], true)}`,
    wants('volume') && `"Volumes":${JSON.stringify(volumesOf(world))}`,
    wants('build-cache') && `"BuildCache":${JSON.stringify(buildCacheOf(world))}`,
  ];
  return ok(new Json(`{${parts.filter(Boolean).join(',')}}`));
};

function layersSize(world: World): number {
  return Math.floor([...world.images.values()].reduce((total, { size, shared }) => total + size - shared, 0));
}

function imagesOf(world: World, api: number): object[] {
  return [...world.images.values()].map((image) => imageSummary(world, image, api, true));
}

function volumesOf(world: World): object[] {
  return [...world.volumes.values()].map((volume) => ({
    ...volumeView(volume),
    UsageData: { RefCount: volumeUsers(world, volume.name).length, Size: Math.floor(volume.size) },
  }));
}

function buildCacheOf(world: World): object[] {
  return world.buildCache.map((entry) => ({
    ID: entry.id,
    Type: 'regular',
    Description: entry.description,
    InUse: entry.inUse,
    Shared: entry.shared,
    Size: Math.floor(entry.size),
    CreatedAt: when(entry.created),
    LastUsedAt: when(entry.lastUsed),
    UsageCount: entry.uses,
  }));
}
