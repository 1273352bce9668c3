import { memoryInUse, readMeter } from './meter.ts';
import type { Container, Outcome, World } from './types.ts';

/** The clients that come with databases, answered for the server in the same container. */

type Command = (args: readonly string[], container: Container, world: World) => Outcome | undefined;

function done(output: string, ms = 30): Outcome {
  return { exitCode: 0, output, ms };
}

/** Undefined (not found) if the image does not have the tool. */
function only(program: string, command: Command): Command {
  return (args, container, world) => (container.program.name === program ? command(args, container, world) : undefined);
}

function redisInfo(container: Container, world: World): string {
  const uptime = Math.floor((world.now - (container.state.startedAt ?? world.now)) / 1000);
  const used = memoryInUse(container, world.now);
  const max = container.hostConfig.Memory;
  const { work } = readMeter(container.meter, container.load, world.now);
  const lines = [
    '# Server',
    'redis_version:7.2.4',
    `uptime_in_seconds:${uptime}`,
    '# Clients',
    'connected_clients:11',
    'blocked_clients:3',
    '# Memory',
    `used_memory:${used}`,
    `used_memory_human:${(used / 2 ** 20).toFixed(2)}M`,
    `maxmemory:${max}`,
    'maxmemory_policy:noeviction',
    '# Stats',
    `total_commands_processed:${Math.floor(work * 0.412)}`,
    'instantaneous_ops_per_sec:412',
    `keyspace_hits:${Math.floor(work * 0.377)}`,
    `keyspace_misses:${Math.floor(work * 0.021)}`,
    '# Keyspace',
    'db0:keys=1843,expires=212,avg_ttl=58211',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

const PSQL: readonly [RegExp, string][] = [
  [
    /pg_stat_user_tables/i,
    [
      ' database |  size   ',
      '----------+---------',
      ' exness   | 1843 MB',
      '(1 row)',
      '',
      '   relation    |  size   |  rows   | dead  ',
      '---------------+---------+---------+-------',
      ' public.ticks  | 1622 MB | 9120442 | 18230',
      ' public.orders | 96 MB   |  210338 |   412',
      '(2 rows)',
      '',
    ].join('\n'),
  ],
  [/pg_database_size|\\l/i, ' pg_size_pretty \n----------------\n 1843 MB\n(1 row)\n'],
  [/vacuum/i, 'VACUUM\n'],
  [/log_min_duration/i, 'ALTER SYSTEM\n'],
  [/pg_reload_conf/i, ' pg_reload_conf \n----------------\n t\n(1 row)\n'],
  [
    /query_start/i,
    ' pid | user | database | state | seconds | waits_for | query \n-----+------+----------+-------+---------+-----------+-------\n(0 rows)\n',
  ],
  [/pg_stat_activity/i, ' count \n-------\n    14\n(1 row)\n'],
  [/select 1/i, ' ?column? \n----------\n        1\n(1 row)\n'],
];

export const SERVER_COMMANDS: Readonly<Record<string, Command>> = {
  'redis-cli': only('redis', (args, container, world) => {
    const command = args
      .filter((arg) => !arg.startsWith('-'))
      .join(' ')
      .toLowerCase();
    if (command.startsWith('ping')) return done('PONG\n');
    if (command.startsWith('info')) return done(redisInfo(container, world));
    if (command.startsWith('dbsize')) return done('(integer) 1843\n');
    if (command.startsWith('flushdb') || command.startsWith('flushall')) return done('OK\n');
    return { exitCode: 0, output: `(error) ERR unknown command '${command.split(' ')[0]}'\n` };
  }),
  pg_isready: only('postgres', () => done('/var/run/postgresql:5432 - accepting connections\n')),
  psql: only('postgres', (args) => {
    const query = args.join(' ');
    const answer = PSQL.find(([pattern]) => pattern.test(query))?.[1];
    return answer ? done(answer, 120) : { exitCode: 1, output: '', errors: 'ERROR:  syntax error at or near "-"\n' };
  }),
  vacuumdb: only('postgres', () => ({ ...done('', 900), errors: 'vacuumdb: vacuuming database "exness"\n' })),
  pg_dump: only('postgres', () => done('PGDMP (simulated)\n', 700)),
  mongodump: only('mongodb', () => done('archive (simulated)\n', 700)),
  mongosh: only('mongodb', () => done('1\n', 900)),
};
