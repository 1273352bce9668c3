import { expect, it } from 'vitest';
import { createPlanning } from './planning.ts';

it('ends the reading for what was dropped, and never hears of it again', () => {
  const planning = createPlanning();
  const heard: string[] = [];
  const first = planning.begin('restart');
  const second = planning.begin('stop');
  expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
  expect(planning.drop()).toBe('stop');
  expect(second.signal.aborted).toBe(true);
  const third = planning.begin('kill');
  first.done(() => heard.push('restart'));
  second.done(() => heard.push('stop'));
  third.done(() => heard.push('kill'));
  expect(heard).toEqual(['kill']);
  expect([third.signal.aborted, planning.drop()]).toEqual([false, undefined]);
});
