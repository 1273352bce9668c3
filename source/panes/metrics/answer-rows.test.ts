import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { theme } from '../../../test/metrics/fixture.ts';
import type { QueryResult } from '../../prometheus/server.ts';
import { answerOf, answerRows } from './answer-rows.ts';

function vector(count: number, value = 5): QueryResult {
  const series = Array.from({ length: count }, (_, index) => ({
    labels: { __name__: 'up', job: `j${index}` },
    times: [0],
    values: [value],
  }));
  return { type: 'vector', warnings: [], series };
}

const size = { width: 60, height: 10, theme };
const rows = (query: string, result: QueryResult) =>
  answerRows(answerOf(query, result), 0, size).map((row) => stripVTControlCharacters(row).trimEnd());

describe('the answer to a PromQL expression', () => {
  it('is a table of values in the unit of the metric', () => {
    expect(rows('up', vector(2))).toEqual(['    VALUE  SERIES', '        5  up{job="j0"}', '        5  up{job="j1"}']);
    expect(rows('node_filesystem_size_bytes', vector(1, 2 ** 30))[1]).toMatch(/1GiB {2}up/);
    expect(rows('rate(sent_bytes_total[1m])', vector(1, 1024))[1]).toMatch(/1KiB\/s/);
    expect(rows('"abc"', { type: 'string', text: 'abc', warnings: [], series: [] })).toEqual([' abc']);
    expect(rows('nothing', vector(0))).toEqual([' no series: the server has none that match now']);
  });

  it('is bounded', () => {
    const answer = answerOf('{__name__=~".+"}', vector(4033));
    expect(answer.series).toHaveLength(200);
    expect(answerRows(answer, 0, size)[0]).toMatch(/SERIES \(200 of 4033\)/);
  });

  it.each<[string, QueryResult, RegExp | undefined]>([
    ['one line', vector(1), undefined],
    ['no line', vector(0), /no series now/],
    ['too many lines', vector(21), /it has 21 lines: choose at most 20/],
    ['a text', { type: 'string', text: 'a', warnings: [], series: [] }, /a string cannot be drawn/],
    ['a range', { ...vector(1), type: 'matrix' }, /range of samples/],
  ])('says why it cannot be pinned: %s', (_, result, reason) => {
    const { notPinned } = answerOf('x', result);
    if (reason === undefined) expect(notPinned).toBeUndefined();
    else expect(notPinned).toMatch(reason);
  });
});
