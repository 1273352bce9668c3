import { describe, expect, it } from 'vitest';
import { listed, type Over } from '../../../test/builders/facts.ts';
import { statusAge, statusClass, statusWords } from './status.ts';

const NOW = Date.UTC(2026, 10, 20);

function words(over: Over, secondsAgo = 0): string {
  const at = NOW - secondsAgo * 1000;
  return statusWords(listed('web', { detail: { startedAt: at, finishedAt: at }, ...over }), NOW);
}

describe('statusWords', () => {
  it.each([
    [0, 'Less than a second'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, 'About a minute'],
    [150, '2 minutes'],
    [3599, '59 minutes'],
    [3600, 'About an hour'],
    [2 * 3600 - 1800, '2 hours'],
    [47 * 3600, '47 hours'],
    [3 * 86_400, '3 days'],
    [20 * 86_400, '2 weeks'],
    [70 * 86_400, '2 months'],
    [800 * 86_400, '2 years'],
  ])('of a container up for %i s: Up %s', (seconds, duration) => {
    expect(words({}, seconds)).toBe(`Up ${duration}`);
  });

  it('writes health, exit code and state like the engine', () => {
    expect(words({ health: 'starting' }, 5)).toBe('Up 5 seconds (health: starting)');
    expect(words({ health: 'unhealthy' }, 5)).toBe('Up 5 seconds (unhealthy)');
    expect(words({ state: 'paused' }, 5)).toBe('Up 5 seconds (Paused)');
    expect(words({ state: 'exited', exitCode: 137 }, 5)).toBe('Exited (137) 5 seconds ago');
    expect(words({ state: 'restarting', exitCode: 1 }, 5)).toBe('Restarting (1) 5 seconds ago');
    expect(words({ state: 'created' })).toBe('Created');
    expect(words({ state: 'running', detail: null })).toBe('Up');
  });
});

describe('statusClass and statusAge', () => {
  it('separate time and state', () => {
    expect(statusClass('Up 3 hours (healthy)')).toBe(statusClass('Up Less than a second (health: starting)'));
    expect(statusClass('Exited (0) 3 hours ago')).toBe(statusClass('Exited (0) About a minute ago'));
    expect(statusClass('Exited (0) 3 hours ago')).not.toBe(statusClass('Exited (1) 3 hours ago'));
    const rising = [
      'Created',
      'Up 1 second',
      'Up 59 seconds',
      'Up About a minute',
      'Up 59 minutes',
      'Up About an hour',
      'Up 2 days',
      'Up 2 weeks',
    ];
    const ages = rising.map(statusAge);
    expect(ages).toEqual([...ages].sort((a, b) => a - b));
    expect(new Set(ages).size).toBe(rising.length);
  });
});
