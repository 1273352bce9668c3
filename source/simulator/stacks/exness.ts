import * as programs from '../programs/exness.ts';
import { MONGO, postgres, redis } from '../programs/servers.ts';
import { DAY, HOUR, SECOND } from '../world/time.ts';
import type { Program } from '../world/types.ts';
import { check, GB, MB, type Project, type Service } from './compose.ts';

const DATABASE_URL = 'postgresql://exness:exn3ss_pg_pass@postgres:5432/exness';
const TIMESCALE_URL = 'postgresql://exness:exn3ss_ts_pass@timescaledb:5432/candles';
const REDIS_URL = 'redis://redis:6379';
const MONGODB_URL = 'mongodb://root:exn3ss_mongo@mongodb:27017/snapshots?authSource=admin';

const healthy = (...names: string[]): string[] => names.map((name) => `${name}:service_healthy:false`);
const MIGRATED = 'db-migrate:service_completed_successfully:false';

/** A service of the monorepo with its own image; always restarted. `wave`: when it starts. */
function node(service: string, program: Program, wave: number, more: Partial<Service>): Service {
  return {
    service,
    container: `exness-${service}`,
    image: `exness-${service}`,
    size: 486 * MB,
    program,
    workingDir: '/app',
    command: ['npm', 'run', 'start'],
    restart: 'unless-stopped',
    after: wave * 6 * SECOND,
    ...more,
  };
}

/** Fifteen services that start in four waves after their databases and a migration. */
export const EXNESS_STACK: Project = {
  name: 'exness',
  directory: '/srv/exness',
  network: 'exness-network',
  volumes: { postgres_data: 2.2 * GB, timescale_data: 14.8 * GB, redis_data: 310 * MB, mongodb_data: 1.7 * GB },
  address: '192.0.2.15',
  age: 2 * DAY + 5 * HOUR,
  services: [
    {
      service: 'postgres',
      container: 'exness-postgres',
      image: 'postgres:15-alpine',
      size: 239 * MB,
      program: postgres({ cpu: 6 }),
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      ports: ['5434:5432'],
      mounts: ['postgres_data:/var/lib/postgresql/data'],
      env: { POSTGRES_USER: 'exness', POSTGRES_PASSWORD: 'exn3ss_pg_pass', POSTGRES_DB: 'exness' },
      health: check(['CMD-SHELL', 'pg_isready -U exness'], 10, 5, 5),
    },
    {
      service: 'timescaledb',
      container: 'exness-timescaledb',
      image: 'timescale/timescaledb:2.14.2-pg15',
      size: 868 * MB,
      program: postgres({ cpu: 11, memory: 520 * MB, cache: 1.4 * GB, write: 420e3 }),
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      ports: ['5433:5432'],
      mounts: ['timescale_data:/var/lib/postgresql/data'],
      env: { POSTGRES_USER: 'exness', POSTGRES_PASSWORD: 'exn3ss_ts_pass', POSTGRES_DB: 'candles' },
      health: check(['CMD-SHELL', 'pg_isready -U exness'], 10, 5, 5),
    },
    {
      service: 'redis',
      container: 'exness-redis',
      image: 'redis:7-alpine',
      size: 40 * MB,
      program: redis({ cpu: 6.1, memory: 212 * MB, receive: 240e3, send: 310e3 }),
      entrypoint: ['docker-entrypoint.sh'],
      command: ['redis-server'],
      ports: ['6379:6379'],
      mounts: ['redis_data:/data'],
      health: check(['CMD', 'redis-cli', 'ping'], 10, 5, 5),
    },
    {
      service: 'mongodb',
      container: 'exness-mongodb',
      image: 'mongo:7',
      size: 757 * MB,
      program: MONGO,
      entrypoint: ['docker-entrypoint.sh'],
      command: ['mongod'],
      ports: ['27017:27017'],
      mounts: ['mongodb_data:/data/db'],
      env: { MONGO_INITDB_ROOT_USERNAME: 'root', MONGO_INITDB_ROOT_PASSWORD: 'exn3ss_mongo' },
      health: check(['CMD', 'mongosh', '--quiet', '--eval', "db.adminCommand('ping')"], 10, 5, 5),
    },
    node('db-migrate', programs.MIGRATE, 2, {
      command: ['npx', 'prisma', 'migrate', 'deploy'],
      env: { DATABASE_URL },
      dependsOn: healthy('postgres'),
      restart: 'no',
    }),
    node('backend', programs.BACKEND, 3, {
      ports: ['8000:8000'],
      env: { DATABASE_URL, TIMESCALE_URL, REDIS_URL, JWT_SECRET: 'exness-jwt-1f8a', RESEND_API_KEY: 're_9aKqDemo' },
      dependsOn: [...healthy('postgres', 'timescaledb', 'redis'), MIGRATED],
    }),
    node('engine', programs.ENGINE, 3, {
      env: { DATABASE_URL, TIMESCALE_URL, REDIS_URL },
      dependsOn: [...healthy('postgres', 'timescaledb', 'redis'), MIGRATED],
      labels: { 'deskhand.single': 'true', 'deskhand.memory': 'open orders and balances' },
    }),
    node('websocket-server', programs.WEBSOCKET, 2, {
      ports: ['7070:7070'],
      env: { REDIS_URL },
      dependsOn: healthy('redis'),
    }),
    node('dbstorage', programs.DBSTORAGE, 3, {
      env: { DATABASE_URL, REDIS_URL },
      dependsOn: [...healthy('postgres', 'redis'), MIGRATED],
      labels: { 'deskhand.single': 'true' },
    }),
    node('price-poller', programs.POLLER, 2, {
      env: { REDIS_URL, BINANCE_WS_URL: 'wss://stream.binance.com:9443/ws' },
      dependsOn: healthy('redis'),
      labels: { 'deskhand.single': 'true' },
    }),
    node('batch-upload', programs.BATCH, 2, {
      env: { TIMESCALE_URL, REDIS_URL },
      dependsOn: healthy('timescaledb', 'redis'),
    }),
    node('snap-shotting', programs.SNAPSHOT, 4, {
      env: { MONGODB_URL, ENGINE_URL: 'http://engine:4000' },
      dependsOn: [...healthy('mongodb'), 'engine:service_started:false'],
    }),
    node('web', programs.WEB, 4, {
      ports: ['3001:3001'],
      env: { NEXT_PUBLIC_API_URL: 'http://backend:8000', NEXTAUTH_SECRET: 'exness-next-77c2' },
      dependsOn: ['backend:service_started:false', MIGRATED],
      size: 612 * MB,
    }),
    node('docs', programs.DOCS, 0, { ports: ['3000:3000'], size: 604 * MB }),
    node('prisma-studio', programs.STUDIO, 3, {
      command: ['npx', 'prisma', 'studio'],
      ports: ['5555:5555'],
      env: { DATABASE_URL },
      dependsOn: [...healthy('postgres'), MIGRATED],
      tty: true,
    }),
  ],
};
