import { expect, it } from 'vitest';
import { countLevels, isFaulty, isTrouble, isWell, levelCounts, severity, WORST_FIRST } from './levels.ts';
import type { Level } from './model.ts';

it('orders the levels once: the worst first, finished jobs last', () => {
  expect(WORST_FIRST).toEqual(['down', 'degraded', 'unknown', 'starting', 'maintenance', 'ok', 'done']);
  expect(WORST_FIRST.map(severity)).toEqual([6, 5, 4, 3, 2, 1, 0]);
});

it('classifies levels as well, faulty and problems', () => {
  const of = (is: (level: Level) => boolean) => WORST_FIRST.filter(is);
  expect(of(isWell)).toEqual(['maintenance', 'ok', 'done']);
  expect(of(isFaulty)).toEqual(['down', 'degraded', 'unknown']);
  expect(of((level) => isTrouble({ level, code: 'unknown', reason: '' }))).toEqual(['down', 'degraded']);
});

it('counts the levels that occur', () => {
  const all = (['ok', 'down', 'ok', 'done'] as const).map((level) => ({ verdict: { level } }));
  expect(countLevels(all)).toEqual({ ok: 2, down: 1, done: 1 });
  expect(levelCounts(countLevels(all))).toBe('1 down, 2 ok, 1 done');
});
