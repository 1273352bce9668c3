import { OPENALGO, OPENALGO_THREADS, openalgoLine } from '../logs/python.ts';
import type { Program } from '../world/types.ts';

const MB = 2 ** 20;

const STRATEGIES = ['ema_crossover', 'nifty_straddle', 'banknifty_breakout'] as const;

/** Faults: `threads` (OpenBLAS cannot make any), `ws-dead` (the WebSocket proxy is gone), `strategy-killed`. A restart ends all. */
export const OPENALGO_APP: Program = {
  name: 'openalgo',
  user: 'appuser',
  stream: 'stderr',
  processes({ faults }) {
    const proxy = [{ command: 'python -m websocket_proxy.server', share: 0.2 }];
    const running = STRATEGIES.slice(faults.has('strategy-killed') ? 1 : 0);
    return [
      { command: 'bash /app/start.sh', share: 0 },
      { command: 'gunicorn --worker-class eventlet --workers 1 --bind 0.0.0.0:5000 app:app', share: 0.1 },
      { command: 'gunicorn --worker-class eventlet --workers 1 --bind 0.0.0.0:5000 app:app', share: 0.4 },
      ...(faults.has('ws-dead') ? [] : proxy),
      ...running.map((name) => ({ command: `python -u strategies/scripts/${name}.py`, share: 0.1 })),
    ];
  },
  mood: ({ faults }) =>
    (['threads', 'ws-dead', 'strategy-killed'] as const).find((fault) => faults.has(fault)) ?? 'normal',
  load(mood) {
    const usual = { cpu: 23, memory: 940 * MB, cache: 180 * MB, receive: 96e3, send: 41e3, write: 14e3, pids: 61 };
    if (mood === 'threads') return { ...usual, cpu: 141, pids: 487, memory: 1_900 * MB };
    if (mood === 'ws-dead') return { ...usual, cpu: 11, receive: 9e3, send: 6e3, pids: 44 };
    if (mood === 'strategy-killed') return { ...usual, cpu: 18, memory: 690 * MB, pids: 52 };
    return usual;
  },
  voice: (mood) => (mood === 'threads' ? OPENALGO_THREADS : OPENALGO),
  boot: (_, { now }) =>
    [
      'Starting OpenAlgo on 0.0.0.0:5000',
      'WebSocket proxy listening on 0.0.0.0:8765',
      'ZeroMQ publisher bound to tcp://*:5555',
    ].map((text, i) => ({ after: 300 + i * 900, text: openalgoLine(now + 300 + i * 900, 'INFO', 'app', text) })),
  stop: {
    ms: 5_200,
    exitCode: 0,
    words: (at) => [{ after: 40, text: openalgoLine(at + 40, 'INFO', 'gunicorn.error', 'Handling signal: term') }],
  },
  http({ path, port }, { faults }) {
    if (port === 8765)
      return faults.has('ws-dead') ? undefined : { status: 426, body: 'Failed to open a WebSocket connection.\n' };
    if (port !== 5000) return undefined;
    return path === '/health'
      ? { status: 200, body: '{"status":"pass"}', type: 'application/health+json' }
      : { status: 200, body: '<!doctype html><title>OpenAlgo</title>', type: 'text/html' };
  },
  endpoints: { port: 5000, labels: { 'deskhand.health.url': '/health' }, webSocket: 8765 },
};
