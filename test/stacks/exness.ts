import { every, STORE_HEALTH, type StackDefinition, type StandIn, store } from './stand-in.ts';

/** exness: fifteen services, a migration that gates six of them, bare console.log lines without time or level. */

const MIGRATED = { postgres: 'service_healthy', 'db-migrate': 'service_completed_successfully' } as const;
const DATABASES = { ...MIGRATED, timescaledb: 'service_healthy', redis: 'service_healthy' } as const;

const postgres = (name: string, ports: string): StandIn => ({
  name,
  ports: [ports],
  volumes: { [`${name}_data`]: '/var/lib/postgresql/data' },
  env: { POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres', POSTGRES_DB: 'exness' },
  health: STORE_HEALTH,
  script: store(
    5432,
    'LOG:  database system is ready to accept connections',
    'echo "$(date -u "+%Y-%m-%d %H:%M:%S.000 UTC") [27] LOG:  checkpoint complete: wrote $n buffers"',
  ),
});

const kept = (name: string, service: Omit<StandIn, 'name' | 'restart'>): StandIn => ({
  name,
  restart: 'unless-stopped',
  ...service,
});

const services: StandIn[] = [
  postgres('postgres', '5434:5432'),
  postgres('timescaledb', '5433:5432'),
  {
    name: 'redis',
    ports: ['6379:6379'],
    health: 'nc -w 1 127.0.0.1 6379 </dev/null',
    script: store(6379, '1:M * Ready to accept connections', 'echo "1:M * 100 changes in 300 seconds. Saving..."'),
  },
  {
    name: 'mongodb',
    ports: ['27017:27017'],
    volumes: { mongodb_data: '/data/db' },
    health: STORE_HEALTH,
    script: store(27017, '{"s":"I","c":"NETWORK","msg":"Waiting for connections"}', ': nothing more to say'),
  },
  {
    name: 'db-migrate',
    restart: 'no',
    dependsOn: { postgres: 'service_healthy' },
    env: { DATABASE_URL: 'postgresql://postgres:postgres@postgres:5432/exness' },
    script: [
      'echo "Prisma schema loaded from prisma/schema.prisma"',
      'echo "12 migrations found in prisma/migrations"',
      'sleep 1',
      'echo "All migrations have been successfully applied."',
    ].join('\n'),
  },
  kept('backend', {
    ports: ['8000:8000'],
    dependsOn: DATABASES,
    env: { DATABASE_URL: 'postgresql://postgres:postgres@postgres:5432/exness', JWT_SECRET: 'not-a-secret' },
    script: `serve 8000 &\necho "🚀 Server is running on port 8000"\n${every(3, 'echo "GET /api/v1/balance 200 $((n % 40 + 3)) ms"')}`,
  }),
  kept('engine', {
    dependsOn: DATABASES,
    script: `echo "✅ Engine started, waiting for orders"\n${every(
      1,
      'echo "order processed {"',
      'echo "  orderId: \'ord-$n\',"',
      'echo "  asset: \'BTCUSDT\',"',
      'echo "  qty: $((n % 9 + 1))"',
      'echo "}"',
    )}`,
  }),
  kept('websocket-server', {
    ports: ['7070:7070'],
    dependsOn: { redis: 'service_healthy' },
    script: `serve 7070 &\necho "WebSocket server listening on 7070"\n${every(4, 'echo "clients connected: $((n % 17))"')}`,
  }),
  kept('dbstorage', {
    dependsOn: { ...MIGRATED, redis: 'service_healthy' },
    script: every(3, 'echo "Stored batch of $((n % 50)) trades"'),
  }),
  kept('price-poller', {
    dependsOn: { redis: 'service_healthy' },
    script: `echo "Connected to wss://stream.exchange"\n${every(1, 'echo "BTCUSDT $((97000 + n % 500)).$((n % 90 + 10))"')}`,
  }),
  kept('batch-upload', {
    dependsOn: { timescaledb: 'service_healthy', redis: 'service_healthy' },
    script: every(5, 'echo "📦 Uploaded $((n * 10)) ticks"'),
  }),
  kept('snap-shotting', {
    dependsOn: { mongodb: 'service_healthy', engine: 'service_started' },
    script: every(5, 'echo "Snapshot $n saved"'),
  }),
  kept('web', {
    ports: ['3001:3001'],
    dependsOn: { backend: 'service_started', 'db-migrate': 'service_completed_successfully' },
    script: `serve 3001 &\necho "ready - started server on 0.0.0.0:3001"\n${every(10, ': idle')}`,
  }),
  kept('docs', { ports: ['3000:3000'], script: `serve 3000 &\necho "docs ready on 3000"\n${every(10, ': idle')}` }),
  kept('prisma-studio', {
    ports: ['5555:5555'],
    dependsOn: MIGRATED,
    script: `serve 5555 &\necho "Prisma Studio is up on http://localhost:5555"\n${every(10, ': idle')}`,
  }),
];

export const exness: StackDefinition = {
  project: 'exness',
  network: 'exness-network',
  workingDir: '/srv/exness',
  configFile: '/srv/exness/docker-compose.yml',
  services: services.map((service) => ({ containerName: `exness-${service.name}`, ...service })),
};
