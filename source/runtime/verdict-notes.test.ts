import { expect, it } from 'vitest';
import { deskOf, service } from '../../test/builders/desk.ts';
import { NOON, SECOND } from '../../test/builders/facts.ts';
import type { Verdict } from '../desk/model.ts';
import { verdictNotes } from './verdict-notes.ts';

const stalled: Verdict = {
  level: 'degraded',
  code: 'stalled',
  reason: 'up, but receives nothing',
  since: NOON - SECOND,
};
const well: Verdict = { level: 'ok', code: 'running', reason: 'running' };

it('troubles that no event tells have their beginning and end in the timeline, once each', () => {
  const notes = verdictNotes();
  const at = (verdict: Verdict, now: number) =>
    notes(deskOf([service('exness', 'price-poller', { verdict })]).desk, now).map((one) => [
      one.at,
      one.level,
      one.text,
    ]);
  expect(at(well, NOON - 5 * SECOND)).toEqual([]);
  expect(at(stalled, NOON)).toEqual([[NOON - SECOND, 'warning', 'up, but receives nothing']]);
  expect(at({ ...stalled, reason: 'up, but still nothing' }, NOON + SECOND)).toEqual([]);
  expect(at(well, NOON + 2 * SECOND)).toEqual([[NOON + 2 * SECOND, 'good', 'over: up, but receives nothing']]);
  expect(at({ level: 'down', code: 'exited', reason: 'exit 1' }, NOON + 3 * SECOND)).toEqual([]);
});
