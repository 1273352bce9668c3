import { afterAll, beforeAll, expect, it } from 'vitest';
import { mountConsole } from '../builders/console.tsx';
import { besideStock } from './beside-stock.ts';

const frames = new Set<string>();
const differing: { stock: string; cached: string }[] = [];
let end: () => void;

beforeAll(() => {
  end = besideStock((stock, cached) => {
    frames.add(stock.output);
    if (stock.output !== cached.output) differing.push({ stock: stock.output, cached: cached.output });
  });
});
afterAll(() => end());

const SIZES = [
  [80, 24],
  [300, 100],
  [60, 15],
  [120, 40],
] as const;

const TOUR = 'j j k tab f f tab f f tab tab d esc y esc ? esc r esc l esc enter esc'.split(' ');

// Each frame is drawn twice; the limit is for a machine that has much else to do.
const LIMIT = { timeout: 60_000 };

it('draws the same frames of the console as Ink does, whatever it shows and however large it is', LIMIT, async () => {
  const console = await mountConsole({ incident: 'redis-oom', columns: 120, rows: 40 });
  try {
    await console.shows('redis');
    for (const [columns, rows] of SIZES) {
      console.resize(columns, rows);
      await console.pass(1000);
    }
    for (const key of TOUR) {
      const before = frames.size;
      await console.press(key);
      expect(frames.size, key).toBeGreaterThan(before);
      expect(differing).toEqual([]);
    }
  } finally {
    await console.close();
  }
  expect(frames.size).toBeGreaterThan(25);
});
