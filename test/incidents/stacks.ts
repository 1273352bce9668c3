import type { ContainerFacts } from '../../source/engine/facts.ts';
import { compose, MINUTE, NOON, probed } from '../builders/facts.ts';

/** The five stacks as they look when all is well, by service name: each test breaks what its incident breaks. */
export type Stack = Record<string, ContainerFacts>;

const NO = { restartPolicy: { name: 'no', maximumRetries: 0 } };
const GIB = 1024 ** 3;
const MIGRATED = 'db-migrate:service_completed_successfully:false';
const FOUR = `postgres:service_healthy:false,timescaledb:service_healthy:false,redis:service_healthy:false,${MIGRATED}`;
const PASSED = { exitCode: 0, output: 'ok' };

export function exness(): Stack {
  const make = (service: string, dependsOn?: string) =>
    compose('exness', service, dependsOn === undefined ? {} : { dependsOn });
  const store = (service: string) => probed(compose('exness', service, { detail: NO }), 'healthy', PASSED);
  const ran = { startedAt: NOON - 61 * MINUTE, finishedAt: NOON - 60 * MINUTE, pid: 0, ...NO };
  return {
    postgres: store('postgres'),
    timescaledb: store('timescaledb'),
    redis: store('redis'),
    mongodb: store('mongodb'),
    'db-migrate': compose('exness', 'db-migrate', {
      dependsOn: 'postgres:service_healthy:false',
      state: 'exited',
      exitCode: 0,
      detail: ran,
    }),
    backend: make('backend', FOUR),
    engine: make('engine', FOUR),
    'websocket-server': make('websocket-server', 'redis:service_healthy:false'),
    dbstorage: make('dbstorage', `postgres:service_healthy:false,redis:service_healthy:false,${MIGRATED}`),
    'price-poller': make('price-poller', 'redis:service_healthy:false'),
    'batch-upload': make('batch-upload', 'timescaledb:service_healthy:false,redis:service_healthy:false'),
    'snap-shotting': make('snap-shotting', 'mongodb:service_healthy:false,engine:service_started:false'),
    web: make('web', `backend:service_started:false,${MIGRATED}`),
    docs: make('docs'),
    'prisma-studio': make('prisma-studio', `postgres:service_healthy:false,${MIGRATED}`),
  };
}

/** No depends_on: which service the app needs shows only in its environment. */
export function maricusco(): Stack {
  const env = [
    'DATABASE_URL=postgresql://maricusco:secret@postgres:5432/maricusco',
    'REDIS_URL=redis://redis:6379/0',
    'CHROMA_HOST=chromadb',
    'LOG_LEVEL=info',
  ];
  const app = compose('maricusco', 'app', { detail: { env, limits: { cpus: 2, memory: 4 * GIB } } });
  return {
    app: probed(app, 'healthy', PASSED),
    postgres: compose('maricusco', 'postgres'),
    redis: compose('maricusco', 'redis', { detail: { limits: { memory: GIB } } }),
    chromadb: compose('maricusco', 'chromadb'),
    prometheus: compose('maricusco', 'prometheus'),
    grafana: compose('maricusco', 'grafana'),
  };
}

export function trading(): Stack {
  const both = 'db:service_started:false,cache:service_started:false';
  return {
    api: compose('trading', 'api', { dependsOn: both, detail: NO }),
    worker: compose('trading', 'worker', { dependsOn: both, detail: NO }),
    db: compose('trading', 'db', { detail: NO }),
    cache: compose('trading', 'cache', { detail: NO }),
  };
}

/** Its compose file lies in docker/, so its project is `docker`. */
export function nanoarb(): Stack {
  const engine = compose('docker', 'nanoarb', {
    name: 'nanoarb-engine',
    ports: [{ container: 9090, host: 9090, protocol: 'tcp', address: '0.0.0.0' }],
    detail: { limits: { memory: 4 * GIB, memorySwap: 4 * GIB, cpus: 4 } },
  });
  return {
    nanoarb: probed(engine, 'healthy', PASSED),
    prometheus: compose('docker', 'prometheus', { name: 'nanoarb-prometheus' }),
    grafana: compose('docker', 'grafana', { name: 'nanoarb-grafana', dependsOn: 'prometheus:service_started:false' }),
  };
}

export function openalgo(): Stack {
  const ports = [5000, 8765].map((port) => ({ container: port, host: port, protocol: 'tcp', address: '0.0.0.0' }));
  const app = compose('openalgo', 'openalgo', { name: 'openalgo', ports });
  return { openalgo: probed(app, 'healthy', { exitCode: 0, output: '{"status":"pass"}' }) };
}
