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
  ['rеdis', 'r<U+0435>dis'],
  ['redιs', 'red<U+03B9>s'],
  ['rediѕ', 'redi<U+0455>'],
  ['redոs', 'red<U+0578>s'],
  ['ｒｅｄｉｓ', '<U+FF52><U+FF45><U+FF44><U+FF49><U+FF53>'],
  ['ⓡedis', '<U+24E1>edis'],
  ['𝛼pi', '<U+1D6FC>pi'],
  ['ᏒᎬᎠᎥᏚ', '<U+13D2><U+13AC><U+13A0><U+13A5><U+13DA>'],
  ['ꓣꓰꓓꓲꓢ', '<U+A4E3><U+A4F0><U+A4D3><U+A4F2><U+A4E2>'],
  ['ⲟⲣ', '<U+2C9F><U+2CA3>'],
  ['redıs', 'red<U+0131>s'],
  ['rɛdis', 'r<U+025B>dis'],
  ['re\u0301seau', 're<U+0301>seau'],
  ['\u212aafka', '<U+212A>afka'],
  ['a➖b', 'a<U+2796>b'],
  ['-\u0332redis', '-<U+0332>redis'],
  ['redis\u200b\u200b', 'redis<U+200B x2>'],
  ['redis\u0332', 'redis<U+0332>'],
  ['re\u0336dis', 're<U+0336>dis'],
  ['exness‐redis', 'exness<U+2010>redis'],
  ['exness−redis', 'exness<U+2212>redis'],
  ['exness∕redis', 'exness<U+2215>redis'],
  ['exness․redis', 'exness<U+2024>redis'],
  ['web٠', 'web<U+0660>'],
  ['web०', 'web<U+0966>'],
  ['redisʹ', 'redis<U+02B9>'],
  ['redis丶', 'redis<U+4E36>'],
  ['סו', '<U+05E1><U+05D5>'],
  ['اه', '<U+0627><U+0647>'],
])('marks the characters that make %j look like another name', (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

it.each([
  ...['exness-redis', '订单', '订单-api', 'сервис', 'сервис-2', 'сервис_api', 'διακομιστής', 'réseau', 'größe'],
  ...['ngân-hàng', 'łódź', 'ærø', '取引API', '주문', 'बाज़ार', 'سوق', 'שוק', 'api-🚀', 'บริการ'],
])('leaves %j unchanged', (name) => {
  expect(visibleName(name)).toBe(name);
});

it('truncates long names', () => {
  expect(visibleName('é'.repeat(100_000))).toBe(`${'é'.repeat(500)}…`);
});
