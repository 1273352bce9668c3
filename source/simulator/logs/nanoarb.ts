import { eventsAfter, figuresAfter } from '../metrics/figures.ts';
import { between, type Random } from '../world/random.ts';
import type { Said, Voice } from '../world/voice.ts';
import { micros } from './stamp.ts';

/** The Rust engine: tracing's default format, coloured even without a terminal, in UTC. */

const COLOURS = { INFO: '32', WARN: '33', ERROR: '31' } as const;

export function tracing(at: number, level: keyof typeof COLOURS, message: string): string {
  const dim = (text: string): string => `\x1b[2m${text}\x1b[0m`;
  return `${dim(micros(at))} \x1b[${COLOURS[level]}m${level.padStart(5)}\x1b[0m ${dim('nanoarb')}${dim(':')} ${message}`;
}

/** One line per hundred ticks, about one per second; none in a second that does not complete a hundred. */
export function nanoarbVoice(seed: string): Voice {
  return {
    every: 1000,
    say({ at, chance, work }) {
      const after = between(chance, 20, 180);
      const { events, orders, fills, position, pnl } = figuresAfter(work + after, seed);
      const tick = Math.floor(events / 100) * 100;
      if (eventsAfter(work + after - 1000) >= tick) return [];
      const money = `${pnl < 0 ? '-' : ''}$${Math.abs(pnl).toFixed(2)}`;
      const line = `Tick ${tick} | Orders: ${orders} | Fills: ${fills} | Pos: ${position} | P&L: ${money}`;
      return [{ after, text: tracing(at + after, 'INFO', line) }, ...rare(chance, at + after, position)];
    },
  };
}

function rare(chance: Random, at: number, position: number): Said[] {
  if (Math.abs(position) > 32 && chance() < 0.2) {
    return [{ after: 200, text: tracing(at + 5, 'WARN', `Position ${position} near limit 50, quoting one side`) }];
  }
  if (chance() < 0.004)
    return [{ after: 210, text: tracing(at + 9, 'WARN', 'Inference latency 1.9us above budget 1us') }];
  return [];
}

export function nanoarbBoot(at: number): Said[] {
  const words: [number, string][] = [
    [12, 'NanoARB v0.1.0 starting'],
    [18, 'Loading configuration from /app/config.toml'],
    [31, 'Instruments: ESH6, NQH6 | Strategy: market-maker | Risk: max position 50'],
    [240, 'Model loaded: /app/models/decision_transformer.onnx (3 layers, quantized)'],
    [262, 'Metrics server listening on 0.0.0.0:9090'],
    [270, 'Engine running'],
  ];
  return words.map(([after, text]) => ({ after, text: tracing(at + after, 'INFO', text) }));
}
