import { expect, it } from 'vitest';
import { service } from '../../../test/builders/desk.ts';
import { container } from '../../../test/builders/facts.ts';
import { zoneOf } from './zone.ts';

const algo = (env: string[]) =>
  service('openalgo', 'openalgo', { containers: [container('openalgo', { detail: { env } })] });
const market = [{ name: 'NSE', timeZone: 'America/New_York', days: [], open: '09:15', close: '15:30' }];

it.each([
  [
    'the settings of the service first',
    ['TZ=Asia/Kolkata'],
    { 'openalgo/openalgo': { timeZone: 'Asia/Tokyo' } },
    'Asia/Tokyo',
  ],
  ['then TZ of its environment', ['A=b', 'TZ=Asia/Kolkata'], {}, 'Asia/Kolkata'],
  ['with a colon as well', ['TZ=:Europe/Berlin'], {}, 'Europe/Berlin'],
  ['then the exchange, where TZ is none that is known', ['TZ=EST5EDT4,M3.2.0'], {}, 'America/New_York'],
  ['then the exchange', [], {}, 'America/New_York'],
])('takes the time zone of %s', (_, env, services, zone) => {
  expect(zoneOf([algo(env)], { services, market })).toBe(zone);
});

it('has none when nothing says', () => {
  expect(zoneOf([algo([])], { services: {}, market: [] })).toBeUndefined();
});
