import { expect, it } from 'vitest';
import { service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { sourcesOf } from './sources.ts';

const db = (project: string, ...states: ContainerFacts['state'][]) =>
  service(project, 'db', {
    containers: states.map((state, i) =>
      container(`${project}-db-${i + 1}`, { id: containerId(`${project}${i}`), state, created: i }),
    ),
  });

it('names containers without their project where all are of one, and tells what runs and what never did', () => {
  expect(sourcesOf([db('exness', 'running', 'created')], engineId('prod'))).toMatchObject([
    { id: 'exness0', name: 'db-1', running: true, unstarted: false },
    { id: 'exness1', name: 'db-2', running: false, unstarted: true },
  ]);
  const both = sourcesOf([db('exness', 'running'), db('maricusco', 'exited')], engineId('prod'));
  expect(both.map(({ name }) => name)).toEqual(['exness-db-1', 'maricusco-db-1']);
});
