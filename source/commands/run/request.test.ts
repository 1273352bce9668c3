import { describe, expect, it } from 'vitest';
import { parseRun } from './request.ts';

const parse = (text: string, flags = {}) => parseRun(text.split(' ').filter(Boolean), flags);

describe('the words after deskhand run', () => {
  it('are an action and its target', () => {
    expect(parse('restart exness/redis')).toMatchObject({ action: 'restart', target: 'exness/redis' });
    expect(parse('scale trading/worker 3')).toEqual({ action: 'scale', target: 'trading/worker', args: { wanted: 3 } });
    expect(parse('prune images')).toMatchObject({ action: 'prune', args: { what: 'images' } });
    expect(parse('prune images', { all: true })).toMatchObject({ args: { what: 'all-images' } });
    expect(parse('remove-volume pgdata')).toMatchObject({ args: { volume: 'pgdata' } });
    expect(parse('kill api', { signal: 'hup' })).toMatchObject({ args: { signal: 'SIGHUP' } });
  });

  it.each([
    ['', /What shall be run/],
    ['restart', /act on/],
    ['restart a b', /One target/],
    ['scale a', /number/],
    ['scale a three', /number/],
    ['prune everything', /cannot be pruned/],
  ])('are told when they make no sense: %s', (words, answer) => {
    expect(parse(words)).toMatch(answer);
  });

  it('take --signal for kill only', () => {
    expect(parse('restart api', { signal: 'HUP' })).toMatch(/--signal is for kill/);
  });
});
