import { describe, expect, it } from 'vitest';
import { openGuard } from '../../test/builders/actions.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import type { Danger, Plan, PlanObject } from './action.ts';
import type { Condition, ReadMetric } from './condition.ts';
import { guard } from './guard.ts';

const object: PlanObject = {
  kind: 'container',
  id: containerId('c1'),
  name: 'nanoarb-engine',
  note: '',
  service: serviceId('compose:docker/nanoarb'),
  project: 'docker',
  seen: { state: 'running' },
};
const plan = (danger: Danger, changes: Partial<PlanObject> = {}): Plan => ({
  action: 'restart',
  title: '',
  danger,
  target: { engine: engineId('fake'), kind: 'service', id: serviceId('compose:docker/nanoarb') },
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
/** Each value is a series of its own. */
const tells =
  (...values: number[]): ReadMetric =>
  (name) => ({ known: true, values: values.map((value, at) => ({ value, series: `${name}{s="${at}"}` })) });
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
      reasons: [/nanoarb-engine is protected by the settings: one level more dangerous/],
    });
    const both = guard(kept, { ...openGuard, markets: [always] });
    expect(both).toMatchObject({ danger: 4, reasons: [/./, /is open.*: one level more dangerous/] });
    expect(guard({ ...kept, danger: 4 }, { ...openGuard, markets: [always] }).danger).toBe(4);
    expect(guard(plan(0, { protectedBy: 'x' }), { ...openGuard, markets: [always] }).danger).toBe(0);
  });

  it('raise once, however often they are asked', () => {
    const input = { ...openGuard, markets: [always] };
    const made = { ...plan(1), baseDanger: 1 as const };
    expect(guard({ ...made, danger: guard(made, input).danger }, input).danger).toBe(2);
  });

  it('refuse while a metric condition does not hold for every series, with the value', () => {
    const input = { ...openGuard, conditions: [flat], metric: tells(0, 12) };
    expect(guard(plan(2), input).refusal?.refused).toBe('nanoarb_position{s="1"} is 12, not = 0');
    expect(guard(plan(2), { ...input, metric: tells(0, 0) }).refusal).toBeUndefined();
    expect(guard(plan(1), input).refusal).toBeUndefined();
    expect(guard(plan(1, { interrupted: true }), input).refusal).toBeDefined();
    expect(guard(plan(2, { seen: { state: 'exited' } }), input).refusal).toBeUndefined();
  });

  it.each(['running', 'paused', 'restarting'] as const)('check what is %s', (state) => {
    const input = { ...openGuard, conditions: [flat], metric: tells(12) };
    expect(guard(plan(2, { seen: { state } }), input).refusal).toBeDefined();
  });

  it.each(['=', '!=', '<', '>=', '<=', '>'])('take NaN for no answer: %s', (operator) => {
    const condition = { ...flat, metric: `nanoarb_position ${operator} 5` };
    const input = { ...openGuard, conditions: [condition], metric: tells(Number.NaN) };
    expect(guard(plan(2), input).refusal?.refused).toContain('is NaN');
  });

  it('refuse what is not known, unless the condition only raises', () => {
    const unknown = guard(plan(2), { ...openGuard, conditions: [flat] });
    expect(unknown.refusal?.refused).toMatch(/nanoarb_position is not known.*cannot be checked: not read/);
    const raise = { ...flat, otherwise: 'raise' } as const;
    expect(guard(plan(2), { ...openGuard, conditions: [raise] })).toMatchObject({ danger: 3, reasons: [/not known/] });
    const raised = guard(plan(2), { ...openGuard, conditions: [raise], metric: tells(-2) });
    expect(raised).toMatchObject({ danger: 3, reasons: ['nanoarb_position{s="0"} is -2, not = 0.'] });
  });

  it.each([
    ['sum(nanoarb_position) = 0', [5, -5], true],
    ['max( nanoarb_position ) < 5', [1, 5], false],
    ['min(nanoarb_position) >= 1', [1, 5], true],
    ['avg(nanoarb_position) = 3', [1, 5], true],
    ['count(nanoarb_position) > 2', [1, 5], false],
    ['max(nanoarb_position) < 5', [Number.NaN, 1], false],
    ['sum(nanoarb_position = 0', [0], false],
  ])('can look at an aggregation by its name: %s of %o', (metric, values, holds) => {
    const input = { ...openGuard, conditions: [{ ...flat, metric }], metric: tells(...values) };
    expect(guard(plan(2), input).refusal === undefined).toBe(holds);
  });

  it('cover everything that interrupts a program when one such action is named', () => {
    const input = { ...openGuard, conditions: [{ ...flat, actions: ['restart'] }], metric: tells(12) };
    const stop = (action: string, interrupted?: true) => guard({ ...plan(2, { interrupted }), action }, input).refusal;
    for (const action of ['restart', 'rolling-restart', 'stop', 'kill', 'scale']) {
      expect(stop(action, true)).toBeDefined();
    }
    expect(stop('exec')).toBeUndefined();
    const aliased = { ...input, conditions: [{ ...flat, actions: ['rolling'] }] };
    expect(guard({ ...plan(2, { interrupted: true }), action: 'stop' }, aliased).refusal).toBeDefined();
  });

  it('let a market of some projects concern what any project may use', () => {
    const input = { ...openGuard, markets: [{ ...always, projects: ['trading'] }] };
    expect(guard(plan(2, { kind: 'image', project: undefined }), input).danger).toBe(3);
    expect(guard(plan(2, { project: 'other' }), input).danger).toBe(2);
  });

  it('refuse a condition that cannot be read rather than pass it', () => {
    expect(guard(plan(2), { ...openGuard, conditions: [{ ...flat, metric: 'rm -rf' }] }).refusal?.refused).toMatch(
      /not of the form/,
    );
  });
});
