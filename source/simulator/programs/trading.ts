import { lost, pino, TRADING_API, TRADING_WORKER } from '../logs/pino.ts';
import type { Program } from '../world/types.ts';
import type { Said } from '../world/voice.ts';
import { databaseReady, reaches } from './peers.ts';

const MB = 2 ** 20;
/** api and worker: they wait for nothing, and exit if the database does not answer at their start. */
function service(name: 'api' | 'worker'): Program {
  const voice = name === 'api' ? TRADING_API : TRADING_WORKER;
  return {
    name: `trading-${name}`,
    user: 'node',
    processes: () => [{ command: `node dist/${name}.js`, share: 1 }],
    mood: (container, world) => ['db', 'cache'].find((host) => !reaches(world, container, host)) ?? 'normal',
    load: (mood) => ({ cpu: mood === 'normal' ? 6.4 : 1.1, memory: 96 * MB, receive: 31e3, send: 28e3, pids: 11 }),
    voice: (mood) => (mood === 'normal' ? voice : lost(name, mood, mood === 'db' ? 5432 : 6379)),
    boot: (container, world) => boot(name, world.now, databaseReady(world, container, 'db')),
    end: (container, world) => (databaseReady(world, container, 'db') ? undefined : { ms: 1_200, exitCode: 1 }),
    stop: { ms: 140, exitCode: 0 },
    http: ({ port }) =>
      name === 'api' && port === 8000 ? { status: 200, body: '{"status":"ok"}', type: 'application/json' } : undefined,
  };
}

function boot(name: string, at: number, ready: boolean): Said[] {
  const first = { after: 400, text: pino(at + 400, 'info', name, 'starting', { node: 'v20.11.1' }) };
  if (ready) return [first, { after: 700, text: pino(at + 700, 'info', name, 'ready', { port: 8000 }) }];
  const err = {
    type: 'Error',
    message: 'connect ECONNREFUSED db:5432',
    code: 'ECONNREFUSED',
    stack: 'Error: connect ECONNREFUSED db:5432',
  };
  return [first, { after: 1_150, text: pino(at + 1_150, 'fatal', name, 'cannot connect to database', { err }) }];
}

export const API = service('api');
export const WORKER = service('worker');

/** A container that was started by hand: no project, no checks. */
export const LONELY_API: Program = {
  name: 'trading-api-standalone',
  user: 'node',
  processes: () => [{ command: 'node dist/api.js', share: 1 }],
  load: () => ({ cpu: 2.1, memory: 84 * MB, receive: 4e3, send: 5e3, pids: 11 }),
  voice: () => TRADING_API,
  stop: { ms: 140, exitCode: 0 },
};
