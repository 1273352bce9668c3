import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { random } from '../../simulator/world/random.ts';
import { addLine, createBatch, type LineBatch } from './batch.ts';
import { type MergeOptions, Merger } from './merge.ts';
import { fromMillis } from './stamp.ts';

type Emitted = { source: number; text: string; ms: number };

function setup(options: MergeOptions = {}) {
  const clock = fakeClock();
  const emitted: Emitted[] = [];
  const merger = new Merger(
    clock,
    (source, batch, from, to) => {
      for (let i = from; i < to; i += 1) {
        const ms = (batch.seconds[i] ?? 0) * 1000 + (batch.nanos[i] ?? 0) / 1e6;
        emitted.push({ source, text: batch.bytes.toString('utf8', batch.starts[i], batch.ends[i]), ms });
      }
    },
    options,
  );
  return { clock, emitted, merger, texts: () => emitted.map(({ text }) => text) };
}

function batch(...lines: [ms: number, text: string][]): LineBatch {
  const bytes = Buffer.from(lines.map(([, text]) => text).join(''));
  const made = createBatch(bytes);
  let at = 0;
  for (const [ms, text] of lines) {
    addLine(made, 0, fromMillis(ms), at, at + Buffer.byteLength(text));
    at += Buffer.byteLength(text);
  }
  return made;
}

/** Sources that write a few lines each at random, a little late: what was written and what was told. */
async function writeAtRandom(seed: number) {
  const next = random(seed);
  const { merger, emitted, clock } = setup();
  const written: string[][] = Array.from({ length: 2 + (seed % 4) }, () => []);
  for (const source of written.keys()) merger.join(source);
  for (const source of written.keys()) merger.caughtUp(source);
  for (let i = 0; i < 200; i += 1) {
    const source = Math.floor(next() * written.length);
    const lines = Array.from({ length: 1 + Math.floor(next() * 3) }, (_, k): [number, string] => [
      clock.now() - Math.floor(next() * 20) + k / 10,
      `s${source} i${i} k${k}`,
    ]);
    written[source]?.push(...lines.map(([, text]) => text));
    merger.push(source, batch(...lines));
    if (next() < 0.5) await clock.advance(Math.floor(next() * 40));
  }
  await clock.advance(1000);
  return { written, emitted };
}

describe('Merger', () => {
  it('passes a single source through at once', () => {
    const { merger, texts } = setup();
    merger.join(0);
    merger.push(0, batch([2, 'a'], [1, 'b']));
    expect(texts()).toEqual(['a', 'b']);
  });

  it('merges existing lines exactly, whichever source answers first', () => {
    const { merger, texts } = setup();
    merger.join(0);
    merger.join(1);
    merger.push(0, batch([10, 'a10'], [30, 'a30']));
    merger.caughtUp(0);
    expect(texts()).toEqual([]);
    merger.push(1, batch([5, 'b5'], [20, 'b20']));
    expect(texts()).toEqual(['b5', 'a10', 'b20']);
    merger.push(1, batch([40, 'b40']));
    merger.caughtUp(1);
    expect(texts()).toEqual(['b5', 'a10', 'b20', 'a30', 'b40']);
  });

  it('waits at most a second for a silent source', async () => {
    const { merger, texts, clock } = setup();
    merger.join(0);
    merger.join(1);
    merger.push(0, batch([10, 'a']));
    merger.caughtUp(0);
    await clock.advance(900);
    expect(texts()).toEqual([]);
    await clock.advance(300);
    expect(texts()).toEqual(['a']);
  });

  it('lets a slower source go first within the window, but not later', async () => {
    const { merger, texts, clock } = setup({ windowMs: 100 });
    for (const source of [0, 1]) {
      merger.join(source);
      merger.caughtUp(source);
    }
    merger.push(0, batch([50, 'a50']));
    await clock.advance(60);
    merger.push(1, batch([40, 'b40']));
    expect(texts()).toEqual([]);
    await clock.advance(200);
    expect(texts()).toEqual(['b40', 'a50']);
    merger.push(1, batch([45, 'b45']));
    await clock.advance(200);
    expect(texts()).toEqual(['b40', 'a50', 'b45']);
  });

  it('emits at once if too much is waiting', () => {
    const { merger, texts } = setup({ limitBytes: 400 });
    for (const source of [0, 1]) {
      merger.join(source);
      merger.caughtUp(source);
    }
    for (let i = 0; i < 40; i += 1) merger.push(i % 2, batch([i, `x${i}`]));
    expect(texts().length).toBeGreaterThan(25);
  });

  it('holds back a source that is far ahead of another until that one catches up', async () => {
    const { merger } = setup({ limitBytes: 4000 });
    merger.join(0);
    merger.join(1);
    let free = false;
    const held = merger.push(0, batch([10, 'x'.repeat(3000)]));
    void held?.then(() => {
      free = true;
    });
    expect(held).toBeDefined();
    merger.push(1, batch([20, 'b']));
    await Promise.resolve();
    expect(free).toBe(true);
  });

  it('keeps the lines of a stack trace together', () => {
    const { merger, texts } = setup();
    merger.join(0);
    merger.join(1);
    merger.push(0, batch([10, 'Error: no'], [10.2, '    at main'], [10.4, '}'], [30, ' later']));
    merger.push(1, batch([10.1, 'other'], [20, 'more']));
    merger.caughtUp(0);
    merger.caughtUp(1);
    expect(texts()).toEqual(['Error: no', '    at main', '}', 'other', 'more', ' later']);
  });

  it('emits the remaining lines of a source that left, then forgets it', async () => {
    const { merger, texts, clock } = setup();
    for (const source of [0, 1]) {
      merger.join(source);
      merger.caughtUp(source);
    }
    merger.push(0, batch([10, 'last words']));
    merger.leave(0);
    await clock.advance(250);
    expect(texts()).toEqual(['last words']);
    merger.push(1, batch([11, 'at once again']));
    expect(texts()).toEqual(['last words', 'at once again']);
    expect(clock.waiting()).toBe(0);
  });

  it("neither loses nor repeats lines, keeps each source's order, and the total order if sources are on time", async () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { written, emitted } = await writeAtRandom(seed);
      for (const [source, texts] of written.entries()) {
        expect(emitted.filter((line) => line.source === source).map(({ text }) => text)).toEqual(texts);
      }
      // Within a source times may fall by 20 ms here: apart from that the merged order is the order of time.
      let newest = 0;
      for (const { ms } of emitted) {
        expect(ms).toBeGreaterThan(newest - 21);
        newest = Math.max(newest, ms);
      }
    }
  });
});
