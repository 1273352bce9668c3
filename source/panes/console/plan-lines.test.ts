import { expect, it } from 'vitest';
import type { Plan } from '../../actions/action.ts';
import { planLines } from './Questions.tsx';

/** The first rows are all that a small terminal shows of a long plan. */
it('tells why the danger is raised and what is lost before the long list of objects', () => {
  const plan: Plan = {
    action: 'prune',
    title: 'Prune stopped containers (40 objects, 0B)',
    danger: 3,
    target: { kind: 'engine', id: 'engine' },
    name: 'containers',
    objects: Array.from({ length: 40 }, (_, i) => ({
      kind: 'container',
      id: `id${i}`,
      name: `old-${i}`,
      note: 'exited',
    })),
    warnings: ['The logs of removed containers are lost.'],
  };
  const lines = planLines({ plan, reasons: ['XNAS is open.'] });
  expect(lines.slice(0, 4)).toEqual([
    { text: 'XNAS is open.', tone: 'warn' },
    { text: 'The logs of removed containers are lost.', tone: 'warn' },
    { text: '' },
    { text: 'old-0: exited', id: 'id0' },
  ]);
});
