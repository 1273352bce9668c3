import { expect, it } from 'vitest';
import type { Plan } from '../../actions/action.ts';
import { prune } from '../../actions/prune.ts';
import { planLines } from './Questions.tsx';

const plan: Plan = {
  action: 'prune',
  title: 'Prune stopped containers (40 objects, 40KiB)',
  danger: 3,
  target: { engine: 'fake', kind: 'unused', id: 'images' },
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
it('tells why the danger is raised and what is lost before the long list of objects, each with size and age', () => {
  const lines = planLines({ action: prune, plan, reasons: ['XNAS is open.'] }, 3_600_000);
  expect(lines.slice(0, 5)).toEqual([
    { text: '40 objects, 40KiB; space takes one out.' },
    { text: 'XNAS is open.', tone: 'warn' },
    { text: 'The logs of removed containers are lost.', tone: 'warn' },
    { text: '' },
    { text: 'old-0, 1KiB, 1h old: exited', id: 'id0' },
  ]);
});
