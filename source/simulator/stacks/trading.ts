import { postgres, redis } from '../programs/servers.ts';
import { API, LONELY_API, WORKER } from '../programs/trading.ts';
import { addContainer, addImage } from '../world/build.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../world/time.ts';
import type { Container, World } from '../world/types.ts';
import { MB, type Project, wakeAll } from './compose.ts';

const DATABASE_URL = 'postgres://trader:Tr4d3r-S3cret@db:5432/trading';
const shared = {
  DATABASE_URL,
  REDIS_URL: 'redis://cache:6379/0',
  JWT_SECRET: 'c2lnbi10aGlzLXdpdGgtY2FyZQ',
  NODE_ENV: 'production',
};
const started = ['db:service_started:false', 'cache:service_started:false'];

/** A stack without health checks, restart policies, limits or start order. */
export const TRADING_STACK: Project = {
  name: 'trading',
  directory: '/home/deploy/trading',
  network: 'default',
  volumes: { pgdata: 1.8 * 1024 * MB },
  address: '192.0.2.12',
  age: 26 * HOUR + 12 * MINUTE,
  services: [
    {
      service: 'api',
      image: 'trading-api',
      size: 212 * MB,
      program: API,
      command: ['node', 'dist/api.js'],
      ports: ['8000:8000'],
      env: { ...shared, PORT: '8000' },
      dependsOn: started,
      after: 6 * SECOND,
    },
    {
      service: 'db',
      image: 'postgres:15',
      size: 412 * MB,
      program: postgres(),
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      ports: ['5432:5432'],
      mounts: ['pgdata:/var/lib/postgresql/data'],
      env: { POSTGRES_USER: 'trader', POSTGRES_PASSWORD: 'Tr4d3r-S3cret', POSTGRES_DB: 'trading' },
    },
    {
      service: 'cache',
      image: 'redis:7-alpine',
      size: 40 * MB,
      program: redis({ cpu: 0.9, memory: 14 * MB }),
      entrypoint: ['docker-entrypoint.sh'],
      command: ['redis-server'],
      ports: ['6379:6379'],
    },
    {
      service: 'worker',
      image: 'trading-worker',
      size: 212 * MB,
      program: WORKER,
      command: ['node', 'dist/worker.js'],
      env: shared,
      dependsOn: started,
      after: 6.2 * SECOND,
    },
  ],
};

/** `docker run -d --name trading-api -p 8000:8000 …`, run by hand months ago. */
export function addLonelyApi(world: World): Container {
  const created = world.now - 94 * DAY;
  const image = addImage(world, ['trading-api:1.4.2'], {
    created: created - DAY,
    size: 208 * MB,
    command: ['node', 'dist/api.js'],
  });
  const container = addContainer(world, {
    name: 'trading-api',
    image,
    imageName: 'trading-api:1.4.2',
    config: {
      Hostname: '',
      User: '',
      Tty: false,
      OpenStdin: false,
      Env: ['PORT=8000', 'DATABASE_URL=postgres://trader:Tr4d3r-S3cret@192.0.2.12:5432/trading', ...image.env],
      Cmd: ['node', 'dist/api.js'],
      Entrypoint: null,
      Image: 'trading-api:1.4.2',
      WorkingDir: '/app',
      Labels: {},
      ExposedPorts: { '8000/tcp': {} },
    },
    hostConfig: {
      Binds: null,
      NetworkMode: 'default',
      PortBindings: { '8000/tcp': [{ HostIp: '192.0.2.13', HostPort: '8000' }] },
      RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
      Memory: 0,
      MemorySwap: 0,
      MemoryReservation: 0,
      NanoCpus: 0,
      CpuShares: 0,
      PidsLimit: null,
      ShmSize: 64 * MB,
      LogConfig: { Type: 'json-file', Config: {} },
      AutoRemove: false,
    },
    networks: { bridge: [] },
    program: LONELY_API,
    created,
  });
  wakeAll(world, [container]);
  return container;
}
