import { describe, expect, it } from 'vitest';
import { tradingHost } from '../stacks/index.ts';
import { nextLineAt, readLog } from './log.ts';
import { MINUTE } from './time.ts';
import type { Container, World } from './types.ts';
import { advance, containerNamed } from './world.ts';

const NOW = Date.UTC(2026, 10, 20, 9);

function host(): World {
  const world = tradingHost('test', NOW - 5 * MINUTE);
  advance(world, NOW);
  return world;
}

function get(world: World, name: string): Container {
  const container = containerNamed(world, name);
  if (!container) throw new Error(`no ${name}`);
  return container;
}

describe('readLog', () => {
  it.each(['nanoarb-engine', 'openalgo', 'exness-backend', 'trading-api-1', 'maricusco-app'])(
    '%s: gives the same lines however it is read',
    (name) => {
      const world = host();
      const container = get(world, name);
      const whole = readLog(container, { from: NOW - MINUTE, to: NOW }, world.seed);
      expect(whole.length).toBeGreaterThan(10);
      const pieces = Array.from({ length: 600 }, (_, i) => {
        const from = NOW - MINUTE + i * 100 + (i === 0 ? 0 : 0.0005);
        return readLog(container, { from, to: NOW - MINUTE + (i + 1) * 100 }, world.seed);
      });
      expect(pieces.flat()).toEqual(whole);
      expect(readLog(container, { from: 0, to: NOW, tail: 7 }, world.seed)).toEqual(whole.slice(-7));
    },
  );

  it('gives the same lines on another day for the same seed, and others for another seed', () => {
    const text = (seed: string): string => {
      const world = tradingHost(seed, NOW);
      return readLog(get(world, 'exness-engine'), { from: 0, to: NOW, tail: 50 }, world.seed)
        .map((line) => line.text)
        .join('\n');
    };
    expect(text('a')).toBe(text('a'));
    expect(text('a')).not.toBe(text('b'));
  });

  it('is in order and never in the future', () => {
    const world = host();
    for (const container of world.containers.values()) {
      const times = readLog(container, { from: 0, to: NOW, tail: 500 }, world.seed).map((line) => line.at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.max(0, ...times)).toBeLessThanOrEqual(NOW);
    }
  });
});

describe('nextLineAt', () => {
  it('is the time of the next line', () => {
    const world = host();
    const container = get(world, 'exness-price-poller');
    const next = nextLineAt(container, NOW, world.seed) ?? 0;
    expect(readLog(container, { from: NOW + 0.001, to: next - 0.001 }, world.seed)).toEqual([]);
    expect(readLog(container, { from: NOW + 0.001, to: next }, world.seed)).toHaveLength(1);
  });
});
