import { describe, expect, it } from 'vitest';
import { batchOfTexts } from '../../test/builders/fake-log.ts';
import { LogBuffer } from './buffer.ts';

const MIB = 1024 * 1024;

function filled(limit: number, texts: readonly string[], source = 0) {
  const buffer = new LogBuffer(limit);
  buffer.append(source, batchOfTexts(texts), 0, texts.length);
  return buffer;
}

describe('LogBuffer', () => {
  it('returns what was appended', () => {
    const buffer = filled(1e6, ['one', '', 'drei ₹ 📈']);
    buffer.append(3, batchOfTexts(['x', 'four', 'y']), 1, 2);
    expect([0, 1, 2, 3].map((line) => buffer.text(line))).toEqual(['one', '', 'drei ₹ 📈', 'four']);
    expect([buffer.source(0), buffer.source(3)]).toEqual([0, 3]);
    expect(buffer.time(2)).toBe(1_768_468_502_002);
    expect([buffer.first, buffer.end]).toEqual([0, 4]);
  });

  it('stays within its bytes by dropping the oldest lines, without renumbering', () => {
    const buffer = new LogBuffer(1024 * 1024);
    for (let round = 0; round < 400; round += 1) {
      const texts = Array.from({ length: 100 }, (_, i) => `line ${round * 100 + i} ${'x'.repeat(i)}`);
      buffer.append(0, batchOfTexts(texts), 0, 100);
      expect(buffer.bytes).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(buffer.end).toBe(40_000);
    expect(buffer.first).toBeGreaterThan(10_000);
    for (const line of [buffer.first, 35_123, 39_999]) expect(buffer.text(line)).toMatch(new RegExp(`^line ${line} `));
    expect(buffer.text(buffer.first - 1)).toBe('');
    expect(buffer.has(buffer.first - 1)).toBe(false);
  });

  it('stores short lines with little overhead', () => {
    const texts = Array.from({ length: 50_000 }, () => 'y');
    const buffer = filled(64 * 1024 * 1024, texts);
    expect(buffer.bytes).toBeLessThan(50_000 * 20 + 100_000);
  });

  it('keeps a line that is longer than a segment', () => {
    const long = 'z'.repeat(200_000);
    const buffer = filled(1e6, ['a', long, 'b']);
    expect(buffer.text(1)).toBe(long);
    expect(buffer.text(2)).toBe('b');
  });

  it('keeps the newest line even if it alone is too large', () => {
    const buffer = filled(1000, ['z'.repeat(5000)]);
    expect(buffer.text(0).length).toBe(5000);
  });

  it('returns its memory to the system as soon as it is cleared', () => {
    const lines = batchOfTexts(Array.from({ length: 1000 }, () => 'x'.repeat(1000)));
    const buffer = new LogBuffer(64 * MIB);
    for (let round = 0; round < 80; round += 1) buffer.append(0, lines, 0, 1000);
    const [held, resident] = [buffer.bytes, process.memoryUsage.rss()];
    expect(held).toBeGreaterThan(60 * MIB);
    buffer.clear();
    expect(resident - process.memoryUsage.rss()).toBeGreaterThan(held - 4 * MIB);
    expect([buffer.bytes, buffer.first, buffer.end]).toEqual([0, 80_000, 80_000]);
    buffer.append(0, lines, 0, 1);
    expect(buffer.text(80_000)).toHaveLength(1000);
  });

  it('keeps its memory constant during a long flood of lines', () => {
    const lines = batchOfTexts(Array.from({ length: 1000 }, (_, i) => 'x'.repeat(i % 200)));
    const buffer = new LogBuffer(4 * MIB);
    const rounds = (count: number) => {
      for (let round = 0; round < count; round += 1) buffer.append(0, lines, 0, 1000);
      return process.memoryUsage().arrayBuffers;
    };
    const early = rounds(200);
    expect(rounds(2000)).toBeLessThan(early + MIB);
    expect(buffer.bytes).toBeLessThanOrEqual(4 * MIB);
  });
});
