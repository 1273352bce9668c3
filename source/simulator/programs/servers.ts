import {
  CHROMA,
  GRAFANA,
  grafanaBoot,
  MONGODB,
  POSTGRES,
  POSTGRES_FULL,
  PROMETHEUS,
  postgresBoot,
  postgresStop,
  prometheusBoot,
  REDIS,
  redisBoot,
} from '../logs/servers.ts';
import type { Load } from '../world/meter.ts';
import type { HttpAnswer, Program } from '../world/types.ts';

/** Programs that several stacks share. */

const MB = 2 ** 20;

const OK: HttpAnswer = { status: 200, body: 'ok\n', type: 'text/plain' };

export function postgres(load: Partial<Load> = {}): Program {
  const usual: Load = {
    cpu: 4,
    memory: 180 * MB,
    cache: 410 * MB,
    receive: 42e3,
    send: 88e3,
    read: 4e3,
    write: 160e3,
    pids: 17,
    ...load,
  };
  return {
    name: 'postgres',
    user: 'postgres',
    stream: 'stderr',
    processes: () => [
      { command: 'postgres', share: 0.1 },
      { command: 'postgres: checkpointer', share: 0.1 },
      { command: 'postgres: background writer', share: 0.05 },
      { command: 'postgres: walwriter', share: 0.1 },
      { command: 'postgres: autovacuum launcher', share: 0.05 },
      { command: 'postgres: app app 198.18.4.5(41822) idle', share: 0.6 },
    ],
    mood: (_, world) => (world.faults.has('disk-full') ? 'disk-full' : 'normal'),
    load: () => usual,
    voice: (mood) => (mood === 'disk-full' ? POSTGRES_FULL : POSTGRES),
    boot: (_, world) => postgresBoot(world.now),
    stop: { ms: 300, exitCode: 0, words: postgresStop },
  };
}

export function redis(load: Partial<Load> = {}): Program {
  const usual: Load = {
    cpu: 2.2,
    memory: 31 * MB,
    cache: 6 * MB,
    receive: 61e3,
    send: 74e3,
    write: 9e3,
    pids: 6,
    ...load,
  };
  return {
    name: 'redis',
    user: 'redis',
    processes: () => [{ command: 'redis-server *:6379', share: 1 }],
    load: () => usual,
    voice: () => REDIS,
    boot: (_, world) => redisBoot(world.now),
    stop: { ms: 250, exitCode: 0 },
  };
}

export const MONGO: Program = {
  name: 'mongodb',
  user: 'mongodb',
  processes: () => [{ command: 'mongod --auth --bind_ip_all', share: 1 }],
  load: () => ({ cpu: 3.1, memory: 240 * MB, cache: 120 * MB, receive: 3e3, send: 2e3, write: 40e3, pids: 38 }),
  voice: () => MONGODB,
  stop: { ms: 500, exitCode: 0 },
};

export const PROMETHEUS_SERVER: Program = {
  name: 'prometheus',
  user: 'nobody',
  stream: 'stderr',
  processes: () => [
    {
      command: '/bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus',
      share: 1,
    },
  ],
  load: () => ({ cpu: 1.4, memory: 118 * MB, cache: 210 * MB, receive: 2.1e3, send: 1.2e3, write: 12e3, pids: 13 }),
  voice: () => PROMETHEUS,
  boot: (_, world) => prometheusBoot(world.now),
  stop: { ms: 200, exitCode: 0 },
  http: ({ path }) => (path.startsWith('/-/') ? OK : { status: 404, body: '404 page not found\n' }),
};

export const GRAFANA_SERVER: Program = {
  name: 'grafana',
  user: '472',
  processes: () => [
    { command: 'grafana server --homepath=/usr/share/grafana --config=/etc/grafana/grafana.ini', share: 0.95 },
    { command: 'gpx_testdata_linux_amd64', share: 0.05 },
  ],
  load: () => ({ cpu: 1.1, memory: 92 * MB, cache: 60 * MB, receive: 900, send: 2.4e3, write: 2e3, pids: 19 }),
  voice: () => GRAFANA,
  boot: (_, world) => grafanaBoot(world.now),
  stop: { ms: 150, exitCode: 0 },
  http: () => ({
    status: 200,
    body: '{"commit":"161e3cac50","database":"ok","version":"10.2.2"}',
    type: 'application/json',
  }),
};

export const CHROMADB: Program = {
  name: 'chromadb',
  user: '',
  processes: () => [{ command: 'chroma run --host 0.0.0.0 --port 8000', share: 1 }],
  load: () => ({ cpu: 1.8, memory: 320 * MB, cache: 90 * MB, receive: 1.6e3, send: 3e3, write: 7e3, pids: 24 }),
  voice: () => CHROMA,
  stop: { ms: 700, exitCode: 0 },
  http: () => ({ status: 200, body: '{"nanosecond heartbeat":1}', type: 'application/json' }),
};
