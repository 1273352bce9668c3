import { describe, expect, it } from 'vitest';
import { openGuard } from '../../test/builders/actions.ts';
import type { Danger, Plan, PlanObject } from './action.ts';
import { type Condition, guard } from './guard.ts';

const object: PlanObject = {
  kind: 'container',
  id: 'c1',
  name: 'nanoarb-engine',
  note: '',
  service: 'compose:docker/nanoarb',
  project: 'docker',
  seen: { state: 'running' },
};
const plan = (danger: Danger, changes: Partial<PlanObject> = {}): Plan => ({
  action: 'restart',
  title: '',
  danger,
  target: { engine: 'fake', kind: 'service', id: 'compose:docker/nanoarb' },
  name: 'docker/nanoarb',
  objects: [{ ...object, ...changes }],
  warnings: [],
});
const always = {
  name: 'X',
  timeZone: 'UTC',
  days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  open: '00:00',
  close: '24:00',
} as const;
const flat: Condition = { services: ['nanoarb'], metric: 'nanoarb_position = 0' };

describe('the guards', () => {
  it('let a plan through as it is when nothing stands against it', () => {
    expect(guard(plan(2), openGuard)).toEqual({ danger: 2, reasons: [], refusal: undefined });
  });

  it('refuse everything but reading in read-only mode, unless it is armed', () => {
    const input = { ...openGuard, readonly: true, now: 100 };
    expect(guard(plan(1), input).refusal).toMatchObject({ change: expect.stringContaining(':arm') });
    expect(guard(plan(0), input).refusal).toBeUndefined();
    expect(guard(plan(2), { ...input, armedUntil: 101 }).refusal).toBeUndefined();
    expect(guard(plan(2), { ...input, armedUntil: 100 }).refusal).toBeDefined();
  });

  it('raise the danger by one for protected things and by one for market hours, to 4 at most', () => {
    const kept = plan(2, { protectedBy: 'the settings' });
    expect(guard(kept, openGuard)).toMatchObject({
      danger: 3,
      reasons: [/nanoarb-engine is protected by the settings: one step more dangerous/],
    });
    const both = guard(kept, { ...openGuard, markets: [always] });
    expect(both).toMatchObject({ danger: 4, reasons: [/./, /is open.*: one step more dangerous/] });
    expect(guard({ ...kept, danger: 4 }, { ...openGuard, markets: [always] }).danger).toBe(4);
    expect(guard(plan(0, { protectedBy: 'x' }), { ...openGuard, markets: [always] }).danger).toBe(0);
  });

  it('raise once, however often they are asked', () => {
    const input = { ...openGuard, markets: [always] };
    const made = { ...plan(1), baseDanger: 1 as const };
    expect(guard({ ...made, danger: guard(made, input).danger }, input).danger).toBe(2);
  });

  it('refuse while a metric condition does not hold, with its value', () => {
    const input = { ...openGuard, conditions: [flat], metric: () => 3 };
    expect(guard(plan(2), input).refusal?.refused).toBe('nanoarb_position is 3, not = 0');
    expect(guard(plan(2), { ...input, metric: () => 0 }).refusal).toBeUndefined();
    expect(guard(plan(1), input).refusal).toBeUndefined();
    expect(guard(plan(2, { seen: { state: 'exited' } }), input).refusal).toBeUndefined();
  });

  it('want the name typed where a metric is not known, or the condition only raises', () => {
    const unknown = guard(plan(2), { ...openGuard, conditions: [flat] });
    expect(unknown).toMatchObject({ danger: 3, reasons: [/not known/] });
    const raised = guard(plan(2), { ...openGuard, conditions: [{ ...flat, otherwise: 'raise' }], metric: () => -2 });
    expect(raised).toMatchObject({ danger: 3, reasons: ['nanoarb_position is -2, not = 0.'] });
  });

  it('refuse a condition that cannot be read rather than pass it', () => {
    expect(guard(plan(2), { ...openGuard, conditions: [{ ...flat, metric: 'rm -rf' }] }).refusal?.refused).toMatch(
      /not of the form/,
    );
  });
});
