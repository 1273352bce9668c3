import { expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import { down } from './compose-down.ts';
import { guard } from './guard.ts';

/** `compose down` stops programs: everything that stands before a stop stands before it. */

const compose = {
  project: { name: 'trade', directory: '/srv', files: ['/srv/compose.yaml'], envFiles: [] },
  config: { services: new Map([['engine', {}]]), networks: [], volumes: [] },
  profiles: [],
  hashes: new Map(),
  images: new Map(),
};
const labels = { 'com.docker.compose.project': 'trade', 'com.docker.compose.service': 'engine' };
const engine = container('trade-engine-1', { labels });
const desk = deskOf([service('trade', 'engine', { project: 'trade', containers: [engine] })]);
const plan = () =>
  planOf(
    down,
    desk,
    { engine: engineId('fake'), kind: 'service', id: serviceId('compose:trade/engine') },
    { facts: { compose, networks: [], volumes: [] }, settings: { services: { engine: { memory: 'open orders' } } } },
  );
const open = { readonly: false, markets: [], conditions: [], now: Date.UTC(2026, 10, 25, 15), metric: () => flat };
const flat = { known: true as const, values: [{ value: 12, series: 'position' }] };

it('says what is lost from memory', () => {
  expect(plan().warnings.join()).toContain('engine keeps state in memory that will be lost: open orders');
});

it.each([undefined, ['stop'], ['restart'], ['down']])('is refused while a condition on %s does not hold', (actions) => {
  const conditions = [{ services: ['trade/engine'], metric: 'position = 0', ...(actions ? { actions } : {}) }];
  expect(guard(plan(), { ...open, conditions }).refusal?.refused).toContain('position is 12, not = 0');
});

it('is more dangerous while the market is open', () => {
  const market = { name: 'XNYS', timeZone: 'America/New_York', open: '09:30', close: '16:00', projects: ['trade'] };
  const markets = [{ ...market, days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const }];
  expect(guard(plan(), { ...open, markets })).toMatchObject({ danger: 4, reasons: [/XNYS is open/] });
});
