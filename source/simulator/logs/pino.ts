import { between, pick, type Random, whole } from '../world/random.ts';
import type { Said, Voice } from '../world/voice.ts';

/** The trading stack's api and worker: pino's JSON lines. */

export const LEVELS = { info: 30, warn: 40, error: 50, fatal: 60 } as const;

export function pino(at: number, level: keyof typeof LEVELS, name: string, msg: string, more: object = {}): string {
  return JSON.stringify({ level: LEVELS[level], time: Math.floor(at), pid: 1, hostname: name, ...more, msg });
}

type Make = (chance: Random) => [msg: string, fields: object];

function voice(name: string, every: number, makes: readonly [Make, ...Make[]]): Voice {
  return {
    every,
    say({ at, chance }): Said[] {
      const after = between(chance, 0, every * 0.9);
      const [msg, fields] = pick(chance, makes)(chance);
      return [{ after, text: pino(at + after, 'info', name, msg, fields) }];
    },
  };
}

export const TRADING_API: Voice = voice('api', 1300, [
  (c) => [
    'request completed',
    { req: { method: 'GET', url: '/orders' }, res: { statusCode: 200 }, responseTime: whole(c, 2, 40) },
  ],
  (c) => [
    'request completed',
    { req: { method: 'POST', url: '/orders' }, res: { statusCode: 201 }, responseTime: whole(c, 8, 90) },
  ],
  (c) => ['cache hit', { key: `quote:${pick(c, ['AAPL', 'MSFT', 'TSLA'])}` }],
]);

export const TRADING_WORKER: Voice = voice('worker', 5000, [
  (c) => ['job done', { job: 'settle', id: whole(c, 1000, 99_999), ms: whole(c, 20, 400) }],
  (c) => ['job done', { job: 'report', id: whole(c, 1000, 99_999), ms: whole(c, 200, 2400) }],
]);

/** Both, when a dependency does not answer. */
export function lost(name: string, host: string, port: number): Voice {
  return {
    every: 3000,
    say({ at, chance }) {
      const after = between(chance, 0, 2000);
      const err = { type: 'Error', message: `connect ECONNREFUSED ${host}:${port}`, code: 'ECONNREFUSED' };
      return [{ after, text: pino(at + after, 'error', name, 'dependency unavailable', { err }) }];
    },
  };
}
