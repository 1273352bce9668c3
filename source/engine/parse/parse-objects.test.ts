import { describe, expect, it } from 'vitest';
import { isBelow } from '../../lib/version.ts';
import { parseEvent, parseInfo, parseTop } from './parse-engine.ts';
import { parseImage, parseNetwork, parseNode, parseService, parseTask, parseVolume } from './parse-objects.ts';

describe('parseInfo', () => {
  const info = {
    Name: 'desk1',
    ServerVersion: '20.10.24',
    OperatingSystem: 'Debian GNU/Linux 12',
    KernelVersion: '6.1.0',
    NCPU: 2,
    MemTotal: 4e9,
    Swarm: { LocalNodeState: 'active', ControlAvailable: true },
    SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'],
    Warnings: ['WARNING: No swap limit support'],
  };
  const version = { Version: '20.10.24', ApiVersion: '1.41', Platform: { Name: '' }, Components: [{ Name: 'Engine' }] };

  it('combines /info and /version', () => {
    expect(parseInfo(info, version)).toEqual({
      name: 'desk1',
      version: '20.10.24',
      apiVersion: '1.41',
      operatingSystem: 'Debian GNU/Linux 12',
      cpus: 2,
      memory: 4e9,
      swarm: 'manager',
      rootless: true,
      simulated: false,
      warnings: ['WARNING: No swap limit support'],
    });
  });

  it('recognises the simulated engine by its platform or a component', () => {
    expect(parseInfo(info, { Platform: { Name: 'deskhand simulator' } }).simulated).toBe(true);
    expect(parseInfo(info, { Components: [null, { Name: 'deskhand simulator' }] }).simulated).toBe(true);
  });

  it.each([
    [{ LocalNodeState: 'inactive' }, 'inactive'],
    [{ LocalNodeState: 'active', ControlAvailable: false }, 'worker'],
    [{ LocalNodeState: 'locked' }, 'unknown'],
    [undefined, 'inactive'],
  ])('Swarm %j is %s', (Swarm, swarm) => {
    expect(parseInfo({ Swarm }, null).swarm).toBe(swarm);
  });
});

describe('parseEvent', () => {
  it('reads the nanoseconds and the actor', () => {
    const Actor = { ID: 'c1', Attributes: { name: 'redis', exitCode: '137' } };
    expect(
      parseEvent({ Type: 'container', Action: 'die', Actor, time: 1, timeNano: 1_700_000_000_500_000_000 }),
    ).toEqual({
      at: 1_700_000_000_500,
      type: 'container',
      action: 'die',
      id: 'c1',
      name: 'redis',
      attributes: { name: 'redis', exitCode: '137' },
    });
  });

  it('accepts the fields of old engines, and returns nothing for anything but an event', () => {
    expect(parseEvent({ status: 'start', id: 'c1', time: 5 })).toMatchObject({
      at: 5000,
      action: 'start',
      id: 'c1',
      name: '',
    });
    expect([parseEvent({}), parseEvent(null), parseEvent('x')]).toEqual([undefined, undefined, undefined]);
  });
});

it('parseTop reads every cell as text', () => {
  expect(
    parseTop({
      Titles: ['PID', 'CMD'],
      Processes: [
        ['1', 'sh'],
        [7, null],
      ],
    }),
  ).toEqual({
    titles: ['PID', 'CMD'],
    rows: [
      ['1', 'sh'],
      ['7', 'null'],
    ],
  });
});

it('isBelow compares numbers, not text', () => {
  expect(['1.9', '1.40', '1.41', '1.100', '2.0'].map((version) => isBelow(version, '1.41'))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it('parseImage drops <none> and reports "not counted"', () => {
  const image = { Id: 'sha256:1', RepoTags: ['a:1', '<none>:<none>'], Size: 5, Created: 2, Containers: 3 };
  expect(parseImage(image)).toEqual({
    id: 'sha256:1',
    tags: ['a:1'],
    digests: [],
    size: 5,
    created: 2000,
    containers: 3,
  });
  expect(parseImage({ RepoTags: null })).toEqual({
    id: '',
    tags: [],
    digests: [],
    size: 0,
    created: 0,
    containers: -1,
  });
});

it('parseVolume and parseNetwork leave out what was not counted', () => {
  expect(parseVolume({ Name: 'v', Driver: 'local', Labels: null, UsageData: { Size: -1, RefCount: 2 } })).toMatchObject(
    {
      name: 'v',
      labels: {},
      created: undefined,
      size: undefined,
      references: 2,
    },
  );
  expect(
    parseNetwork({ Id: 'n', Name: 'net', Driver: 'bridge', Internal: true, Created: '2026-01-15T09:15:02Z' }),
  ).toMatchObject({
    internal: true,
    created: Date.UTC(2026, 0, 15, 9, 15, 2),
  });
});

describe('parseService', () => {
  const spec = (Mode: unknown) => ({
    ID: 's1',
    Version: { Index: 42 },
    Spec: {
      Name: 'desk_api',
      Labels: { 'com.docker.stack.namespace': 'desk' },
      Mode,
      TaskTemplate: { ContainerSpec: { Image: 'api:1@sha256:abc' } },
    },
    ServiceStatus: { RunningTasks: 2, DesiredTasks: 3 },
    Endpoint: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080 }] },
    UpdateStatus: { State: 'paused' },
  });

  it('distinguishes wanted and running tasks', () => {
    expect(parseService(spec({ Replicated: { Replicas: 3 } }))).toMatchObject({
      name: 'desk_api',
      stack: 'desk',
      image: 'api:1',
      mode: 'replicated',
      wanted: 3,
      running: 2,
      version: 42,
      updateState: 'paused',
      ports: [{ container: 80, protocol: 'tcp', host: 8080 }],
    });
  });

  it.each([
    [{ Global: {} }, 'global', undefined],
    [{ ReplicatedJob: { MaxConcurrent: 4 } }, 'job', 4],
    [{ GlobalJob: {} }, 'job', undefined],
    [{ Replicated: { Replicas: 0 } }, 'replicated', 0],
    [null, 'unknown', undefined],
  ])('mode %j', (mode, name, wanted) => {
    expect(parseService(spec(mode))).toMatchObject({ mode: name, wanted });
  });
});

describe('parseTask', () => {
  it('has its node, its error and the ports that it publishes itself', () => {
    const task = {
      ID: 't1',
      CreatedAt: '2026-01-15T09:15:00Z',
      Spec: { ContainerSpec: { Image: 'api:1@sha256:abc' } },
      ServiceID: 's1',
      Slot: 2,
      NodeID: 'n1',
      Status: {
        Timestamp: '2026-01-15T09:15:02Z',
        State: 'failed',
        Message: 'started',
        Err: 'task: non-zero exit (3)',
        ContainerStatus: { ContainerID: 'c1', ExitCode: 3 },
        PortStatus: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }] },
      },
      DesiredState: 'shutdown',
    };
    expect(parseTask(task)).toEqual({
      id: 't1',
      serviceId: 's1',
      slot: 2,
      nodeId: 'n1',
      image: 'api:1',
      state: 'failed',
      since: Date.UTC(2026, 0, 15, 9, 15, 2),
      desired: 'shutdown',
      error: 'task: non-zero exit (3)',
      container: 'c1',
      ports: [{ container: 80, protocol: 'tcp', host: 8080 }],
      created: Date.UTC(2026, 0, 15, 9, 15),
    });
  });

  it('leaves a missing slot, node or container undefined', () => {
    expect(parseTask({ ID: 't1', Slot: null, NodeID: null, Status: { State: 'dreaming' } })).toMatchObject({
      slot: undefined,
      nodeId: undefined,
      container: undefined,
      state: 'unknown',
      error: '',
      ports: [],
    });
  });
});

describe('parseNode', () => {
  const node = {
    ID: 'n1',
    Spec: { Labels: { disk: 'ssd' }, Role: 'manager', Availability: 'drain' },
    Description: { Hostname: 'desk-a', Engine: { EngineVersion: '20.10.24' } },
    Status: { State: 'ready', Addr: '10.0.0.1' },
    ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '10.0.0.1:2377' },
  };

  it('has a manager and its reachability', () => {
    expect(parseNode(node)).toEqual({
      id: 'n1',
      version: 0,
      hostname: 'desk-a',
      state: 'ready',
      message: '',
      address: '10.0.0.1',
      availability: 'drain',
      role: 'manager',
      leader: true,
      reachability: 'reachable',
      engineVersion: '20.10.24',
      labels: { disk: 'ssd' },
    });
  });

  it('has a worker that is down, and the reason', () => {
    const status = { State: 'down', Message: 'heartbeat failure', Addr: '10.0.0.2' };
    expect(parseNode({ ...node, Spec: { Role: 'worker' }, Status: status, ManagerStatus: undefined })).toMatchObject({
      state: 'down',
      message: 'heartbeat failure',
      availability: 'unknown',
      role: 'worker',
      leader: false,
      reachability: undefined,
    });
  });
});

describe('podman', () => {
  const event = (Action: string) =>
    parseEvent({
      Type: 'container',
      Action,
      Actor: { ID: 'c1', Attributes: { name: 'web', podId: '' } },
      time: 1_700_000_000,
    });

  it("maps podman's remove to destroy and ignores its restarts", () => {
    expect(event('remove')?.action).toBe('destroy');
    expect(event('restart')).toBeUndefined();
    expect(event('start')?.action).toBe('start');
  });

  it('is called by its name', () => {
    expect(parseInfo({}, { Components: [{ Name: 'Podman Engine' }] }).product).toBe('Podman');
  });
});
