import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import type { Finding } from '../posture/model/rule.ts';
import { selectRows } from '../ui/table/select-rows.ts';
import { initialTable } from '../ui/table/table-state.ts';
import { posture } from './posture.ts';

const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  title: 'T',
  severity: 'low',
  state: 'found',
  subject: 'p/redis',
  found: 'REDIS_PASSWORD=hunter2secret',
  why: 'because',
  fix: 'mend it',
  ...more,
});

it('shows the worst first and what is unknown last, with why and how to fix it, and no secret', () => {
  const world = worldOf([]);
  const all = [
    finding('a', { state: 'unknown', severity: 'high' }),
    finding('b'),
    finding('c', { severity: 'high', role: 'cache' }),
  ];
  const rows = selectRows(all, posture, initialTable(posture.sort), world);
  const cell = (id: string) => rows.map((row) => posture.columns.find((column) => column.id === id)?.value(row, world));
  expect(cell('severity')).toEqual(['high', 'low', 'unknown']);
  expect(cell('role')).toEqual(['cache', 'host', 'host']);
  expect(cell('found').join()).not.toContain('hunter2secret');
  const opening = posture.enter?.(rows[0] as Finding);
  expect(opening?.open === 'text' ? opening.lines : []).toEqual(
    expect.arrayContaining(['why      because', 'fix      mend it']),
  );
  expect(rows.map((row) => posture.faulty?.(row))).toEqual([true, true, false]);
});
