import { expect, it } from 'vitest';
import { deskOf } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { parseConfig } from '../compose/config.ts';
import { engineId } from '../lib/ids.ts';
import { composeObjects, type ReadFacts } from './compose-plan.ts';

const FILE = `
services:
  db: { image: db }
  api: { image: api, depends_on: { db: { condition: service_healthy } } }
  web: { image: web, depends_on: [api] }
`;
const facts = (modern: boolean): ReadFacts => ({
  project: { name: 'desk', directory: '/srv', files: ['/srv/c.yml'], envFiles: [], services: [] },
  config: parseConfig(FILE, 'desk'),
  ...{ hashes: new Map(), images: new Map(), profiles: [], absent: [], modern },
  missing: [{ kind: 'Volume', name: 'desk_data', change: 'create' }],
});

/** Only the database exists, and is stopped. */
function planned(modern: boolean, services: string[], force = false) {
  const labels = { 'com.docker.compose.project': 'desk', 'com.docker.compose.service': 'db' };
  const { desk, state } = deskOf([]);
  const own = container('desk-db-1', { state: 'exited', labels });
  const target = { engine: engineId('fake'), kind: 'project', id: 'desk' } as const;
  const input = { state: { ...state, containers: new Map([[own.id, own]]) }, desk, target, settings: {} };
  const objects = composeObjects({ ...input, parameters: {}, facts: {} }, facts(modern), services, force);
  return objects.map(({ name, note }) => `${name} ${note}`);
}

it('without a dry run also has what a service depends on, and what the file names and the engine lacks', () => {
  const all = ['desk_data is created', 'desk-db-1 starts', 'desk-api-1 is created', 'desk-web-1 is created'];
  expect(planned(true, ['web']).toSorted()).toEqual(all.toSorted());
});

it('leaves dependencies alone when compose 1 would recreate them along, and names containers as it does', () => {
  expect(planned(false, ['api'], true)).toEqual(['desk_data is created', 'desk_api_1 is created']);
  expect(planned(true, ['api'], true)).toContain('desk-db-1 starts');
});
