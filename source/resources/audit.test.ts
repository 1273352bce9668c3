import { expect, it } from 'vitest';
import type { AuditLine } from '../actions/audit/record.ts';
import { audit } from './audit.ts';

const WHO = { user: 'ana', uid: 1000, origin: '10.0.0.9 52411', host: 'desk1', pid: 7, context: 'unix:///x' };
const line = (record: object) =>
  ({ time: '2026-11-20T09:15:00.000Z', ...WHO, ...record, prev: 'p', hash: 'h' }) as unknown as AuditLine;

function textOf(record: object): string {
  const opening = audit.enter?.(line(record));
  return opening?.open === 'text' ? opening.lines.join('\n') : '';
}

it('shows each engine call of a run with its result', () => {
  const steps = [
    { object: 'worker-1', call: 'restart (stop timeout 10 s)', ok: true, ms: 640 },
    { object: 'worker-2', call: 'restart (stop timeout 10 s)', ok: false, ms: 12, error: 'no such \u001b[2Jcontainer' },
  ];
  const text = textOf({
    kind: 'end',
    run: 'r',
    action: 'restart',
    name: 'worker',
    ok: false,
    steps,
    verification: 'v',
    ms: 700,
  });
  expect(text).toContain('user     ana (1000) on desk1, from 10.0.0.9 52411');
  expect(text).toContain('result   failed after 700ms');
  expect(text).toContain('  ok  worker-1: restart (stop timeout 10 s), 640ms');
  expect(text).toMatch(/FAILED {2}worker-2: .*no such .*container/);
  expect(text).not.toContain('\u001b');
});

it('shows what was planned, why and how it was confirmed', () => {
  const objects = [{ kind: 'image', id: 'sha256:44c89b01e7510000', name: 'old', note: 'dangling', bytes: 2048 }];
  const plan = {
    action: 'prune',
    name: 'images',
    title: 'Prune dangling images',
    objects,
    warnings: ['gone for good'],
  };
  const answer = { kind: 'typed', text: 'images' };
  const text = textOf({ kind: 'begin', run: 'r', plan, danger: 3, guards: ['XNAS is open.'], reason: 'disk', answer });
  for (const part of ['danger   3: XNAS is open.', 'answer   typed "images"', 'reason   disk', '! gone for good'])
    expect(text).toContain(part);
  expect(text).toContain('  image old (44c89b01e751, 2KiB): dangling');
});
