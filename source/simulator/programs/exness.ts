import { BACKEND_LOST, CONSOLE, DATABASE_LOST, REDIS_LOST } from '../logs/console.ts';
import type { Load } from '../world/meter.ts';
import type { Program } from '../world/types.ts';
import type { Said, Voice } from '../world/voice.ts';
import { databaseReady, reaches } from './peers.ts';

/** The Node services of exness. They stay up whatever happens to their databases, and log errors. */

const MB = 2 ** 20;

type ServiceScript = {
  command: string;
  voice: Voice;
  load: Load;
  /** Hosts that it depends on, most important first. */
  needs?: readonly string[];
  boot?: readonly string[];
  port?: number;
};

/** What it logs when a required host is unavailable. */
const WITHOUT: Readonly<Record<string, Voice>> = {
  redis: REDIS_LOST,
  postgres: DATABASE_LOST,
  timescaledb: DATABASE_LOST,
  mongodb: DATABASE_LOST,
  backend: BACKEND_LOST,
};

const AGAIN: Readonly<Record<string, string>> = {
  redis: '✅ Redis connected',
  postgres: '🔄 database connection restored',
  timescaledb: '🔄 database connection restored',
  mongodb: '🔄 mongodb connection restored',
};

/** Remaining network traffic in bytes per second: almost none if the feed is dead, otherwise connection attempts. */
function idle(mood: string): { receive: number; send: number } {
  return mood === 'disconnected' ? { receive: 6, send: 4 } : { receive: 400, send: 300 };
}

function node(name: string, wanted: ServiceScript): Program {
  const { voice, load, needs = [], boot = [], port } = wanted;
  return {
    name,
    user: 'root',
    processes: () => [
      { command: wanted.command, share: 0.02 },
      { command: 'node dist/index.js', share: 0.98 },
    ],
    mood: (container, world) =>
      container.faults.keys().next().value ?? needs.find((host) => !reaches(world, container, host)) ?? 'normal',
    load: (mood) => (mood === 'normal' ? load : { ...load, cpu: load.cpu / 3, ...idle(mood) }),
    voice: (mood) => (mood === 'normal' ? voice : WITHOUT[mood]),
    boot: () =>
      [`\n> ${name}@1.0.0 start\n> node dist/index.js\n`, ...boot].map((text, i) => ({ after: 80 + i * 260, text })),
    turn: (from, to) => (to === 'normal' && AGAIN[from] ? [{ after: 120, text: AGAIN[from] }] : []),
    stop: { ms: 170, exitCode: 143 },
    http: (request) => (port !== undefined && request.port === port ? { status: 200, body: 'ok' } : undefined),
  };
}

const redisUp = '✅ Redis connected';

export const BACKEND: Program = {
  ...node('backend', {
    command: 'npm run start',
    voice: CONSOLE.backend,
    load: { cpu: 5.2, memory: 118 * MB, receive: 24e3, send: 31e3, pids: 22 },
    needs: ['redis', 'postgres'],
    boot: [redisUp, '🚀 Server is running on port 8000'],
    port: 8000,
  }),
};

const engineProgram = node('engine', {
  command: 'npm run start',
  voice: CONSOLE.engine,
  load: { cpu: 9.1, memory: 142 * MB, receive: 88e3, send: 52e3, pids: 22 },
  needs: ['redis'],
});

/** Keeps orders and balances in memory only: a restart loses them. */
export const ENGINE: Program = {
  ...engineProgram,
  boot: () => [
    { after: 60, text: '\n> engine@1.0.0 start\n> node dist/index.js\n' },
    { after: 300, text: redisUp },
    { after: 330, text: '⚠️  no snapshot loaded: starting with 0 open orders, 0 balances' },
    { after: 350, text: '🟢 engine listening on stream trade-stream' },
  ],
};

/** After a restart of the engine: orders that users request are missing. Fault `orders-lost` of the backend. */
const ORDERS_LOST: Voice = {
  every: 1800,
  say({ chance }) {
    const id = Math.floor(chance() * 0xffffff).toString(16);
    return [
      {
        after: chance() * 1500,
        text: `❌ order ${id} not found in engine\n{\n  success: false,\n  message: 'Order not found',\n  orderId: '${id}'\n}`,
      },
    ];
  },
};
const usualBackendVoice = BACKEND.voice;
BACKEND.voice = (mood) => (mood === 'orders-lost' ? ORDERS_LOST : usualBackendVoice?.(mood));

export const WEBSOCKET = node('websocket-server', {
  command: 'npm run start',
  voice: CONSOLE.websocket,
  load: { cpu: 3.3, memory: 88 * MB, receive: 40e3, send: 210e3, pids: 22 },
  needs: ['redis'],
  boot: [redisUp, '🔌 WebSocket server on :7070'],
  port: 7070,
});

export const DBSTORAGE = node('dbstorage', {
  command: 'npm run start',
  voice: CONSOLE.dbstorage,
  load: { cpu: 1.9, memory: 101 * MB, receive: 12e3, send: 14e3, pids: 22 },
  needs: ['redis', 'postgres'],
  boot: [redisUp],
});

/** Fault `disconnected`: its exchange feed is dead, and it does not notice. A restart ends it. */
export const POLLER = node('price-poller', {
  command: 'npm run start',
  voice: CONSOLE.poller,
  load: { cpu: 2.8, memory: 79 * MB, receive: 64e3, send: 22e3, pids: 22 },
  needs: ['redis'],
  boot: [redisUp, '📈 connected to wss://stream.binance.com:9443/ws'],
});

export const BATCH = node('batch-upload', {
  command: 'npm run start',
  voice: CONSOLE.batch,
  load: { cpu: 1.2, memory: 92 * MB, receive: 18e3, send: 16e3, pids: 22 },
  needs: ['redis', 'timescaledb'],
  boot: [redisUp],
});

export const SNAPSHOT = node('snap-shotting', {
  command: 'npm run start',
  voice: CONSOLE.snapshot,
  load: { cpu: 0.7, memory: 74 * MB, receive: 3e3, send: 4e3, pids: 22 },
  needs: ['mongodb', 'engine'],
  boot: ['🍃 mongodb connected'],
});

export const WEB = node('web', {
  command: 'npm run start',
  voice: CONSOLE.web,
  load: { cpu: 1.6, memory: 166 * MB, receive: 5e3, send: 29e3, pids: 23 },
  needs: ['backend'],
  boot: ['  ▲ Next.js 15.1.0\n  - Local:        http://localhost:3001', ' ✓ Ready in 412ms'],
  port: 3001,
});

export const DOCS = node('docs', {
  command: 'npm run start',
  voice: CONSOLE.docs,
  load: { cpu: 0.3, memory: 121 * MB, receive: 200, send: 900, pids: 23 },
  boot: ['  ▲ Next.js 15.1.0\n  - Local:        http://localhost:3000', ' ✓ Ready in 388ms'],
  port: 3000,
});

export const STUDIO = node('prisma-studio', {
  command: 'npx prisma studio',
  voice: CONSOLE.studio,
  load: { cpu: 0.2, memory: 133 * MB, receive: 120, send: 300, pids: 29 },
  needs: ['postgres'],
  boot: ['Prisma Studio is up on http://localhost:5555'],
  port: 5555,
});

/** Runs once. Fails if the database does not answer at its start. */
export const MIGRATE: Program = {
  name: 'db-migrate',
  user: 'root',
  processes: () => [{ command: 'npx prisma migrate deploy', share: 1 }],
  load: () => ({ cpu: 40, memory: 90 * MB, receive: 8e3, send: 6e3, pids: 12 }),
  boot: (container, world) => migrateWords(databaseReady(world, container, 'postgres')),
  end: (container, world) =>
    databaseReady(world, container, 'postgres') ? { ms: 3_800, exitCode: 0 } : { ms: 2_400, exitCode: 1 },
  stop: { ms: 100, exitCode: 143 },
};

function migrateWords(good: boolean): Said[] {
  const before = [
    'Prisma schema loaded from prisma/schema.prisma',
    'Datasource "db": PostgreSQL database "exness", schema "public" at "postgres:5432"',
  ];
  const after = good
    ? ['\n11 migrations found in prisma/migrations\n', '\nNo pending migrations to apply.']
    : [
        "\nError: P1001: Can't reach database server at `postgres:5432`\n\nPlease make sure your database server is running at `postgres:5432`.",
      ];
  return [...before, ...after].map((text, i) => ({
    after: 600 + i * 420,
    text,
    stream: text.includes('Error:') ? 'stderr' : 'stdout',
  }));
}
