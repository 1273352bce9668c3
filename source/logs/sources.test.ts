import { expect, it } from 'vitest';
import type { Service } from '../desk/model.ts';
import { sourcesOf } from './sources.ts';

const service = (project: string, ...states: string[]) =>
  ({
    project,
    containers: states.map((state, i) => ({ id: `${project}${i}`, name: `${project}-db-${i + 1}`, state, created: i })),
  }) as unknown as Service;

it('names containers without their project where all are of one, and tells what runs and what never did', () => {
  expect(sourcesOf([service('exness', 'running', 'created')])).toMatchObject([
    { id: 'exness0', name: 'db-1', running: true, unstarted: false },
    { id: 'exness1', name: 'db-2', running: false, unstarted: true },
  ]);
  const both = sourcesOf([service('exness', 'running'), service('maricusco', 'exited')]);
  expect(both.map(({ name }) => name)).toEqual(['exness-db-1', 'maricusco-db-1']);
});
