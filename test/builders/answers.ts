/** Answers of an engine about one container, as they come over the wire. */

/** As Engine 20.10 answers GET /containers/json (shortened). */
export const listed = {
  Id: 'c0ffee',
  Names: ['/api/db', '/exness-postgres'],
  Image: 'postgres:15',
  ImageID: 'sha256:beef',
  Command: 'docker-entrypoint.sh postgres',
  Created: 1_700_000_000,
  Ports: [
    { IP: '0.0.0.0', PrivatePort: 5432, PublicPort: 5434, Type: 'tcp' },
    { IP: '::', PrivatePort: 5432, PublicPort: 5434, Type: 'tcp' },
    { PrivatePort: 9000, Type: 'udp' },
  ],
  Labels: { 'com.docker.compose.service': 'postgres' },
  State: 'running',
  Status: 'Up 3 hours (healthy)',
  NetworkSettings: { Networks: { 'exness-network': { IPAddress: '172.18.0.2', Aliases: null } } },
  Mounts: [
    {
      Type: 'volume',
      Name: 'exness_pg',
      Source: '/var/lib/docker/volumes/exness_pg/_data',
      Destination: '/data',
      RW: true,
    },
  ],
};

/** As Engine 20.10 answers GET /containers/{id}/json (shortened). */
export const inspected = {
  Id: 'c0ffee',
  Name: '/exness-postgres',
  Created: '2026-01-15T09:15:02.123456789Z',
  Path: 'docker-entrypoint.sh',
  Args: ['postgres'],
  Image: 'sha256:beef',
  RestartCount: 4,
  State: {
    Status: 'running',
    Running: true,
    OOMKilled: false,
    Pid: 4711,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-01-15T09:15:03Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: {
      Status: 'unhealthy',
      FailingStreak: 7,
      Log: [{ Start: '2026-01-15T09:16:00Z', End: '2026-01-15T09:16:01.5Z', ExitCode: 1, Output: 'no response' }],
    },
  },
  Config: {
    User: 'postgres',
    Tty: false,
    Env: ['POSTGRES_PASSWORD=secret'],
    Cmd: ['postgres'],
    Entrypoint: ['docker-entrypoint.sh'],
    Image: 'postgres:15',
    Labels: { a: 'b' },
    StopSignal: 'SIGINT',
    StopTimeout: 30,
    Healthcheck: { Test: ['CMD-SHELL', 'pg_isready'], Interval: 10e9, Timeout: 5e9 },
  },
  HostConfig: {
    NetworkMode: 'exness-network',
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
    Memory: 2 ** 31,
    MemorySwap: -1,
    NanoCpus: 1.5e9,
    PidsLimit: 0,
  },
  NetworkSettings: { Ports: { '5432/tcp': [{ HostIp: '0.0.0.0', HostPort: '5434' }], '9000/udp': null }, Networks: {} },
};

/** A value with one of its fields, at any depth, left out or of another type: every such value. */
export function* holes(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const hole of [undefined, null, 42, 'x', [], {}]) yield { ...value, [key]: hole };
    for (const broken of holes(inner)) yield { ...value, [key]: broken };
  }
}
