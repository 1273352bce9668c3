import { between, pick, whole } from '../world/random.ts';
import type { Said, Voice } from '../world/voice.ts';
import * as stamp from './stamp.ts';

/** Databases, Prometheus and Grafana, each in its own format. */

function rarely(every: number, lines: (at: number, n: number) => readonly [string, ...string[]]): Voice {
  return {
    every,
    say({ at, chance, index }): Said[] {
      const after = between(chance, 0, every * 0.5);
      return lines(at + after, whole(chance, 3, 900) + index).map((text, i) => ({ after: after + i * 220, text }));
    },
  };
}

export const POSTGRES: Voice = rarely(300_000, (at, n) => [
  `${stamp.postgres(at)} [27] LOG:  checkpoint starting: time`,
  `${stamp.postgres(at + 220)} [27] LOG:  checkpoint complete: wrote ${n} buffers (${(n / 163.84).toFixed(1)}%); 0 WAL file(s) added, 0 removed, 1 recycled; write=${(n / 9.8).toFixed(3)} s, sync=0.012 s, total=${(n / 9.7).toFixed(3)} s`,
]);

export const POSTGRES_FULL: Voice = rarely(4_000, (at) => [
  `${stamp.postgres(at)} [27] ERROR:  could not extend file "base/16384/16421": No space left on device`,
  `${stamp.postgres(at + 220)} [27] HINT:  Check free disk space.`,
]);

export function postgresBoot(at: number): Said[] {
  const words = [
    'LOG:  starting PostgreSQL 15.6 on x86_64-pc-linux-musl, compiled by gcc (Alpine 13.2.1), 64-bit',
    'LOG:  listening on IPv4 address "0.0.0.0", port 5432',
    'LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"',
    'LOG:  database system was shut down',
    'LOG:  database system is ready to accept connections',
  ];
  return words.map((text, i) => ({ after: i * 45, text: `${stamp.postgres(at + i * 45)} [1] ${text}` }));
}

export function postgresStop(at: number): Said[] {
  return [
    { after: 10, text: `${stamp.postgres(at + 10)} [1] LOG:  received fast shutdown request` },
    { after: 290, text: `${stamp.postgres(at + 290)} [1] LOG:  database system is shut down` },
  ];
}

export const REDIS: Voice = rarely(60_000, (at, n) => [
  `1:M ${stamp.redis(at)} * ${100 + (n % 400)} changes in 60 seconds. Saving...`,
  `1:M ${stamp.redis(at + 220)} * Background saving started by pid ${n % 3000}`,
  `${n % 3000}:C ${stamp.redis(at + 440)} * DB saved on disk`,
  `1:M ${stamp.redis(at + 660)} * Background saving terminated with success`,
]);

export function redisBoot(at: number): Said[] {
  const words = [
    'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
    'Redis version=7.2.4, bits=64, commit=00000000, modified=0, pid=1, just started',
    'Running mode=standalone, port=6379.',
    'Server initialized',
    'Ready to accept connections tcp',
  ];
  return words.map((text, i) => ({
    after: i * 4,
    text: `1:${i < 2 ? 'C' : 'M'} ${stamp.redis(at + i * 4)} * ${text}`,
  }));
}

export const MONGODB: Voice = rarely(60_000, (at, n) => [
  JSON.stringify({
    t: { $date: stamp.millis(at).replace('Z', '+00:00') },
    s: 'I',
    c: 'WTCHKPT',
    id: 22430,
    ctx: 'Checkpointer',
    msg: 'WiredTiger message',
    attr: { message: `saving checkpoint snapshot min: ${n}, snapshot max: ${n} snapshot count: 0` },
  }),
]);

export const PROMETHEUS: Voice = rarely(7_200_000, (at, n) => [
  `ts=${stamp.millis(at)} caller=compact.go:576 level=info component=tsdb msg="write block" mint=${Math.floor(at) - 7_200_000} maxt=${Math.floor(at)} duration=${n}.41ms`,
  `ts=${stamp.millis(at + 220)} caller=head.go:1293 level=info component=tsdb msg="Head GC completed" caller=truncateMemory duration=${(n / 90).toFixed(3)}ms`,
  `ts=${stamp.millis(at + 440)} caller=checkpoint.go:100 level=info component=tsdb msg="Creating checkpoint" from_segment=${n} to_segment=${n + 2}`,
]);

export function prometheusBoot(at: number): Said[] {
  const words = [
    'caller=main.go:539 level=info msg="Starting Prometheus Server" mode=server version="(version=2.48.0, branch=HEAD)"',
    'caller=web.go:566 level=info component=web msg="Start listening for connections" address=0.0.0.0:9090',
    'caller=main.go:1024 level=info msg="Server is ready to receive web requests."',
  ];
  return words.map((text, i) => ({ after: i * 150, text: `ts=${stamp.millis(at + i * 150)} ${text}` }));
}

const GRAFANA_PATHS = ['/api/ds/query', '/api/dashboards/uid/nanoarb', '/api/live/ws', '/api/health'] as const;

export const GRAFANA: Voice = {
  every: 20_000,
  say({ at, chance }) {
    const after = between(chance, 0, 15_000);
    const path = pick(chance, GRAFANA_PATHS);
    const when = stamp.nanos(at + after);
    const took = whole(chance, 2, 80);
    return [
      {
        after,
        text: `logger=context userId=1 orgId=1 uname=admin t=${when} level=info msg="Request Completed" method=POST path=${path} status=200 remote_addr=192.0.2.1 time_ms=${took} duration=${took}.${whole(chance, 100, 999)}ms size=${whole(chance, 300, 9000)} handler=${path}`,
      },
    ];
  },
};

export function grafanaBoot(at: number): Said[] {
  return [
    {
      after: 5,
      text: `logger=settings t=${stamp.nanos(at + 5)} level=info msg="Starting Grafana" version=10.2.2 commit=161e3cac5075540918e3a39004f2364ad104d5bb branch=HEAD`,
    },
    {
      after: 900,
      text: `logger=http.server t=${stamp.nanos(at + 900)} level=info msg="HTTP Server Listen" address=[::]:3000 protocol=http subUrl= socket=`,
    },
  ];
}

export const CHROMA: Voice = rarely(30_000, (at) => [
  `INFO:     [${stamp.millis(at).slice(0, 19).replace('T', ' ')}] 198.18.4.5:41${Math.floor(at / 1000) % 900} - "GET /api/v1/heartbeat HTTP/1.1" 200`,
]);
