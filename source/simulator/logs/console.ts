import { between, pick, type Random, whole } from '../world/random.ts';
import type { Said, Voice } from '../world/voice.ts';

/** The exness services: plain console.log without time or level, objects over several lines, emoji. */

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const MIDDLE: Readonly<Record<string, number>> = { BTCUSDT: 96_412, ETHUSDT: 3_318, SOLUSDT: 204 };

function price(chance: Random, symbol: string): string {
  return ((MIDDLE[symbol] ?? 100) * between(chance, 0.996, 1.004)).toFixed(2);
}

function orderId(chance: Random): string {
  return Array.from({ length: 4 }, () => whole(chance, 0x1000, 0xffff).toString(16)).join('-');
}

type Line = (chance: Random) => string;

/** One of these lines per interval, with this probability. */
function chatter(every: number, probability: number, lines: readonly [Line, ...Line[]]): Voice {
  return {
    every,
    say({ chance }): Said[] {
      if (chance() > probability) return [];
      return [{ after: between(chance, 0, every * 0.9), text: pick(chance, lines)(chance) }];
    },
  };
}

function trade(chance: Random): string {
  const symbol = pick(chance, SYMBOLS);
  return [
    '{',
    `  orderId: '${orderId(chance)}',`,
    `  asset: '${symbol}',`,
    `  type: '${pick(chance, ['long', 'short'])}',`,
    `  leverage: ${pick(chance, [1, 5, 10, 100])},`,
    `  margin: ${whole(chance, 10, 900)},`,
    `  openPrice: ${price(chance, symbol)},`,
    `  user: { id: ${whole(chance, 11, 940)}, balance: ${between(chance, 100, 9000).toFixed(2)} }`,
    '}',
  ].join('\n');
}

export const CONSOLE = {
  backend: chatter(1600, 0.8, [
    (c) => `POST /api/v1/trade/create ${whole(c, 12, 90)}ms`,
    (c) => `📥 order received ${orderId(c)}`,
    (c) => `Message added to stream with id: ${1_768_000_000_000 + whole(c, 0, 9e8)}-0`,
    (c) => `GET /api/v1/trades/open ${whole(c, 3, 30)}ms`,
    trade,
  ]),
  engine: chatter(900, 0.85, [
    (c) => {
      const symbol = pick(c, SYMBOLS);
      return `⚡ price update ${symbol} ${price(c, symbol)}`;
    },
    (c) => `✅ order executed ${orderId(c)}`,
    (c) => `open orders: ${whole(c, 18, 44)}`,
    trade,
    (c) => `💥 liquidated ${orderId(c)} pnl: -${whole(c, 5, 300)}.${whole(c, 10, 99)}`,
  ]),
  websocket: chatter(4000, 0.7, [
    (c) => `client connected, total: ${whole(c, 22, 61)}`,
    (c) => `client disconnected, total: ${whole(c, 22, 61)}`,
    () => '📡 broadcasting prices to subscribers',
  ]),
  dbstorage: chatter(2500, 0.8, [
    (c) => `💾 stored ${whole(c, 1, 9)} closed orders`,
    (c) => `Processing message: ${orderId(c)}`,
    () => 'prisma:query INSERT INTO "public"."Orders" ("id","userId","asset") VALUES ($1,$2,$3)',
  ]),
  poller: chatter(500, 0.9, [
    (c) => `BTCUSDT bid ${price(c, 'BTCUSDT')} ask ${price(c, 'BTCUSDT')}`,
    (c) => `ETHUSDT bid ${price(c, 'ETHUSDT')} ask ${price(c, 'ETHUSDT')}`,
    (c) => `SOLUSDT bid ${price(c, 'SOLUSDT')} ask ${price(c, 'SOLUSDT')}`,
  ]),
  batch: chatter(10_000, 1, [
    (c) => `🚀 inserted batch of ${whole(c, 180, 260)} trades into timescale in ${whole(c, 14, 60)}ms`,
    (c) => `batch size ${whole(c, 180, 260)}, flushing`,
  ]),
  snapshot: chatter(15_000, 1, [
    (c) => `📸 snapshot saved to mongodb, ${whole(c, 18, 44)} open orders, ${whole(c, 300, 420)} balances`,
    (c) =>
      `{\n  snapshot: 'engine',\n  offsetId: '${1_768_000_000_000 + whole(c, 0, 9e8)}-0',\n  took: ${whole(c, 4, 20)}\n}`,
  ]),
  web: chatter(3000, 0.6, [
    (c) => ` GET /trading 200 in ${whole(c, 8, 90)}ms`,
    (c) => ` GET /api/candles?asset=BTC&ts=1m 200 in ${whole(c, 8, 90)}ms`,
  ]),
  docs: chatter(60_000, 0.4, [(c) => ` GET / 200 in ${whole(c, 5, 40)}ms`]),
  studio: chatter(90_000, 0.3, [() => 'Prisma Studio is up on http://localhost:5555']),
} as const;

/** What a client of redis logs while redis is unavailable: ioredis' messages, repeated, over many lines. */
export const REDIS_LOST: Voice = chatter(2000, 1, [
  () => '[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND redis',
  () =>
    "❌ Redis connection error Error: connect ECONNREFUSED 198.18.5.4:6379\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {\n  errno: -111,\n  code: 'ECONNREFUSED',\n  syscall: 'connect',\n  address: '198.18.5.4',\n  port: 6379\n}",
  () => 'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).',
]);

/** Prisma without its database. */
export const DATABASE_LOST: Voice = chatter(3000, 1, [
  () =>
    "PrismaClientInitializationError: Can't reach database server at `postgres:5432`\n\nPlease make sure your database server is running at `postgres:5432`.\n    at zr.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7615)",
  (c) => `retrying in ${whole(c, 1, 9)}s`,
]);

/** Next.js while its backend does not answer. */
export const BACKEND_LOST: Voice = chatter(5000, 0.8, [
  () =>
    " ⨯ Error: fetch failed\n    at async Page (./app/trading/page.tsx:41:20) {\n  digest: '1840182236',\n  [cause]: Error: connect ECONNREFUSED backend:8000\n}",
]);
