import { nanoarbBoot, nanoarbVoice, tracing } from '../logs/nanoarb.ts';
import { nanoarbMetrics } from '../metrics/nanoarb.ts';
import { readMeter } from '../world/meter.ts';
import type { Program } from '../world/types.ts';
import type { Said } from '../world/voice.ts';

const MB = 2 ** 20;

/** Faults of the engine: `bad-config`, `leak`, `curl-missing` outlive a restart; `stalled` does not. */
export function nanoarb(seed: string): Program {
  const voice = nanoarbVoice(seed);
  return {
    name: 'nanoarb',
    user: '1000',
    processes: () => [{ command: '/app/nanoarb --config /app/config.toml', share: 1 }],
    mood: ({ faults }) => (['bad-config', 'stalled', 'leak'] as const).find((fault) => faults.has(fault)) ?? 'normal',
    load(mood) {
      const usual = { cpu: 84, memory: 1_140 * MB, cache: 96 * MB, receive: 410e3, send: 38e3, write: 6e3, pids: 14 };
      if (mood === 'stalled') return { ...usual, cpu: 0.3, receive: 0, send: 300, write: 0, pace: 0 };
      if (mood === 'bad-config') return { ...usual, cpu: 4, memory: 12 * MB, receive: 0, send: 0, pids: 2, pace: 0 };
      if (mood === 'leak') return { ...usual, memory: 3_300 * MB, leak: 24 * MB, ceiling: 5_200 * MB };
      return usual;
    },
    voice: (mood) => (mood === 'normal' || mood === 'leak' ? voice : undefined),
    boot: ({ faults }, { now }) => (faults.has('bad-config') ? brokenBoot(now) : nanoarbBoot(now)),
    end: ({ faults }) => (faults.has('bad-config') ? { ms: 640, exitCode: 1 } : undefined),
    answer: (argv, { faults }) =>
      argv[0] === 'curl' && faults.has('curl-missing')
        ? { exitCode: 127, output: '', errors: '/bin/sh: 1: curl: not found\n', ms: 40 }
        : undefined,
    http({ path, port }, container, world) {
      if (port !== 9090) return undefined;
      const { work } = readMeter(container.meter, container.load, world.now);
      if (path === '/metrics') return { status: 200, body: nanoarbMetrics(work, seed), type: 'text/plain' };
      if (path === '/health')
        return { status: 200, body: '{"status":"ok","version":"0.1.0"}', type: 'application/json' };
      return { status: 404, body: '' };
    },
    lasting: ['bad-config', 'leak', 'curl-missing'],
    endpoints: { port: 9090, labels: { 'deskhand.metrics.url': '/metrics', 'deskhand.health.url': '/health' } },
    closesConnections: true,
  };
}

function brokenBoot(at: number): Said[] {
  const words: [number, 'INFO' | 'ERROR', string][] = [
    [12, 'INFO', 'NanoARB v0.1.0 starting'],
    [18, 'INFO', 'Loading configuration from /app/config.toml'],
    [21, 'ERROR', 'Configuration error: missing field `max_position` for key `risk` at line 14 column 1'],
  ];
  return words.map(([after, level, text]) => ({ after, text: tracing(at + after, level, text) }));
}
