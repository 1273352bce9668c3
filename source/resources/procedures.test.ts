import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import type { StepState } from '../actions/maintenance/state.ts';
import { procedures, stepRows } from './procedures.ts';

const step = (name: string, more: Partial<StepState> = {}): StepState => ({
  step: { stop: name, timeout: 60 },
  state: 'pending',
  ...more,
});

it('shows every step with its state and how long it took, of what was never begun as the settings have it', () => {
  const world = worldOf([]);
  const rows = stepRows([
    {
      name: 'weekly',
      state: {
        schema: 1,
        name: 'weekly',
        engine: 'e',
        startedAt: 0,
        until: 9e15,
        services: [],
        phase: 'open',
        steps: [
          step('a', { state: 'done', startedAt: 1000, endedAt: 3500, result: 'exit \u001b[31m0' }),
          step('b', { state: 'waiting' }),
        ],
      },
    },
    { name: 'never', procedure: { help: '', limit: '4h', steps: [{ stop: 'x', timeout: 60 }] } },
  ]);
  const texts = rows.map((row) => procedures.columns.map(({ value }) => value(row, world)));
  expect(texts).toEqual([
    ['weekly', 'waits for an answer at 2/2', '1. stop a', 'done', '2.5s', 'exit 0'],
    ['weekly', 'waits for an answer at 2/2', '2. stop b', 'waiting', '', ''],
    ['never', 'not started', '1. stop x', 'pending', '', ''],
  ]);
  expect(rows.map((row) => procedures.target?.(row)?.id)).toEqual(['weekly', 'weekly', 'never']);
});
