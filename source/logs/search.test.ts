import { describe, expect, it } from 'vitest';
import { batchOfTexts } from '../../test/builders/fake-log.ts';
import { LogBuffer } from './buffer.ts';
import { hitsIn, parseLogFilter } from './filter.ts';
import { LineTexts } from './line-texts.ts';
import { LogSearch } from './search.ts';
import { filteredLines } from './sequence.ts';

function setup(texts: readonly string[]) {
  const buffer = new LogBuffer(64e6);
  buffer.append(0, batchOfTexts(texts), 0, texts.length);
  const lines = new LineTexts(buffer);
  const search = new LogSearch(lines, () => {});
  const idle = async () => {
    while (search.busy) await new Promise((resolve) => setImmediate(resolve));
  };
  const shown = () => {
    const found: string[] = [];
    if (!search.hits) return found;
    const sequence = filteredLines(lines, 0, search.hits, { context: 0 });
    for (let line = sequence.first(); line !== undefined; line = sequence.after(line)) found.push(lines.plain(line));
    return found;
  };
  return { buffer, search, idle, shown };
}

const many = Array.from({ length: 20_000 }, (_, i) => (i % 1000 === 0 ? `ERROR order ${i} lost` : `tick ${i}`));

describe('LogSearch', () => {
  it('has the newest hits at once and all of them after several turns', async () => {
    const { search, idle, shown } = setup(many);
    search.setFilter(parseLogFilter('order'));
    expect(shown()).toEqual(['ERROR order 19000 lost']);
    await idle();
    expect(shown().length).toBe(20);
  });

  it('continues with new lines', async () => {
    const { buffer, search, idle, shown } = setup(['a order']);
    search.setFilter(parseLogFilter('order'));
    buffer.append(0, batchOfTexts(['b', 'c order']), 0, 2);
    search.kick();
    await idle();
    expect(shown()).toEqual(['a order', 'c order']);
  });

  it('finds visible text, not the control sequences around it', async () => {
    const { search, idle, shown } = setup(['\u001b[31mor\u001b[0mder']);
    search.setFilter(parseLogFilter('order'));
    await idle();
    expect(shown()).toEqual(['order']);
  });

  it('continues past rejected hits in turns, however many there are', async () => {
    const { search } = setup(Array.from({ length: 20_000 }, (_, i) => `ERROR ${i}`));
    const find = (accept: (line: number) => number | undefined) =>
      new Promise<number | undefined>((found) => search.find(0, 1, 'error', found, accept));
    let asked = 0;
    const turn = new Promise<number>((done) => setImmediate(() => done(asked)));
    const seen = find((line) => {
      asked += 1;
      return line === 15_000 ? line - 1 : undefined;
    });
    expect(await turn).toBeLessThan(5000);
    expect(await seen).toBe(14_999);
    expect(asked).toBe(15_000);
    expect(await find(() => undefined)).toBeUndefined();
  });

  it('jumps to the next and previous error and match at any distance', async () => {
    const { search } = setup(many);
    const find = (from: number, by: 1 | -1, sought: 'match' | 'error') =>
      new Promise<number | undefined>((found) => search.find(from, by, sought, found));
    expect(await find(19_999, -1, 'error')).toBe(19_000);
    expect(await find(19_000, -1, 'error')).toBe(18_000);
    expect(await find(0, 1, 'error')).toBe(1000);
    expect(await find(19_000, 1, 'error')).toBeUndefined();
    search.setFilter(parseLogFilter('/tick 7$'));
    expect(search.left).toBeUndefined();
    expect(await find(19_999, -1, 'match')).toBe(7);
  });

  it('keeps the previous filter while an expression is incomplete', async () => {
    const { search, idle, shown } = setup(['an order', 'a tick']);
    search.setFilter(parseLogFilter('order'));
    search.setFilter(parseLogFilter('order|('));
    await idle();
    expect(search.error).toBe('Unterminated group');
    expect(shown()).toEqual(['an order']);
    search.setFilter(parseLogFilter('order|(tick)'));
    await idle();
    expect(search.error).toBe('');
    expect(shown()).toEqual(['an order', 'a tick']);
  });

  it('abandons an expression that would take forever to paint', async () => {
    const { search } = setup(['short']);
    search.setFilter(parseLogFilter('/(a+)+$'));
    const { filter } = search;
    expect(filter && hitsIn(filter, 'b a')).toEqual([[2, 3]]);
    expect(filter && hitsIn(filter, `${'a'.repeat(60)}!`)).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(search.error).toBe('this expression takes too long');
    expect(search.filter).toBeUndefined();
  });

  it('searches long lines completely, a few in each turn', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${i} ${'x'.repeat(60_000)} ${i % 50 === 0 ? 'needle' : ''}`);
    const { search, idle, shown } = setup(lines);
    search.setFilter(parseLogFilter('needle$'));
    await idle();
    expect(shown().map((line) => line.split(' ')[0])).toEqual(['0', '50', '100', '150']);
    expect(search.error).toBe('');
  });

  it('abandons an expression that would take forever, and reports it', async () => {
    const { search, idle } = setup([`${'a'.repeat(60)}!`]);
    search.setFilter(parseLogFilter('(a+)+$'));
    await idle();
    expect(search.error).toBe('this expression takes too long');
    expect(search.left).toBeUndefined();
    search.setFilter(parseLogFilter('a!'));
    expect(search.error).toBe('');
  });
});
