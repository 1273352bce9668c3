import { between, pick, type Random, whole } from '../world/random.ts';
import type { Voice } from '../world/voice.ts';
import * as stamp from './stamp.ts';

/** openalgo: Python's logging on standard error in Indian time; maricusco: structlog's JSON and uvicorn's access lines. */

export function openalgoLine(at: number, level: string, module: string, message: string): string {
  return `[${stamp.indian(at)}] ${level} in ${module}: ${message}`;
}

const SYMBOLS = ['RELIANCE', 'INFY', 'SBIN', 'NIFTY28NOV24FUT', 'BANKNIFTY'] as const;

function activity(chance: Random): [level: string, module: string, message: string] {
  const symbol = pick(chance, SYMBOLS);
  const money = between(chance, 200, 3000).toFixed(2);
  const all: readonly [[string, string, string], ...[string, string, string][]] = [
    [
      'INFO',
      'place_order_service',
      `Order placed: ${pick(chance, ['BUY', 'SELL'])} ${symbol} qty=${whole(chance, 1, 75)} price=${money}`,
    ],
    ['INFO', 'websocket_proxy.server', `Subscribed client ${whole(chance, 1, 40)} to NSE:${symbol} mode=LTP`],
    ['DEBUG', 'zerodha_adapter', `Tick ${symbol} ltp=${money}`],
    ['INFO', 'quotes_service', `Quotes fetched for ${symbol} in ${whole(chance, 20, 180)}ms`],
    ['INFO', 'strategy.nifty_straddle', `signal=${pick(chance, ['HOLD', 'BUY', 'SELL'])} fast=${money} slow=${money}`],
    ['WARNING', 'limiter', `Rate limit near: ${whole(chance, 7, 9)} of 10 per second for /api/v1/placeorder`],
  ];
  return pick(chance, all);
}

export const OPENALGO: Voice = {
  every: 1500,
  say({ at, chance }) {
    const after = between(chance, 0, 1400);
    const [level, module, message] = activity(chance);
    return [{ after, text: openalgoLine(at + after, level, module, message) }];
  },
};

/** OpenBLAS cannot create its threads: its own lines have no format at all. */
export const OPENALGO_THREADS: Voice = {
  every: 1500,
  say(slot) {
    const usual = OPENALGO.say(slot);
    if (slot.chance() < 0.4) return usual;
    const after = between(slot.chance, 0, 1200);
    const blas = `OpenBLAS blas_thread_init: pthread_create failed for thread ${whole(slot.chance, 1, 15)} of 16: Resource temporarily unavailable`;
    const limit =
      'OpenBLAS blas_thread_init: ensure that your address space and process count limits are big enough (ulimit -a)';
    return [...usual, { after, text: `${blas}\n${limit}` }];
  },
};

export function structlog(at: number, level: string, event: string, fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ event, level, logger: 'maricusco.api', timestamp: stamp.millis(at), ...fields });
}

const HANDLERS = ['/positions', '/signals', '/analyze', '/positions/ES', '/signals/latest'] as const;

export const MARICUSCO: Voice = {
  every: 2200,
  say({ at, chance }) {
    const after = between(chance, 0, 2000);
    if (chance() < 0.5) {
      const port = whole(chance, 40_000, 60_000);
      return [{ after, text: `INFO:     198.18.4.1:${port} - "GET ${pick(chance, HANDLERS)} HTTP/1.1" 200 OK` }];
    }
    const fields = {
      agent: pick(chance, ['technical', 'sentiment', 'risk']),
      ticker: pick(chance, ['ES', 'NQ', 'CL']),
      ms: whole(chance, 200, 2900),
    };
    return [{ after, text: structlog(at + after, 'info', 'agent run completed', fields) }];
  },
};

export function maricuscoFailing(dependency: string): Voice {
  return {
    every: 2200,
    say(slot) {
      const usual = MARICUSCO.say(slot);
      if (slot.chance() < 0.5) return usual;
      const error = `Error 111 connecting to ${dependency}. Connection refused.`;
      const after = between(slot.chance, 0, 2000);
      return [{ after, text: structlog(slot.at + after, 'error', 'dependency unavailable', { dependency, error }) }];
    },
  };
}

export const MARICUSCO_BUSY: Voice = {
  every: 700,
  say({ at, chance }) {
    const after = between(chance, 0, 600);
    const fields = { queue: whole(chance, 60, 190), ms: whole(chance, 2200, 9400) };
    return [{ after, text: structlog(at + after, 'warning', 'slow request', fields) }];
  },
};
