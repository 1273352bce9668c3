import { expect, it } from 'vitest';
import type { AuditLine } from '../actions/audit/record.ts';
import { runs, runsOf } from './runs.ts';

const WHO = { user: 'ana', host: 'desk1', pid: 7, prev: 'p', hash: 'h' };
const line = (record: object) => ({ time: '2026-11-20T09:15:00.000Z', ...WHO, ...record }) as unknown as AuditLine;
const begin = (run: string, action = 'runbook') =>
  line({
    kind: 'begin',
    run,
    plan: {
      action,
      name: 'exness/redis',
      title: 'Run redis-ping',
      objects: [],
      options: { runbook: 'redis-ping', command: 'redis-cli' },
    },
  });

it('shows each run of a runbook with its result, also one that has none', () => {
  const lines = [
    begin('a'),
    line({
      kind: 'end',
      run: 'a',
      ok: false,
      cancelled: false,
      verification: 'exit code 3 \u001b[2J',
      ms: 40,
      steps: [],
    }),
    begin('b', 'restart'),
    begin('c'),
  ];
  const [failed, open, ...more] = runsOf(lines);
  if (!failed || !open) throw new Error('runs are missing');
  expect(more).toEqual([]);
  expect([runs.faulty?.(failed), runs.faulty?.(open)]).toEqual([true, false]);
  const opening = runs.enter?.(failed);
  expect(opening?.open === 'text' ? opening.lines : []).toEqual(
    expect.arrayContaining([
      'begun    2026-11-20T09:15:00.000Z by ana on desk1',
      'result   exit code 3 ',
      'took     40ms',
    ]),
  );
});
