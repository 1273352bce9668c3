import { describe, expect, it } from 'vitest';
import { random } from '../simulator/world/random.ts';
import { Hits } from './hits.ts';
import { allLines, filteredLines, type Sequence } from './sequence.ts';

function walk(sequence: Sequence): number[] {
  const lines: number[] = [];
  for (let line = sequence.first(); line !== undefined; line = sequence.after(line)) lines.push(line);
  return lines;
}

function walkBack(sequence: Sequence): number[] {
  const lines: number[] = [];
  for (let line = sequence.last(); line !== undefined; line = sequence.before(line)) lines.unshift(line);
  return lines;
}

/** Runs a search to its end over lines of which `passes` says whether they are hits. */
function search(hits: Hits, first: number, end: number, passes: (line: number) => boolean, size = 7): void {
  for (let slice = hits.next(first, end, size); slice; slice = hits.next(first, end, size)) {
    const { from, to } = slice;
    hits.record(slice, Array.from({ length: to - from }, (_, i) => from + i).filter(passes));
  }
}

describe('Hits', () => {
  it('tests the newest lines first', () => {
    const hits = new Hits(100);
    expect(hits.next(0, 100, 10)).toMatchObject({ from: 90, to: 100 });
    hits.record({ from: 90, to: 100 }, [95]);
    expect(hits.next(0, 105, 10)).toMatchObject({ from: 100, to: 105 });
  });

  it('finds every hit once while lines are added and dropped', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const next = random(seed);
      const passes = (line: number) => (line * 7919 + seed) % 5 === 0;
      let [first, end] = [0, 50];
      const hits = new Hits(end);
      for (let round = 0; round < 20; round += 1) {
        end += Math.floor(next() * 30);
        first = Math.min(end, first + Math.floor(next() * 25));
        hits.trim(first);
        const slice = hits.next(first, end, 9);
        if (slice)
          hits.record(slice, Array.from({ length: slice.to - slice.from }, (_, i) => slice.from + i).filter(passes));
      }
      search(hits, first, end, passes);
      hits.trim(first);
      const expected = Array.from({ length: end - first }, (_, i) => first + i).filter(passes);
      expect(walk(filteredLines({ first, end }, 0, hits, { context: 0 }))).toEqual(expected);
      expect(walkBack(filteredLines({ first, end }, 0, hits, { context: 0 }))).toEqual(expected);
    }
  });
});

describe('sequences', () => {
  it('are all lines since the view was cleared', () => {
    expect(walk(allLines({ first: 3, end: 8 }, 5))).toEqual([5, 6, 7]);
    expect(walkBack(allLines({ first: 3, end: 8 }, 0))).toEqual([3, 4, 5, 6, 7]);
    expect(allLines({ first: 8, end: 8 }, 0).last()).toBeUndefined();
  });

  it('contain the context lines of each hit, each once', () => {
    const hits = new Hits(30);
    search(hits, 0, 30, (line) => [0, 10, 12, 29].includes(line));
    const lines = filteredLines({ first: 0, end: 30 }, 0, hits, { context: 2 });
    expect(walk(lines)).toEqual([0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 27, 28, 29]);
    expect(walkBack(lines)).toEqual(walk(lines));
    expect([lines.isHit(10), lines.isHit(11)]).toEqual([true, false]);
  });

  it('continue from a line that they do not contain', () => {
    const hits = new Hits(30);
    search(hits, 0, 30, (line) => line % 10 === 5);
    const lines = filteredLines({ first: 0, end: 30 }, 0, hits, { context: 0 });
    expect([lines.after(6), lines.before(14), lines.after(25), lines.before(5)]).toEqual([15, 5, undefined, undefined]);
  });
});
