import { expect, it } from 'vitest';
import { visibleName } from './visible-name.ts';

it.each([
  ['redis\u200b', 'redis<U+200B>'],
  ['redis\u061c', 'redis<U+061C>'],
  ['redis\u2800', 'redis<U+2800>'],
  ['redis\u3164', 'redis<U+3164>'],
  ['redis\u00a0', 'redis<U+00A0>'],
  ['\u202eredis', '<U+202E>redis'],
  ['r\u0435dis', 'r<U+0435>dis'],
  ['\u0441\u043e\u0445', '<U+0441><U+043E><U+0445>'],
  ['ｒedis', '<U+FF52>edis'],
  ['𝐫edis', '<U+1D42B>edis'],
  ['re\u001b[31mdis', 'redis'],
])('shows what makes %j look like another name', (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

it.each(['exness-redis', '订单', 'сервис', 'διακομιστής', 'réseau', 'größe'])('leaves %j as it is', (name) => {
  expect(visibleName(name)).toBe(name);
});
