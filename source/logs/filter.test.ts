import { describe, expect, it } from 'vitest';
import { hitsIn, type LogFilter, parseLogFilter } from './filter.ts';

function filter(typed: string): LogFilter {
  const parsed = parseLogFilter(typed);
  if (!parsed || 'error' in parsed) throw new Error(`no filter: ${typed}`);
  return parsed;
}

describe('parseLogFilter', () => {
  it('reads expressions, case-sensitive only with capitals', () => {
    expect(filter('err(or)?').test('An ERROR')).toBe(true);
    expect(filter('ERROR').test('an error')).toBe(false);
    expect(filter('\\S+ \\W').test('ab !')).toBe(true);
  });

  it('keeps a trailing blank', () => {
    expect(filter('order 1234 ').test('order 123400 filled')).toBe(false);
    expect(filter('order 1234 ').test('order 1234 filled')).toBe(true);
  });

  it('inverts with !, matches fuzzily with -f, and does not hide with a second slash', () => {
    expect(filter('!health').test('GET /health')).toBe(false);
    expect(filter('!health').test('GET /orders')).toBe(true);
    expect(filter('-f ordfil').test('order filled')).toBe(true);
    expect(filter('-f zzz').test('order filled')).toBe(false);
    expect(filter('/order').hide).toBe(false);
    expect(filter('order').hide).toBe(true);
  });

  it('reports an invalid expression, and returns undefined for an empty one', () => {
    expect(parseLogFilter('a(')).toEqual({ error: 'Unterminated group' });
    for (const typed of ['', ' ', '!', '-f', '/']) expect(parseLogFilter(typed)).toBeUndefined();
  });

  it('reads names with comparisons as a query on fields, whose words mark their hits', () => {
    const errors = filter('level>=error reject');
    expect(errors.test('ERROR order rejected')).toBe(true);
    expect(errors.test('INFO order rejected')).toBe(false);
    expect(hitsIn(errors, 'ERROR order rejected')).toEqual([[12, 18]]);
    expect(filter('/level>=error').hide).toBe(false);
    expect(filter('pnl=\\d+').test('pnl=12')).toBe(true);
    expect(parseLogFilter('level>=wran')).toHaveProperty('error');
  });

  it('returns the ranges of the hits', () => {
    expect(hitsIn(filter('o'), 'foo bo')).toEqual([
      [1, 2],
      [2, 3],
      [5, 6],
    ]);
    expect(hitsIn(filter('x*'), 'foo')).toEqual([]);
    expect(hitsIn(filter('!o'), 'foo')).toEqual([]);
    expect(hitsIn(filter('-f of'), 'order filled')).toEqual([
      [0, 1],
      [6, 7],
    ]);
  });
});
