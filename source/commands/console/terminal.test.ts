import { parse } from 'valibot';
import { expect, it } from 'vitest';
import { SettingsSchema } from '../../settings/schema.ts';
import { asksBackground } from './terminal.ts';

it('asks the terminal for its background only where nothing else says it', () => {
  const asks = (settings: object, env: NodeJS.ProcessEnv) => asksBackground(parse(SettingsSchema, settings), env);
  expect(asks({}, { TERM: 'xterm-256color' })).toBe(true);
  expect(asks({}, { TERM: 'linux' })).toBe(false);
  expect(asks({}, { TERM: 'xterm', COLORFGBG: '15;0' })).toBe(false);
  expect(asks({ screen: { background: 'light' } }, { TERM: 'xterm' })).toBe(false);
  expect(asks({ screen: { skin: 'mono' } }, { TERM: 'xterm' })).toBe(false);
});
