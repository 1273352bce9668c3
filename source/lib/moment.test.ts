import { expect, it } from 'vitest';
import { parseMoment, parseSpan } from './moment.ts';

const at = (text: string) => new Date(text).getTime();
const NOW = at('2026-01-15T15:30:00');

it.each([
  ['10m', NOW - 600_000],
  ['-2h', NOW - 7_200_000],
  ['now', NOW],
  ['15:20', at('2026-01-15T15:20:00')],
  ['9:05:07.5', at('2026-01-15T09:05:07.500')],
  ['23:50', at('2026-01-14T23:50:00')],
  ['2026-01-10', at('2026-01-10')],
  ['2026-01-10 09:15', at('2026-01-10T09:15')],
  ['2026-01-10T09:15:00Z', at('2026-01-10T09:15:00Z')],
])('reads %s', (text, moment) => {
  expect(parseMoment(text, NOW)).toBe(moment);
});

it.each(['', 'yesterday', '25:00', '12:61', '10', '2026-13-40', 'now()'])('does not read "%s"', (text) => {
  expect(parseMoment(text, NOW)).toBeUndefined();
});

it.each([
  ['15:20', '15:20', undefined],
  ['15:20 15:25', '15:20', '15:25'],
  ['15:20-15:25', '15:20', '15:25'],
  ['15:20 to 15:25', '15:20', '15:25'],
  ['1h to now', '1h', 'now'],
  ['2026-01-10 09:15 2026-01-10 09:30', '2026-01-10 09:15', '2026-01-10 09:30'],
])('reads the span %s', (text, from, to) => {
  expect(parseSpan(text, NOW)).toEqual({
    from: parseMoment(from, NOW),
    ...(to === undefined ? {} : { to: parseMoment(to, NOW) }),
  });
});

it('rejects a span that ends before it begins', () => {
  expect(parseSpan('15:25 15:20', NOW)).toBeUndefined();
  expect(parseSpan('soon', NOW)).toBeUndefined();
});
