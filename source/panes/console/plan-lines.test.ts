import { expect, it } from 'vitest';
import type { Plan } from '../../actions/action.ts';
import { prune } from '../../actions/prune.ts';
import { engineId } from '../../lib/ids.ts';
import { allGroups } from '../registry.ts';
import { planLines } from './Questions.tsx';

const BOUND = new Map(allGroups.map((group) => [group.name, group]));

const plan: Plan = {
  action: 'prune',
  title: 'Prune stopped containers (40 objects, 40KiB)',
  danger: 3,
  target: { engine: engineId('fake'), kind: 'unused', id: 'images' },
  name: 'containers',
  objects: Array.from({ length: 40 }, (_, i) => ({
    kind: 'container',
    id: `id${i}`,
    name: `old-${i}`,
    note: 'exited',
    bytes: 1024,
    created: 0,
  })),
  warnings: ['The logs of removed containers are lost.'],
};

/** The first rows are all that a small terminal shows of a long plan. */
it('lists what will be touched first, each with size and age, and what is lost after it', () => {
  const lines = planLines({ action: prune, plan, reasons: ['XNAS is open.'] }, 3_600_000, BOUND);
  expect(lines.slice(0, 4)).toEqual([
    { text: '40 objects, 40KiB; <space> takes one out.' },
    { text: '40: exited' },
    { text: '  old-0, 1KiB, 1h old', id: 'id0', object: true },
    { text: '  old-1, 1KiB, 1h old', id: 'id1', object: true },
  ]);
  expect(lines.slice(-3)).toEqual([
    { text: '' },
    { text: 'XNAS is open.', tone: 'warn' },
    { text: 'The logs of removed containers are lost.', tone: 'warn' },
  ]);
});

it('says what happens to each object when that differs', () => {
  const objects = plan.objects.slice(0, 3).map((object, index) => ({ ...object, note: `exited (${index})` }));
  const lines = planLines({ action: prune, plan: { ...plan, objects }, reasons: [] }, 3_600_000, BOUND);
  expect(lines.map(({ text }) => text)).toContain('old-1, 1KiB, 1h old: exited (1)');
});
